"""Receipts of what was sent to providers, their chains' heads and recipes, and the signing keys."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid()),
        sa.Column("message_id", sa.Uuid()),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("model_id", sa.String(200), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(64)),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("input_tokens", sa.BigInteger()),
        sa.Column("cached_tokens", sa.BigInteger()),
        sa.Column("output_tokens", sa.BigInteger()),
        sa.Column("reasoning_tokens", sa.BigInteger()),
        sa.Column("cost_micro_dollars", sa.BigInteger()),
        sa.Column("cost_estimated", sa.Boolean()),
        sa.Column("zero_data_retention", sa.Boolean()),
        sa.PrimaryKeyConstraint("user_id", "number", name="pk_receipts"),
        sa.UniqueConstraint("user_id", "id", name="uq_receipts_user_id_id"),
    )
    op.create_index("ix_receipts_user_id_message_id", "receipts", ["user_id", "message_id"])
    op.create_index(
        "ix_receipts_sent_at",
        "receipts",
        ["sent_at"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "receipt_heads",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_receipt_heads"),
    )
    op.create_table(
        "receipt_recipes",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid()),
        sa.Column("recipe", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "receipt_id", name="pk_receipt_recipes"),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name="fk_receipt_recipes_user_id_conversation_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_receipt_recipes_user_id_conversation_id",
        "receipt_recipes",
        ["user_id", "conversation_id"],
    )
    op.create_table(
        "receipt_keys",
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("public_key", name="pk_receipt_keys"),
    )


def downgrade() -> None:
    for table in ("receipt_keys", "receipt_recipes", "receipt_heads", "receipts"):
        op.drop_table(table)
