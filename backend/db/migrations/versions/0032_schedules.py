"""Scheduled questions."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime()),
        sa.Column("error_code", sa.String(64)),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("minute >= 0 AND minute < 1440", name=op.f("ck_schedules_minute")),
        sa.CheckConstraint("weekdays > 0 AND weekdays < 128", name=op.f("ck_schedules_weekdays")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_schedules")),
    )
    op.create_index(
        op.f("ix_schedules_user_id_conversation_id"), "schedules", ["user_id", "conversation_id"]
    )
    op.create_index(
        "ix_schedules_next_at",
        "schedules",
        ["next_at"],
        sqlite_where=sa.text("paused = 0"),
        postgresql_where=sa.text("NOT paused"),
    )


def downgrade() -> None:
    op.drop_table("schedules")
