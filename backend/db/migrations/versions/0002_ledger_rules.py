"""The ledger's rules: triggers that refuse edits, unbalanced movements and closed months.

Altering a ledger table on SQLite makes it anew and drops its triggers: a later migration that
does so has to run `ledger_ddl.drop` before and `ledger_ddl.create` after.
"""

from alembic import op

from backend.billing import ledger_ddl

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in ledger_ddl.create(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    for statement in ledger_ddl.drop(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
