"""What people's answers cost, what they may cost, and what is held for those under way."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_QUOTA_SUMS = ("spent_micro_dollars", "held_micro_dollars")


def upgrade() -> None:
    with op.batch_alter_table("billing_quotas") as quotas:
        quotas.add_column(sa.Column("cap_micro_dollars", sa.BigInteger(), nullable=True))
        for name in _QUOTA_SUMS:
            quotas.add_column(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("billing_reservations") as reservations:
        reservations.add_column(
            sa.Column("held_micro_dollars", sa.BigInteger(), server_default="0", nullable=False)
        )
        reservations.add_column(
            sa.Column("operator_held", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "billing_charges",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("model_id", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("held_micro_dollars", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("operator_held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("cost_micro_dollars", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_estimated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("cost_booked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('attempt', 'title', 'suggest', 'speech')",
            name=op.f("ck_billing_charges_purpose"),
        ),
        sa.CheckConstraint(
            "state IN ('held', 'settled', 'released')", name=op.f("ck_billing_charges_state")
        ),
        sa.CheckConstraint("cost_micro_dollars >= 0", name=op.f("ck_billing_charges_cost")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_billing_charges")),
    )
    op.create_index("ix_billing_charges_state", "billing_charges", ["state", "ended_at"])
    op.create_table(
        "billing_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent_micro_dollars", sa.BigInteger(), nullable=False),
        sa.Column("held_micro_dollars", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("held_micro_dollars >= 0", name=op.f("ck_billing_days_held")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_billing_days")),
    )


def downgrade() -> None:
    op.drop_table("billing_days")
    op.drop_index("ix_billing_charges_state", "billing_charges")
    op.drop_table("billing_charges")
    with op.batch_alter_table("billing_reservations") as reservations:
        reservations.drop_column("operator_held")
        reservations.drop_column("held_micro_dollars")
    with op.batch_alter_table("billing_quotas") as quotas:
        for name in _QUOTA_SUMS:
            quotas.drop_column(name)
        quotas.drop_column("cap_micro_dollars")
