"""The ledger's rules: triggers that refuse edits, unbalanced movements and closed months.

The statements are those of `backend/ledger/rules.py` on the day this was written; a test
compares the two. Altering a ledger table on SQLite makes it anew and drops its triggers, so a
later migration that does so has to write them again.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BOOKS = "INSERT INTO ledger_books (id, closed_through) VALUES (1, '') ON CONFLICT DO NOTHING"

SQLITE = (
    "CREATE TRIGGER ledger_accounts_no_update BEFORE UPDATE ON ledger_accounts BEGIN "
    "SELECT RAISE(ABORT, 'ledger: ledger_accounts is append-only'); END",
    "CREATE TRIGGER ledger_accounts_no_delete BEFORE DELETE ON ledger_accounts BEGIN "
    "SELECT RAISE(ABORT, 'ledger: ledger_accounts is append-only'); END",
    "CREATE TRIGGER ledger_movements_no_update BEFORE UPDATE ON ledger_movements "
    "BEGIN SELECT RAISE(ABORT, 'ledger: ledger_movements is append-only'); END",
    "CREATE TRIGGER ledger_movements_no_delete BEFORE DELETE ON ledger_movements "
    "BEGIN SELECT RAISE(ABORT, 'ledger: ledger_movements is append-only'); END",
    "CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries BEGIN "
    "SELECT RAISE(ABORT, 'ledger: ledger_entries is append-only'); END",
    "CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries BEGIN "
    "SELECT RAISE(ABORT, 'ledger: ledger_entries is append-only'); END",
    "CREATE TRIGGER ledger_conversions_no_update BEFORE UPDATE ON ledger_conversions "
    "BEGIN SELECT RAISE(ABORT, 'ledger: ledger_conversions is append-only'); END",
    "CREATE TRIGGER ledger_conversions_no_delete BEFORE DELETE ON ledger_conversions "
    "BEGIN SELECT RAISE(ABORT, 'ledger: ledger_conversions is append-only'); END",
    "CREATE TRIGGER ledger_statements_no_update BEFORE UPDATE ON ledger_statements "
    "BEGIN SELECT RAISE(ABORT, 'ledger: ledger_statements is append-only'); END",
    "CREATE TRIGGER ledger_statements_no_delete BEFORE DELETE ON ledger_statements "
    "BEGIN SELECT RAISE(ABORT, 'ledger: ledger_statements is append-only'); END",
    """CREATE TRIGGER ledger_entries_before_seal BEFORE INSERT ON ledger_entries
    WHEN EXISTS (SELECT 1 FROM ledger_movements WHERE id = NEW.movement_id)
    BEGIN SELECT RAISE(ABORT, 'ledger: the movement stands already'); END""",
    """CREATE TRIGGER ledger_movements_once BEFORE INSERT ON ledger_movements
    WHEN EXISTS (SELECT 1 FROM ledger_movements WHERE id = NEW.id
                 OR (kind = NEW.kind AND reference = NEW.reference))
    BEGIN SELECT RAISE(ABORT, 'ledger: the movement stands already'); END""",
    """CREATE TRIGGER ledger_movements_balanced BEFORE INSERT ON ledger_movements
    WHEN (SELECT count(*) FROM ledger_entries WHERE movement_id = NEW.id) < 2
      OR EXISTS (SELECT 1 FROM ledger_entries WHERE movement_id = NEW.id
                 GROUP BY currency HAVING sum(amount) <> 0)
    BEGIN SELECT RAISE(ABORT, 'ledger: the movement does not balance'); END""",
    """CREATE TRIGGER ledger_movements_open BEFORE INSERT ON ledger_movements
    WHEN NOT EXISTS (SELECT 1 FROM ledger_books WHERE closed_through < NEW.period)
    BEGIN SELECT RAISE(ABORT, 'ledger: the period is closed'); END""",
    """CREATE TRIGGER ledger_accounts_once BEFORE INSERT ON ledger_accounts
    WHEN EXISTS (SELECT 1 FROM ledger_accounts WHERE id = NEW.id)
    BEGIN SELECT RAISE(IGNORE); END""",
    """CREATE TRIGGER ledger_conversions_once BEFORE INSERT ON ledger_conversions
    WHEN EXISTS (SELECT 1 FROM ledger_conversions WHERE movement_id = NEW.movement_id)
    BEGIN SELECT RAISE(ABORT, 'ledger: the conversion stands already'); END""",
    """CREATE TRIGGER ledger_statements_once BEFORE INSERT ON ledger_statements
    WHEN EXISTS (SELECT 1 FROM ledger_statements
                 WHERE partner = NEW.partner AND month = NEW.month)
    BEGIN SELECT RAISE(ABORT, 'ledger: the statement stands already'); END""",
    """CREATE TRIGGER ledger_books_forward BEFORE UPDATE ON ledger_books
    WHEN NEW.id <> OLD.id OR NEW.closed_through <= OLD.closed_through
    BEGIN SELECT RAISE(ABORT, 'ledger: a closed period stays closed'); END""",
    """CREATE TRIGGER ledger_books_once BEFORE INSERT ON ledger_books
    WHEN EXISTS (SELECT 1 FROM ledger_books)
    BEGIN SELECT RAISE(IGNORE); END""",
    """CREATE TRIGGER ledger_books_no_delete BEFORE DELETE ON ledger_books
    BEGIN SELECT RAISE(ABORT, 'ledger: a closed period stays closed'); END""",
)

FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'ledger: rows are append-only';
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM ledger_movements WHERE id = NEW.movement_id) THEN
            RAISE EXCEPTION 'ledger: the movement stands already';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_check_movement() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE closed text;
    BEGIN
        IF (SELECT count(*) FROM ledger_entries WHERE movement_id = NEW.id) < 2
           OR EXISTS (SELECT 1 FROM ledger_entries WHERE movement_id = NEW.id
                      GROUP BY currency HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'ledger: the movement does not balance';
        END IF;
        SELECT closed_through INTO closed FROM ledger_books WHERE id = 1 FOR SHARE;
        IF closed IS NULL OR closed COLLATE "C" >= NEW.period COLLATE "C" THEN
            RAISE EXCEPTION 'ledger: the period is closed';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_check_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM ledger_entries WHERE movement_id = NEW.movement_id
                   GROUP BY currency HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'ledger: the movement does not balance';
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE OR REPLACE FUNCTION ledger_check_books() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' OR NEW.id <> OLD.id
           OR NEW.closed_through COLLATE "C" <= OLD.closed_through COLLATE "C" THEN
            RAISE EXCEPTION 'ledger: a closed period stays closed';
        END IF;
        RETURN NEW;
    END $$""",
)

