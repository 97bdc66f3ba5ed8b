"""Groups in which the bot is on, and whose answers its messages there are."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_groups",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("quotes", sa.Boolean(), nullable=False),
        sa.Column("enabled_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_bot_groups")),
    )
    op.create_table(
        "bot_group_answers",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_bot_group_answers_user_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "chat_id", "number", name=op.f("pk_bot_group_answers")),
    )
    op.create_index(
        "ix_bot_group_answers_user_id_conversation_id",
        "bot_group_answers",
        ["user_id", "conversation_id"],
    )


def downgrade() -> None:
    op.drop_index("ix_bot_group_answers_user_id_conversation_id", "bot_group_answers")
    op.drop_table("bot_group_answers")
    op.drop_table("bot_groups")
