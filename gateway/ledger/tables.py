"""The tables of the ledger. Migrations under ``migrations/`` create them; a test holds the two together.

``test`` is part of every key of orders, stock, number series and invoices: test traffic shares nothing with live.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from gateway.ledger.columns import Code, Instant, Json, Words, money, price, quantity

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives rowids only to INTEGER PRIMARY KEY, PostgreSQL should count past two thousand million.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[Any]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


def _reference(name: str, target: str, *, nullable: bool = False, index: bool = True) -> Column[Any]:
    return Column(name, _Id, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


revision = Table(
    "revision",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("parent", String(64)),
    Column("published_at", Instant, nullable=False),
    Column("files", Json, nullable=False),
)

active_revision = Table(
    "active_revision",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("hash", String(64), ForeignKey("revision.hash"), nullable=False),
)

content = Table(
    "content",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

document = Table(
    "document",
    metadata,
    _id(),
    Column(
        "direction",
        String(3),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        nullable=False,
    ),
    Column("door", String(80), nullable=False),
    Column("partner", String(80), index=True),
    Column("test", Boolean),
    Column("kind", Code(40)),
    Column("state", String(20), nullable=False, index=True),
    Column("reason", Words),
    Column("file_name", Words),
    Column("content_sha256", String(64), ForeignKey("content.sha256"), nullable=False),
    Column("payload_sha256", String(64), ForeignKey("content.sha256"), nullable=False, index=True),
    Column("headers", Json),
    Column("peer", Words),
    _reference("duplicate_of", "document", nullable=True, index=False),
    _reference("answers", "document", nullable=True),
    Column("revision", String(64), ForeignKey("revision.hash"), nullable=False),
    Column("received_at", Instant, nullable=False, index=True),
    Column("finished_at", Instant),
)

received_payload = Table(
    "received_payload",
    metadata,
    Column("partner", String(80), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    _reference("document_id", "document"),
)

finding = Table(
    "finding",
    metadata,
    _id(),
    _reference("document_id", "document"),
    Column("severity", String(7), nullable=False),
    Column("code", String(80), nullable=False),
    Column("body", Json, nullable=False),
)

functional_group = Table(
    "functional_group",
    metadata,
    _id(),
    _reference("document_id", "document"),
    Column("direction", String(3), nullable=False),
    Column("partner", String(80), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("functional_identifier", Code(2), nullable=False),
    Column("version", Code(12), nullable=False),
    Column("interchange_control_number", Code(20), nullable=False),
    Column("group_control_number", Code(20), nullable=False),
    Column("state", String(20), nullable=False),
    _reference("acknowledged_by", "document", nullable=True, index=False),
    Column("at", Instant, nullable=False),
    Index("ix_functional_group_number", "partner", "direction", "test", "group_control_number"),
)

transaction_set = Table(
    "transaction_set",
    metadata,
    _id(),
    _reference("group_id", "functional_group"),
    _reference("document_id", "document"),
    Column("set_code", Code(6), nullable=False),
    Column("set_control_number", Code(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("subject", String(40)),
)

orders = Table(
    "orders",
    metadata,
    _id(),
    Column("partner", String(80), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("business_key", Words, nullable=False),
    Column("purchase_order_number", Words, nullable=False, index=True),
    Column("acceptance", String(20), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    Column("currency", Words),  # as the partner wrote it; whether it is one is for findings to say
    Column("canonical", Json, nullable=False),
    _reference("document_id", "document"),
    Column("revision", String(64), ForeignKey("revision.hash"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Words),
    UniqueConstraint("partner", "test", "business_key"),
)

order_line = Table(
    "order_line",
    metadata,
    Column("order_id", _Id, ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    Column("line_number", Integer, primary_key=True, autoincrement=False),
    Column("item", Words),
    Column("unit", Words),
    Column("unit_price", price()),
    Column("ordered", quantity(), nullable=False),
    Column("cancelled", quantity(), nullable=False, server_default=text("0")),
    Column("rejected", quantity(), nullable=False, server_default=text("0")),
    Column("allocated", quantity(), nullable=False, server_default=text("0")),
    Column("reserved", quantity(), nullable=False, server_default=text("0")),
    Column("shipped", quantity(), nullable=False, server_default=text("0")),
    Column("invoiced", quantity(), nullable=False, server_default=text("0")),
    CheckConstraint(
        "ordered >= 0 AND cancelled >= 0 AND rejected >= 0 AND allocated >= 0 AND reserved >= 0"
        " AND shipped >= 0 AND invoiced >= 0",
        name="not_negative",
    ),
    CheckConstraint("allocated + shipped <= ordered - cancelled - rejected", name="within_order"),
    CheckConstraint("reserved <= allocated", name="reserved_is_allocated"),
    CheckConstraint("invoiced <= shipped", name="billed_is_shipped"),
)

stock = Table(
    "stock",
    metadata,
    Column("test", Boolean, primary_key=True),
    Column("item", String(80), primary_key=True),
    Column("location", String(80), primary_key=True),
    Column("on_hand", quantity(), nullable=False),
    Column("reserved", quantity(), nullable=False, server_default=text("0")),
    CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_on_hand"),
)

acknowledgement = Table(
    "acknowledgement",
    metadata,
    _id(),
    _reference("order_id", "orders"),
    Column("canonical", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

shipment = Table(
    "shipment",
    metadata,
    _id(),
    Column("partner", String(80), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("shipment_number", String(30), nullable=False),
    Column("canonical", Json, nullable=False),
    Column("shipped_at", Instant, nullable=False),
    UniqueConstraint("test", "shipment_number"),
)

shipment_line = Table(
    "shipment_line",
    metadata,
    Column("shipment_id", _Id, ForeignKey("shipment.id"), primary_key=True, autoincrement=False),
    Column("order_id", _Id, ForeignKey("orders.id"), primary_key=True, autoincrement=False, index=True),
    Column("line_number", Integer, primary_key=True, autoincrement=False),
    Column("quantity", quantity(), CheckConstraint("quantity > 0", name="positive"), nullable=False),
    _reference("invoice_id", "invoice", nullable=True),
)

carton = Table(
    "carton",
    metadata,
    Column("sscc", String(18), primary_key=True),
    Column("test", Boolean, primary_key=True),
    _reference("shipment_id", "shipment"),
)

invoice = Table(
    "invoice",
    metadata,
    _id(),
    Column("partner", String(80), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("invoice_number", String(22), nullable=False),
    _reference("order_id", "orders"),
    Column("invoiced_on", Date, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total", money(), nullable=False),
    Column("canonical", Json, nullable=False),
    UniqueConstraint("test", "invoice_number"),
)

number_series = Table(
    "number_series",
    metadata,
    _id(),
    Column("scope", String(120), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("minimum", BigInteger, nullable=False),
    Column("maximum", BigInteger, nullable=False),
    Column("cycle", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("scope", "test"),
    CheckConstraint("next >= minimum AND next <= maximum + 1", name="within_range"),
)

drawn_number = Table(
    "drawn_number",
    metadata,
    Column("series_id", _Id, ForeignKey("number_series.id"), primary_key=True, autoincrement=False),
    Column("cycle", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("state", String(4), CheckConstraint("state IN ('sent', 'void')", name="state"), nullable=False),
    Column("reason", Words),
    _reference("document_id", "document", nullable=True),
    CheckConstraint("state = 'sent' OR reason IS NOT NULL", name="void_has_reason"),
)

outbound = Table(
    "outbound",
    metadata,
    _id(),
    Column("partner", String(80), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("set_code", Code(6), nullable=False),
    Column("version", Code(12)),
    Column("batch", String(240), nullable=False, index=True),
    Column("subject", String(40)),
    Column("body", Json, nullable=False),
    _reference("answers", "document", nullable=True),
    Column("state", String(20), nullable=False),
    _reference("document_id", "document", nullable=True),
    Column("connection", String(80)),
)

delivery = Table(
    "delivery",
    metadata,
    _id(),
    _reference("document_id", "document"),
    Column("partner", String(80), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("connection", String(80), nullable=False),
    Column("name", Words, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("last_error", Words),
    Column("message", Json),
    Column("message_sha256", String(64), ForeignKey("content.sha256")),
    Column("receipt", Json),
    Column("created_at", Instant, nullable=False),
    Column("delivered_at", Instant),
)

due = Table(
    "due",
    metadata,
    _id(),
    Column("step", String(20), nullable=False),
    Column("subject", String(240), nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("owner", String(80)),
    Column("lease_until", Instant),
    Column("token", BigInteger, nullable=False, server_default=text("0")),
    Column("last_error", Words),
    UniqueConstraint("step", "subject"),
)

slot = Table(
    "slot",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("taken_at", Instant, nullable=False, index=True),
)

work_item = Table(
    "work_item",
    metadata,
    _id(),
    Column("kind", String(40), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("partner", String(80)),
    Column("test", Boolean),
    _reference("document_id", "document", nullable=True),
    _reference("order_id", "orders", nullable=True),
    _reference("delivery_id", "delivery", nullable=True),
    Column("title", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("details", Json),
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", Words),
    Column("resolution", Words),
)

journal = Table(
    "journal",
    metadata,
    _id(),
    Column("at", Instant, nullable=False),
    Column("event", String(40), nullable=False),
    Column("actor", Words, nullable=False),
    _reference("document_id", "document", nullable=True),
    _reference("order_id", "orders", nullable=True),
    _reference("delivery_id", "delivery", nullable=True),
    Column("details", Json),
)

as2_exchange = Table(
    "as2_exchange",
    metadata,
    _id(),
    Column("as2_from", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    _reference("document_id", "document"),
    Column("mic", Words),
    Column("accepted", Boolean, nullable=False),
    Column("reply_headers", Json, nullable=False),
    Column("reply_sha256", String(64), ForeignKey("content.sha256"), nullable=False),
    Column("at", Instant, nullable=False),
    # A first try that failed does not block the retry, so only accepted ones are unique.
    Index(
        "uq_as2_exchange_accepted",
        "as2_from",
        "message_id",
        unique=True,
        sqlite_where=text("accepted"),
        postgresql_where=text("accepted"),
    ),
)

taken_file = Table(
    "taken_file",
    metadata,
    Column("connection", String(80), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("path", Words, nullable=False),
    Column("sha256", String(64), nullable=False),
    _reference("document_id", "document"),
    Column("settled", Boolean, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("partner", String(80), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("sha256", String(64), nullable=False),
    _reference("document_id", "document"),
)
