"""Connected accounts, their chats with customers, and drafts."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "business_accounts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("connection_id", sa.String(128), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("can_reply", sa.Boolean(), nullable=False),
        sa.Column("mode", sa.String(8), server_default="off", nullable=False),
        sa.Column("stays_here", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("authorised", sa.String(400), nullable=True),
        sa.Column("knowledge", sa.LargeBinary(), nullable=True),
        sa.Column("away_from", sa.Integer(), nullable=True),
        sa.Column("away_to", sa.Integer(), nullable=True),
        sa.Column("time_zone", sa.String(64), nullable=True),
        sa.Column("daily_limit", sa.Integer(), server_default="20", nullable=False),
        sa.Column("connected_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_business_accounts")),
    )
    op.create_index("ix_business_accounts_connection_id", "business_accounts", ["connection_id"])
    op.create_table(
        "business_chats",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("history", sa.LargeBinary(), nullable=False),
        sa.Column("heard_at", UtcDateTime(), nullable=True),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("introduced", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "customer_id", name=op.f("pk_business_chats")),
    )
    op.create_index("ix_business_chats_customer_id", "business_chats", ["customer_id"])
    op.create_index("ix_business_chats_changed_at", "business_chats", ["changed_at"])
    op.create_table(
        "business_drafts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "customer_id"],
            ["business_chats.user_id", "business_chats.customer_id"],
            name=op.f("fk_business_drafts_user_id_business_chats"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_business_drafts")),
    )
    op.create_index("ix_business_drafts_user_id_number", "business_drafts", ["user_id", "number"])


def downgrade() -> None:
    op.drop_table("business_drafts")
    op.drop_table("business_chats")
    op.drop_table("business_accounts")
