"""The order book and number series."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# SQLite gives rowids only to INTEGER PRIMARY KEY, PostgreSQL should count past two thousand million.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=False),
        sa.Column("cycle", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "next >= minimum AND next <= maximum + 1", name=op.f("ck_number_series_within_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("scope", "test", name=op.f("uq_number_series_scope_test")),
    )
    op.create_table(
        "shipment",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("shipment_number", sa.String(length=30), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("shipped_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("test", "shipment_number", name=op.f("uq_shipment_test_shipment_number")),
    )
    op.create_table(
        "stock",
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("location", sa.String(length=80), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("reserved >= 0 AND reserved <= on_hand", name=op.f("ck_stock_reserved_on_hand")),
        sa.PrimaryKeyConstraint("test", "item", "location", name=op.f("pk_stock")),
    )
    op.create_table(
        "carton",
        sa.Column("sscc", sa.String(length=18), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("shipment_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_carton_shipment_id_shipment")
        ),
        sa.PrimaryKeyConstraint("sscc", "test", name=op.f("pk_carton")),
    )
    op.create_index(op.f("ix_carton_shipment_id"), "carton", ["shipment_id"])
    op.create_table(
        "drawn_number",
        sa.Column("series_id", ID, autoincrement=False, nullable=False),
        sa.Column("cycle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=4), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_id", ID, nullable=True),
        sa.CheckConstraint("state IN ('sent', 'void')", name=op.f("ck_drawn_number_state")),
        sa.CheckConstraint(
            "state = 'sent' OR reason IS NOT NULL", name=op.f("ck_drawn_number_void_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_drawn_number_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["number_series.id"], name=op.f("fk_drawn_number_series_id_number_series")
        ),
        sa.PrimaryKeyConstraint("series_id", "cycle", "number", name=op.f("pk_drawn_number")),
    )
    op.create_index(op.f("ix_drawn_number_document_id"), "drawn_number", ["document_id"])
    op.create_table(
        "orders",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("purchase_order_number", sa.Text(), nullable=False),
        sa.Column("acceptance", sa.String(length=20), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.String(length=27), nullable=False),
        sa.Column("decided_at", sa.String(length=27), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_orders_document_id_document")
        ),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name=op.f("fk_orders_revision_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "partner", "test", "business_key", name=op.f("uq_orders_partner_test_business_key")
        ),
    )
    op.create_index(op.f("ix_orders_acceptance"), "orders", ["acceptance"])
    op.create_index(op.f("ix_orders_document_id"), "orders", ["document_id"])
    op.create_index(op.f("ix_orders_purchase_order_number"), "orders", ["purchase_order_number"])
    op.create_table(
        "acknowledgement",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_acknowledgement_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
    )
    op.create_index(op.f("ix_acknowledgement_order_id"), "acknowledgement", ["order_id"])
    op.create_table(
        "invoice",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("invoice_number", sa.String(length=22), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("invoiced_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_invoice_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("test", "invoice_number", name=op.f("uq_invoice_test_invoice_number")),
    )
    op.create_index(op.f("ix_invoice_order_id"), "invoice", ["order_id"])
    op.create_table(
        "order_line",
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("line_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejected", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("allocated", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("shipped", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("invoiced", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "allocated + shipped <= ordered - cancelled - rejected", name=op.f("ck_order_line_within_order")
        ),
        sa.CheckConstraint("invoiced <= shipped", name=op.f("ck_order_line_billed_is_shipped")),
        sa.CheckConstraint(
            "ordered >= 0 AND cancelled >= 0 AND rejected >= 0 AND allocated >= 0 AND reserved >= 0"
            " AND shipped >= 0 AND invoiced >= 0",
            name=op.f("ck_order_line_not_negative"),
        ),
        sa.CheckConstraint("reserved <= allocated", name=op.f("ck_order_line_reserved_is_allocated")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_line_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", "line_number", name=op.f("pk_order_line")),
    )
    op.create_table(
        "shipment_line",
        sa.Column("shipment_id", ID, autoincrement=False, nullable=False),
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("line_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", ID, nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_line_positive")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_shipment_line_invoice_id_invoice")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_shipment_line_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_line_shipment_id_shipment")
        ),
        sa.PrimaryKeyConstraint("shipment_id", "order_id", "line_number", name=op.f("pk_shipment_line")),
    )
    op.create_index(op.f("ix_shipment_line_invoice_id"), "shipment_line", ["invoice_id"])
    op.create_index(op.f("ix_shipment_line_order_id"), "shipment_line", ["order_id"])


def downgrade() -> None:
    op.drop_table("shipment_line")
    op.drop_table("order_line")
    op.drop_table("invoice")
    op.drop_table("acknowledgement")
    op.drop_table("orders")
    op.drop_table("drawn_number")
    op.drop_table("carton")
    op.drop_table("stock")
    op.drop_table("shipment")
    op.drop_table("number_series")
