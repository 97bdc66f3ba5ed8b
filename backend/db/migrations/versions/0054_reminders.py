"""Reminders that people set in the chat with the bot."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_reminders",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("tried_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_bot_reminders")),
    )
    op.create_index(op.f("ix_bot_reminders_due_at"), "bot_reminders", ["due_at"])


def downgrade() -> None:
    op.drop_table("bot_reminders")
