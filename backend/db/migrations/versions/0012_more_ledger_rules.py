"""More of the ledger's rules: types, periods, truncation, statements; and what shares may go by.

The statements are those of `backend/ledger/rules.py` on the day this was written, without the
earlier ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER ledger_answers_no_update BEFORE UPDATE ON ledger_answers BEGIN SELECT "
    "RAISE(ABORT, 'ledger: ledger_answers is append-only'); END",
    "CREATE TRIGGER ledger_answers_no_delete BEFORE DELETE ON ledger_answers BEGIN SELECT "
    "RAISE(ABORT, 'ledger: ledger_answers is append-only'); END",
    """CREATE TRIGGER ledger_entries_typed BEFORE INSERT ON ledger_entries
    WHEN typeof(NEW.amount) <> 'integer' OR typeof(NEW.line) <> 'integer'
      OR typeof(NEW.account) <> 'text' OR typeof(NEW.currency) <> 'text'
    BEGIN SELECT RAISE(ABORT, 'ledger: a value has the wrong type'); END""",
    """CREATE TRIGGER ledger_entries_known BEFORE INSERT ON ledger_entries
    WHEN NOT EXISTS (SELECT 1 FROM ledger_accounts WHERE id = NEW.account)
    BEGIN SELECT RAISE(ABORT, 'ledger: no such account'); END""",
    """CREATE TRIGGER ledger_movements_typed BEFORE INSERT ON ledger_movements
    WHEN typeof(NEW.kind) <> 'text' OR typeof(NEW.reference) <> 'text'
      OR typeof(NEW.occurred_at) <> 'text' OR typeof(NEW.booked_at) <> 'text'
    BEGIN SELECT RAISE(ABORT, 'ledger: a value has the wrong type'); END""",
    """CREATE TRIGGER ledger_movements_period BEFORE INSERT ON ledger_movements
    WHEN NEW.period NOT GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'
      OR substr(NEW.period, 6) NOT BETWEEN '01' AND '12'
      OR NEW.period < substr(NEW.occurred_at, 1, 7)
    BEGIN SELECT RAISE(ABORT, 'ledger: the period is impossible'); END""",
    """CREATE TRIGGER ledger_books_period BEFORE UPDATE ON ledger_books
    WHEN NEW.closed_through NOT GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'
      OR substr(NEW.closed_through, 6) NOT BETWEEN '01' AND '12'
    BEGIN SELECT RAISE(ABORT, 'ledger: the period is impossible'); END""",
    """CREATE TRIGGER ledger_conversions_typed BEFORE INSERT ON ledger_conversions
    WHEN typeof(NEW.stars) <> 'integer' OR typeof(NEW.micro_dollars) <> 'integer'
      OR typeof(NEW.micro_dollars_per_star) <> 'integer'
    BEGIN SELECT RAISE(ABORT, 'ledger: a value has the wrong type'); END""",
    """CREATE TRIGGER ledger_conversions_known BEFORE INSERT ON ledger_conversions
    WHEN NOT EXISTS (SELECT 1 FROM ledger_movements WHERE id = NEW.movement_id)
    BEGIN SELECT RAISE(ABORT, 'ledger: no such movement'); END""",
    """CREATE TRIGGER ledger_balances_new BEFORE INSERT ON ledger_balances
    WHEN typeof(NEW.balance) <> 'integer'
      OR NOT EXISTS (SELECT 1 FROM ledger_entries
                     WHERE account = NEW.account AND currency = NEW.currency)
    BEGIN SELECT RAISE(ABORT, 'ledger: a balance without entries'); END""",
    """CREATE TRIGGER ledger_balances_changed BEFORE UPDATE ON ledger_balances
    WHEN typeof(NEW.balance) <> 'integer'
      OR NEW.account <> OLD.account OR NEW.currency <> OLD.currency
    BEGIN SELECT RAISE(ABORT, 'ledger: a balance of something else'); END""",
    """CREATE TRIGGER ledger_balances_no_delete BEFORE DELETE ON ledger_balances
    BEGIN SELECT RAISE(ABORT, 'ledger: balances stay'); END""",
    """CREATE TRIGGER ledger_statements_closed BEFORE INSERT ON ledger_statements
    WHEN NOT EXISTS (SELECT 1 FROM ledger_books WHERE closed_through = NEW.month)
      OR typeof(NEW.document) <> 'text' OR typeof(NEW.number) <> 'integer'
      OR NEW.number <= (SELECT coalesce(max(number), 0) FROM ledger_statements)
    BEGIN SELECT RAISE(ABORT, 'ledger: a statement is of the month being closed'); END""",
)

POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION ledger_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'ledger: a closed period stays closed';
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_check_period() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.period !~ '^[0-9]{4}-(0[1-9]|1[0-2])$'
           OR NEW.period COLLATE "C" < to_char(NEW.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM') THEN
            RAISE EXCEPTION 'ledger: the period is impossible';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_check_closed_through() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.closed_through !~ '^[0-9]{4}-(0[1-9]|1[0-2])$' THEN
            RAISE EXCEPTION 'ledger: the period is impossible';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'ledger: balances stay';
        END IF;
        IF TG_OP = 'UPDATE' AND (NEW.account <> OLD.account OR NEW.currency <> OLD.currency) THEN
            RAISE EXCEPTION 'ledger: a balance of something else';
        END IF;
        IF TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT 1 FROM ledger_entries WHERE account = NEW.account AND currency = NEW.currency
        ) THEN
            RAISE EXCEPTION 'ledger: a balance without entries';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_check_statement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT 1 FROM ledger_books WHERE closed_through = NEW.month)
           OR NEW.number IS NULL
           OR NEW.number <= (SELECT coalesce(max(number), 0) FROM ledger_statements) THEN
            RAISE EXCEPTION 'ledger: a statement is of the month being closed';
        END IF;
        RETURN NEW;
    END $$""",
    "CREATE TRIGGER ledger_answers_no_change BEFORE UPDATE OR DELETE ON ledger_answers "
    "FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_answers_no_truncate BEFORE TRUNCATE ON ledger_answers FOR EACH "
    "STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_books_no_truncate BEFORE TRUNCATE ON ledger_books FOR EACH "
    "STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()",
    "CREATE TRIGGER ledger_books_period BEFORE UPDATE ON ledger_books FOR EACH ROW "
    "EXECUTE FUNCTION ledger_check_closed_through()",
    "CREATE TRIGGER ledger_movements_period BEFORE INSERT ON ledger_movements FOR EACH "
    "ROW EXECUTE FUNCTION ledger_check_period()",
    "CREATE TRIGGER ledger_balances_of_entries BEFORE INSERT OR UPDATE OR DELETE ON "
    "ledger_balances FOR EACH ROW EXECUTE FUNCTION ledger_check_balance()",
    "CREATE TRIGGER ledger_balances_no_truncate BEFORE TRUNCATE ON ledger_balances FOR "
    "EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()",
    "CREATE TRIGGER ledger_statements_closed BEFORE INSERT ON ledger_statements FOR EACH "
    "ROW EXECUTE FUNCTION ledger_check_statement()",
)

