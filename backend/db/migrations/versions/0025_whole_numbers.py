"""SQLite refuses text and fractions where money and messages are counted."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COLUMNS = {
    "ledger_answers": ["answers"],
    "billing_reconciliation": ["id", "offset"],
    "billing_people": ["user_id"],
    "billing_orders": ["user_id", "stars"],
    "billing_inbox": ["user_id"],
    "billing_subscriptions": ["user_id", "stars"],
    "billing_periods": ["user_id"],
    "billing_gifts": ["user_id", "recipient_id"],
    "billing_notices": ["user_id"],
    "billing_mismatches": ["stars", "user_id"],
    "billing_requests": ["user_id"],
    "billing_stops": ["user_id", "attempts"],
    "billing_quotas": [
        "user_id",
        "used",
        "held",
        "credits",
        "cap_micro_dollars",
        "spent_micro_dollars",
        "held_micro_dollars",
    ],
    "billing_credit_packs": ["user_id", "credits", "used"],
    "billing_reservations": ["user_id", "cost_micro_dollars", "held_micro_dollars"],
    "billing_charges": ["user_id", "held_micro_dollars", "cost_micro_dollars"],
    "billing_entitlements": ["user_id"],
    "billing_days": ["spent_micro_dollars", "held_micro_dollars"],
}


VERBS = ("INSERT", "UPDATE")


def arming(table: str, columns: list[str]) -> list[str]:
    """The triggers of a table, as they were when this was written."""
    wrong = " OR ".join(f"""typeof(NEW."{name}") NOT IN ('integer', 'null')""" for name in columns)
    return [
        f"CREATE TRIGGER {table}_whole_{verb.lower()} BEFORE {verb} ON {table} WHEN {wrong} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: a value is no whole number'); END"
        for verb in VERBS
    ]


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in COLUMNS.items():
            for statement in arming(table, columns):
                op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        dropping = [f"DROP TRIGGER {t}_whole_{verb.lower()}" for t in COLUMNS for verb in VERBS]
        for statement in dropping:
            op.execute(statement)
