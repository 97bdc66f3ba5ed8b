"""Plans that one member pays for a group."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_BEFORE = "source IN ('daily', 'credit')"
_NOW = "source IN ('daily', 'credit', 'group')"
WHOLE_NUMBERS = {
    "billing_group_passes": ("user_id", "chat_id", "messages", "used"),
    "billing_orders": ("user_id", "stars", "chat_id"),
    "billing_reservations": ("user_id", "cost_micro_dollars", "held_micro_dollars"),
}


def upgrade() -> None:
    op.create_table(
        "billing_group_passes",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("charge_id", sa.String(255), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "used >= 0 AND used <= messages", name=op.f("ck_billing_group_passes_used")
        ),
        sa.PrimaryKeyConstraint("user_id", "charge_id", name=op.f("pk_billing_group_passes")),
    )
    op.create_index("ix_billing_group_passes_chat_id", "billing_group_passes", ["chat_id"])
    op.create_index("ix_billing_group_passes_charge_id", "billing_group_passes", ["charge_id"])
    op.add_column("billing_orders", sa.Column("chat_id", sa.BigInteger()))
    _allow(_NOW)
    _arm("billing_group_passes", WHOLE_NUMBERS["billing_group_passes"])
    _arm("billing_orders", WHOLE_NUMBERS["billing_orders"], again=True)


def downgrade() -> None:
    op.execute("UPDATE billing_reservations SET source = 'daily' WHERE source = 'group'")
    _allow(_BEFORE)
    _arm("billing_orders", ("user_id", "stars"), again=True)
    op.drop_column("billing_orders", "chat_id")
    op.drop_table("billing_group_passes")


def _allow(sources: str) -> None:
    name = op.f("ck_billing_reservations_source")
    with op.batch_alter_table("billing_reservations") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sources)
    # SQLite made the table anew, and its triggers with the old one are gone.
    _arm("billing_reservations", WHOLE_NUMBERS["billing_reservations"])


def _arm(table: str, columns: tuple[str, ...], *, again: bool = False) -> None:
    """The triggers that refuse what is no whole number, as 0025 made them for other tables;
    `again`: in place of those that know fewer columns."""
    if op.get_bind().dialect.name != "sqlite":
        return
    wrong = " OR ".join(f"""typeof(NEW."{name}") NOT IN ('integer', 'null')""" for name in columns)
    for verb in ("INSERT", "UPDATE"):
        name = f"{table}_whole_{verb.lower()}"
        gone = f"DROP TRIGGER {name}"
        armed = (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {wrong} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: a value is no whole number'); END"
        )
        for statement in (gone, armed) if again else (armed,):
            op.execute(statement)
