"""Messages to many people, who wants none, and what operators confirm in the chat."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.String(40)),
        sa.Column("language", sa.String(16)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("people", sa.Integer(), server_default="0", nullable=False),
        sa.Column("begun", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("after_user", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.CheckConstraint(
            "state IN ('draft', 'running', 'stopped', 'done')",
            name=op.f("ck_broadcasts_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_index(op.f("ix_broadcasts_state"), "broadcasts", ["state"])
    op.create_table(
        "broadcast_refusals",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("refused_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_broadcast_refusals")),
    )
    op.create_table(
        "operator_confirmations",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.LargeBinary()),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error_code", sa.String(60)),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'begun', 'done', 'declined', 'failed')",
            name=op.f("ck_operator_confirmations_state"),
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_operator_confirmations")),
    )
    op.create_index(
        op.f("ix_operator_confirmations_asked_at"), "operator_confirmations", ["asked_at"]
    )


def downgrade() -> None:
    op.drop_table("operator_confirmations")
    op.drop_table("broadcast_refusals")
    op.drop_table("broadcasts")
