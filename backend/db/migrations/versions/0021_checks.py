"""Checks of claims against sources, and what they cost."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BEFORE = "purpose IN ('attempt', 'title', 'suggest', 'speech')"
_NOW = "purpose IN ('attempt', 'title', 'suggest', 'speech', 'claims', 'check')"
_STATES = "state IN ('listed', 'running', 'complete', 'stopped', 'interrupted', 'failed')"


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("model_id", sa.String(100), nullable=False),
        sa.Column("model_name", sa.String(200), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("claim_micro_dollars", sa.BigInteger(), nullable=True),
        sa.Column("cost_micro_dollars", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_estimated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error_code", sa.String(64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_checks_user_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "message_id"],
            ["messages.user_id", "messages.id"],
            name=op.f("fk_checks_user_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(_STATES, name=op.f("ck_checks_state")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_checks")),
    )
    for column in ("conversation_id", "message_id"):
        op.create_index(f"ix_checks_user_id_{column}", "checks", ["user_id", column])
    running = sa.text("state = 'running'")
    op.create_index(
        "ix_checks_started_at",
        "checks",
        ["started_at"],
        sqlite_where=running,
        postgresql_where=running,
    )
    _allow(_NOW)


def downgrade() -> None:
    op.execute("DELETE FROM billing_charges WHERE purpose IN ('claims', 'check')")
    _allow(_BEFORE)
    op.drop_table("checks")


def _allow(purposes: str) -> None:
    name = op.f("ck_billing_charges_purpose")
    with op.batch_alter_table("billing_charges") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, purposes)