POSTGRESQL = (
    "CREATE TRIGGER ledger_accounts_no_change BEFORE UPDATE OR DELETE ON "
    "ledger_accounts FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_accounts_no_truncate BEFORE TRUNCATE ON ledger_accounts "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_movements_no_change BEFORE UPDATE OR DELETE ON "
    "ledger_movements FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_movements_no_truncate BEFORE TRUNCATE ON ledger_movements "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_entries_no_change BEFORE UPDATE OR DELETE ON "
    "ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries FOR "
    "EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_conversions_no_change BEFORE UPDATE OR DELETE ON "
    "ledger_conversions FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_conversions_no_truncate BEFORE TRUNCATE ON "
    "ledger_conversions FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_statements_no_change BEFORE UPDATE OR DELETE ON "
    "ledger_statements FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_statements_no_truncate BEFORE TRUNCATE ON "
    "ledger_statements FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE TRIGGER ledger_entries_before_seal BEFORE INSERT ON ledger_entries FOR "
    "EACH ROW EXECUTE FUNCTION ledger_check_entry()",
    "CREATE TRIGGER ledger_movements_sealed BEFORE INSERT ON ledger_movements FOR "
    "EACH ROW EXECUTE FUNCTION ledger_check_movement()",
    "CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON "
    "ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_commit()",
    "CREATE TRIGGER ledger_books_forward BEFORE UPDATE OR DELETE ON ledger_books FOR "
    "EACH ROW EXECUTE FUNCTION ledger_check_books()",
)

SQLITE_DROPS = (
    "DROP TRIGGER ledger_accounts_no_update",
    "DROP TRIGGER ledger_accounts_no_delete",
    "DROP TRIGGER ledger_movements_no_update",
    "DROP TRIGGER ledger_movements_no_delete",
    "DROP TRIGGER ledger_entries_no_update",
    "DROP TRIGGER ledger_entries_no_delete",
    "DROP TRIGGER ledger_conversions_no_update",
    "DROP TRIGGER ledger_conversions_no_delete",
    "DROP TRIGGER ledger_statements_no_update",
    "DROP TRIGGER ledger_statements_no_delete",
    "DROP TRIGGER ledger_entries_before_seal",
    "DROP TRIGGER ledger_movements_once",
    "DROP TRIGGER ledger_movements_balanced",
    "DROP TRIGGER ledger_movements_open",
    "DROP TRIGGER ledger_accounts_once",
    "DROP TRIGGER ledger_conversions_once",
    "DROP TRIGGER ledger_statements_once",
    "DROP TRIGGER ledger_books_forward",
    "DROP TRIGGER ledger_books_once",
    "DROP TRIGGER ledger_books_no_delete",
)

POSTGRESQL_DROPS = (
    "DROP FUNCTION ledger_refuse_change CASCADE",
    "DROP FUNCTION ledger_check_entry CASCADE",
    "DROP FUNCTION ledger_check_movement CASCADE",
    "DROP FUNCTION ledger_check_commit CASCADE",
    "DROP FUNCTION ledger_check_books CASCADE",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (BOOKS, *(SQLITE if sqlite else (*FUNCTIONS, *POSTGRESQL))):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_DROPS if sqlite else POSTGRESQL_DROPS:
        op.get_bind().exec_driver_sql(statement)
