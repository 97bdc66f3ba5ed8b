"""What judging texts and pictures costs."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_BEFORE = "purpose IN ('attempt', 'title', 'suggest', 'speech', 'claims', 'check')"
_NOW = "purpose IN ('attempt', 'title', 'suggest', 'speech', 'claims', 'check', 'moderate')"


def upgrade() -> None:
    _allow(_NOW)


def downgrade() -> None:
    op.execute("DELETE FROM billing_charges WHERE purpose = 'moderate'")
    _allow(_BEFORE)


def _allow(purposes: str) -> None:
    name = op.f("ck_billing_charges_purpose")
    with op.batch_alter_table("billing_charges") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, purposes)
    if op.get_bind().dialect.name == "sqlite":
        # There the table was made anew, and its triggers of 0025 with the old one are gone.
        for statement in arming():
            op.execute(statement)


def arming() -> list[str]:
    """The table's triggers, as 0025 made them."""
    columns = ("user_id", "held_micro_dollars", "cost_micro_dollars")
    wrong = " OR ".join(f"""typeof(NEW."{name}") NOT IN ('integer', 'null')""" for name in columns)
    return [
        f"CREATE TRIGGER billing_charges_whole_{verb.lower()} BEFORE {verb} ON billing_charges "
        f"WHEN {wrong} "
        "BEGIN SELECT RAISE(ABORT, 'billing_charges: a value is no whole number'); END"
        for verb in ("INSERT", "UPDATE")
    ]
