"""Archive, configuration and documents."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite gives rowids only to INTEGER PRIMARY KEY, PostgreSQL should count past two thousand million.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_content")),
    )
    op.create_table(
        "revision",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("published_at", sa.String(length=27), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_revision")),
    )
    op.create_table(
        "active_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_active_revision_single")),
        sa.ForeignKeyConstraint(["hash"], ["revision.hash"], name=op.f("fk_active_revision_hash_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_active_revision")),
    )
    op.create_table(
        "document",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("door", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("peer", sa.Text(), nullable=True),
        sa.Column("duplicate_of", ID, nullable=True),
        sa.Column("answers", ID, nullable=True),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.String(length=27), nullable=False),
        sa.Column("finished_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_document_direction")),
        sa.ForeignKeyConstraint(["answers"], ["document.id"], name=op.f("fk_document_answers_document")),
        sa.ForeignKeyConstraint(
            ["content_sha256"], ["content.sha256"], name=op.f("fk_document_content_sha256_content")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["document.id"], name=op.f("fk_document_duplicate_of_document")
        ),
        sa.ForeignKeyConstraint(
            ["payload_sha256"], ["content.sha256"], name=op.f("fk_document_payload_sha256_content")
        ),
        sa.ForeignKeyConstraint(["revision"], ["revision.hash"], name=op.f("fk_document_revision_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_answers"), "document", ["answers"])
    op.create_index(op.f("ix_document_partner"), "document", ["partner"])
    op.create_index(op.f("ix_document_payload_sha256"), "document", ["payload_sha256"])
    op.create_index(op.f("ix_document_received_at"), "document", ["received_at"])
    op.create_index(op.f("ix_document_state"), "document", ["state"])
    op.create_table(
        "finding",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("severity", sa.String(length=7), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_finding_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_document_id"), "finding", ["document_id"])
    op.create_table(
        "functional_group",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("functional_identifier", sa.String(length=2), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("interchange_control_number", sa.String(length=20), nullable=False),
        sa.Column("group_control_number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("acknowledged_by", ID, nullable=True),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["document.id"], name=op.f("fk_functional_group_acknowledged_by_document")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_functional_group_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_functional_group")),
    )
    op.create_index(op.f("ix_functional_group_document_id"), "functional_group", ["document_id"])
    op.create_index(
        "ix_functional_group_number",
        "functional_group",
        ["partner", "direction", "test", "group_control_number"],
    )
    op.create_table(
        "idempotency",
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_idempotency_document_id_document")
        ),
        sa.PrimaryKeyConstraint("partner", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_document_id"), "idempotency", ["document_id"])
    op.create_table(
        "received_payload",
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_received_payload_document_id_document")
        ),
        sa.PrimaryKeyConstraint("partner", "sha256", name=op.f("pk_received_payload")),
    )
    op.create_index(op.f("ix_received_payload_document_id"), "received_payload", ["document_id"])
    op.create_table(
        "transaction_set",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("set_code", sa.String(length=6), nullable=False),
        sa.Column("set_control_number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_transaction_set_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["functional_group.id"], name=op.f("fk_transaction_set_group_id_functional_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction_set")),
    )
    op.create_index(op.f("ix_transaction_set_document_id"), "transaction_set", ["document_id"])
    op.create_index(op.f("ix_transaction_set_group_id"), "transaction_set", ["group_id"])


def downgrade() -> None:
    op.drop_table("transaction_set")
    op.drop_table("received_payload")
    op.drop_table("idempotency")
    op.drop_table("functional_group")
    op.drop_table("finding")
    op.drop_table("document")
    op.drop_table("active_revision")
    op.drop_table("revision")
    op.drop_table("content")
