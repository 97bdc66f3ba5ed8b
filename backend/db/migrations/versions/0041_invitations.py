"""Invitations and promo codes."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

WHOLE_NUMBERS = {
    "billing_referrals": ("user_id", "referrer_id"),
    "billing_promo_uses": ("user_id",),
    "billing_promo_codes": ("days", "most", "used"),
}


def upgrade() -> None:
    op.create_table(
        "billing_referrals",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("referrer_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("charge_id", sa.String(255), nullable=True),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_billing_referrals")),
    )
    op.create_index("ix_billing_referrals_referrer_id", "billing_referrals", ["referrer_id"])
    op.create_index("ix_billing_referrals_charge_id", "billing_referrals", ["charge_id"])
    op.create_table(
        "billing_promo_uses",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "code", name=op.f("pk_billing_promo_uses")),
    )
    op.create_table(
        "billing_promo_codes",
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("plan_id", sa.String(40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_billing_promo_codes")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in WHOLE_NUMBERS.items():
            for statement in arming(table, columns):
                op.execute(statement)


def downgrade() -> None:
    op.drop_table("billing_promo_codes")
    op.drop_table("billing_promo_uses")
    op.drop_table("billing_referrals")


def arming(table: str, columns: tuple[str, ...]) -> list[str]:
    """The triggers that refuse what is no whole number, as 0025 made them for other tables."""
    wrong = " OR ".join(f"""typeof(NEW."{name}") NOT IN ('integer', 'null')""" for name in columns)
    return [
        f"CREATE TRIGGER {table}_whole_{verb.lower()} BEFORE {verb} ON {table} WHEN {wrong} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: a value is no whole number'); END"
        for verb in ("INSERT", "UPDATE")
    ]
