"""What operators decide: bans and limits, switches; and which of them did what."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BEFORE = (
    "user_id",
    "used",
    "held",
    "credits",
    "cap_micro_dollars",
    "spent_micro_dollars",
    "held_micro_dollars",
)
VERBS = ("INSERT", "UPDATE")


def rearming(columns: tuple[str, ...]) -> list[str]:
    """The triggers of billing_quotas for these columns, in place of those that there are."""
    wrong = " OR ".join(f"""typeof(NEW."{name}") NOT IN ('integer', 'null')""" for name in columns)
    return [f"DROP TRIGGER billing_quotas_whole_{verb.lower()}" for verb in VERBS] + [
        f"CREATE TRIGGER billing_quotas_whole_{verb.lower()} BEFORE {verb} ON billing_quotas "
        f"WHEN {wrong} BEGIN SELECT RAISE(ABORT, 'billing_quotas: a value is no whole number'); END"
        for verb in VERBS
    ]


def arm(columns: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in rearming(columns):
            op.execute(statement)


def upgrade() -> None:
    op.add_column("billing_quotas", sa.Column("banned_until", UtcDateTime()))
    op.add_column("billing_quotas", sa.Column("daily_limit", sa.Integer()))
    arm((*BEFORE, "daily_limit"))
    op.add_column("access_log", sa.Column("operator", sa.Uuid()))
    op.create_table(
        "switches",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switches")),
    )


def downgrade() -> None:
    op.drop_table("switches")
    op.drop_column("access_log", "operator")
    arm(BEFORE)
    op.drop_column("billing_quotas", "daily_limit")
    op.drop_column("billing_quotas", "banned_until")
