"""What an inbox knows of the owner's files, hand-over words, customers' names, and its days."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("business_accounts", sa.Column("handover", sa.LargeBinary(), nullable=True))
    op.add_column("business_chats", sa.Column("name", sa.LargeBinary(), nullable=True))
    op.create_table(
        "business_files",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_business_files")),
    )
    op.create_table(
        "business_days",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("received", sa.Integer(), server_default="0", nullable=False),
        sa.Column("drafted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skipped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cost_micro_dollars", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_business_days")),
    )
    op.create_index("ix_business_days_day", "business_days", ["day"])


def downgrade() -> None:
    op.drop_table("business_days")
    op.drop_table("business_files")
    op.drop_column("business_chats", "name")
    op.drop_column("business_accounts", "handover")
