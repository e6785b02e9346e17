"""Outbound documents, transport, and work that is due."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# SQLite gives rowids only to INTEGER PRIMARY KEY, PostgreSQL should count past two thousand million.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "due",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=240), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("lease_until", sa.String(length=27), nullable=True),
        sa.Column("token", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
        sa.UniqueConstraint("step", "subject", name=op.f("uq_due_step_subject")),
    )
    op.create_index(op.f("ix_due_due_at"), "due", ["due_at"])
    op.create_table(
        "slot",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("taken_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_slot")),
    )
    op.create_index(op.f("ix_slot_taken_at"), "slot", ["taken_at"])
    op.create_table(
        "as2_exchange",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("as2_from", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("mic", sa.Text(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reply_headers", sa.Text(), nullable=False),
        sa.Column("reply_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_as2_exchange_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["reply_sha256"], ["content.sha256"], name=op.f("fk_as2_exchange_reply_sha256_content")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_as2_exchange")),
    )
    op.create_index(op.f("ix_as2_exchange_document_id"), "as2_exchange", ["document_id"])
    op.create_index(
        "uq_as2_exchange_accepted",
        "as2_exchange",
        ["as2_from", "message_id"],
        unique=True,
        sqlite_where=sa.text("accepted"),
        postgresql_where=sa.text("accepted"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("connection", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("message_sha256", sa.String(length=64), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("delivered_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_delivery_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["message_sha256"], ["content.sha256"], name=op.f("fk_delivery_message_sha256_content")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_document_id"), "delivery", ["document_id"])
    op.create_index(op.f("ix_delivery_state"), "delivery", ["state"])
    op.create_table(
        "outbound",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("set_code", sa.String(length=6), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=True),
        sa.Column("batch", sa.String(length=240), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("answers", ID, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("connection", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["answers"], ["document.id"], name=op.f("fk_outbound_answers_document")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_outbound_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound")),
    )
    op.create_index(op.f("ix_outbound_answers"), "outbound", ["answers"])
    op.create_index(op.f("ix_outbound_batch"), "outbound", ["batch"])
    op.create_index(op.f("ix_outbound_document_id"), "outbound", ["document_id"])
    op.create_table(
        "taken_file",
        sa.Column("connection", sa.String(length=80), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_taken_file_document_id_document")
        ),
        sa.PrimaryKeyConstraint("connection", "fingerprint", name=op.f("pk_taken_file")),
    )
    op.create_index(op.f("ix_taken_file_document_id"), "taken_file", ["document_id"])
    op.create_table(
        "journal",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("delivery_id", ID, nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_journal_delivery_id_delivery")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_journal_document_id_document")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_journal_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_delivery_id"), "journal", ["delivery_id"])
    op.create_index(op.f("ix_journal_document_id"), "journal", ["document_id"])
    op.create_index(op.f("ix_journal_order_id"), "journal", ["order_id"])
    op.create_table(
        "work_item",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=True),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("delivery_id", ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.String(length=27), nullable=False),
        sa.Column("resolved_at", sa.String(length=27), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_work_item_delivery_id_delivery")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_work_item_document_id_document")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_work_item_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
    )
    op.create_index(op.f("ix_work_item_delivery_id"), "work_item", ["delivery_id"])
    op.create_index(op.f("ix_work_item_document_id"), "work_item", ["document_id"])
    op.create_index(op.f("ix_work_item_order_id"), "work_item", ["order_id"])
    op.create_index(op.f("ix_work_item_state"), "work_item", ["state"])


def downgrade() -> None:
    op.drop_table("work_item")
    op.drop_table("journal")
    op.drop_table("taken_file")
    op.drop_table("outbound")
    op.drop_table("delivery")
    op.drop_table("as2_exchange")
    op.drop_table("slot")
    op.drop_table("due")