SQLITE_DROPS = (
    "DROP TRIGGER ledger_answers_no_update",
    "DROP TRIGGER ledger_answers_no_delete",
    "DROP TRIGGER ledger_entries_typed",
    "DROP TRIGGER ledger_entries_known",
    "DROP TRIGGER ledger_movements_typed",
    "DROP TRIGGER ledger_movements_period",
    "DROP TRIGGER ledger_books_period",
    "DROP TRIGGER ledger_conversions_typed",
    "DROP TRIGGER ledger_conversions_known",
    "DROP TRIGGER ledger_balances_new",
    "DROP TRIGGER ledger_balances_changed",
    "DROP TRIGGER ledger_balances_no_delete",
    "DROP TRIGGER ledger_statements_closed",
)

POSTGRESQL_DROPS = (
    "DROP TRIGGER ledger_answers_no_change ON ledger_answers",
    "DROP TRIGGER ledger_answers_no_truncate ON ledger_answers",
    "DROP TRIGGER ledger_books_no_truncate ON ledger_books",
    "DROP TRIGGER ledger_books_period ON ledger_books",
    "DROP TRIGGER ledger_movements_period ON ledger_movements",
    "DROP TRIGGER ledger_balances_of_entries ON ledger_balances",
    "DROP TRIGGER ledger_balances_no_truncate ON ledger_balances",
    "DROP TRIGGER ledger_statements_closed ON ledger_statements",
    "DROP FUNCTION ledger_refuse_truncate",
    "DROP FUNCTION ledger_check_period",
    "DROP FUNCTION ledger_check_closed_through",
    "DROP FUNCTION ledger_check_balance",
    "DROP FUNCTION ledger_check_statement",
)


def upgrade() -> None:
    op.create_table(
        "ledger_answers",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("answers > 0", name=op.f("ck_ledger_answers_answers")),
        sa.PrimaryKeyConstraint("day", "provider", name=op.f("pk_ledger_answers")),
    )
    # Not in batch mode: that would make the table anew, without its triggers.
    op.add_column("ledger_statements", sa.Column("number", sa.Integer(), nullable=True))
    op.create_index("uq_ledger_statements_number", "ledger_statements", ["number"], unique=True)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_DROPS if is_sqlite else POSTGRESQL_DROPS:
        op.get_bind().exec_driver_sql(statement)
    op.drop_index("uq_ledger_statements_number", "ledger_statements")
    op.drop_column("ledger_statements", "number")
    op.drop_table("ledger_answers")
