"""What a group's admins let the bot keep, who shares their words, and reported posts."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bot_groups", sa.Column("keeps", sa.String(8), nullable=True))
    op.add_column("bot_groups", sa.Column("rules", sa.LargeBinary(), nullable=True))
    op.create_table(
        "bot_group_messages",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "number", name=op.f("pk_bot_group_messages")),
    )
    op.create_index("ix_bot_group_messages_sent_at", "bot_group_messages", ["sent_at"])
    op.create_index("ix_bot_group_messages_user_id", "bot_group_messages", ["user_id"])
    op.create_table(
        "bot_group_sharers",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "chat_id", name=op.f("pk_bot_group_sharers")),
    )
    op.create_table(
        "bot_group_acts",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("proposed", sa.String(8), nullable=False),
        sa.Column("act", sa.String(8), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("admin_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "id", name=op.f("pk_bot_group_acts")),
    )
    op.create_index("ix_bot_group_acts_user_id", "bot_group_acts", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_bot_group_acts_user_id", "bot_group_acts")
    op.drop_table("bot_group_acts")
    op.drop_table("bot_group_sharers")
    op.drop_index("ix_bot_group_messages_user_id", "bot_group_messages")
    op.drop_index("ix_bot_group_messages_sent_at", "bot_group_messages")
    op.drop_table("bot_group_messages")
    op.drop_column("bot_groups", "rules")
    op.drop_column("bot_groups", "keeps")
