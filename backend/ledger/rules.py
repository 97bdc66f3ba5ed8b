"""The ledger's triggers: rules that the database enforces.

Rows are never changed or deleted; a movement is accepted only if its entries sum to zero in each
currency; nothing is added to a movement afterwards; nothing is booked into a closed month; closing
is never undone. The tables' `after_create` runs these statements; the migration keeps a copy of
them, and a test compares what the two leave in a database.
"""

APPEND_ONLY = (
    "ledger_accounts",
    "ledger_movements",
    "ledger_entries",
    "ledger_conversions",
    "ledger_statements",
    "ledger_answers",
)

_BOOKS_ROW = "INSERT INTO ledger_books (id, closed_through) VALUES (1, '') ON CONFLICT DO NOTHING"


def create(dialect: str) -> tuple[str, ...]:
    """The statements that create the triggers, in order, for `sqlite` or `postgresql`."""
    armed = _sqlite() if dialect == "sqlite" else _postgresql()
    return (_BOOKS_ROW, *armed)


def _sqlite() -> tuple[str, ...]:
    frozen = tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'ledger: {table} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    )
    return (*frozen, *_SQLITE_RULES)


_SQLITE_RULES = (
    """CREATE TRIGGER ledger_entries_before_seal BEFORE INSERT ON ledger_entries
    WHEN EXISTS (SELECT 1 FROM ledger_movements WHERE id = NEW.movement_id)
    BEGIN SELECT RAISE(ABORT, 'ledger: the movement stands already'); END""",
    # INSERT OR REPLACE would delete the old row without asking the DELETE trigger.
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
    # SQLite checks neither types nor, unless a connection asks for it, foreign keys.
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


_FUNCTIONS = {
    "ledger_refuse_change": """BEGIN
        RAISE EXCEPTION 'ledger: rows are append-only';
    END""",
    "ledger_check_entry": """BEGIN
        IF EXISTS (SELECT 1 FROM ledger_movements WHERE id = NEW.movement_id) THEN
            RAISE EXCEPTION 'ledger: the movement stands already';
        END IF;
        RETURN NEW;
    END""",
    # FOR SHARE waits for a closing under way, and makes a closing wait for this movement.
    "ledger_check_movement": """DECLARE closed text;
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
    END""",
    # Two writers could share one movement id, each seeing only its own entries: the sum is
    # taken again when each commits.
    "ledger_check_commit": """BEGIN
        IF EXISTS (SELECT 1 FROM ledger_entries WHERE movement_id = NEW.movement_id
                   GROUP BY currency HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'ledger: the movement does not balance';
        END IF;
        RETURN NULL;
    END""",
    "ledger_check_books": """BEGIN
        IF TG_OP = 'DELETE' OR NEW.id <> OLD.id
           OR NEW.closed_through COLLATE "C" <= OLD.closed_through COLLATE "C" THEN
            RAISE EXCEPTION 'ledger: a closed period stays closed';
        END IF;
        RETURN NEW;
    END""",
    "ledger_refuse_truncate": """BEGIN
        RAISE EXCEPTION 'ledger: a closed period stays closed';
    END""",
    "ledger_check_period": """BEGIN
        IF NEW.period !~ '^[0-9]{4}-(0[1-9]|1[0-2])$'
           OR NEW.period COLLATE "C" < to_char(NEW.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM') THEN
            RAISE EXCEPTION 'ledger: the period is impossible';
        END IF;
        RETURN NEW;
    END""",
    "ledger_check_closed_through": """BEGIN
        IF NEW.closed_through !~ '^[0-9]{4}-(0[1-9]|1[0-2])$' THEN
            RAISE EXCEPTION 'ledger: the period is impossible';
        END IF;
        RETURN NEW;
    END""",
    "ledger_check_balance": """BEGIN
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
    END""",
    "ledger_check_statement": """BEGIN
        IF NOT EXISTS (SELECT 1 FROM ledger_books WHERE closed_through = NEW.month)
           OR NEW.number IS NULL
           OR NEW.number <= (SELECT coalesce(max(number), 0) FROM ledger_statements) THEN
            RAISE EXCEPTION 'ledger: a statement is of the month being closed';
        END IF;
        RETURN NEW;
    END""",
}


def _postgresql() -> tuple[str, ...]:
    functions = tuple(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        for name, body in _FUNCTIONS.items()
    )
    frozen = tuple(
        statement
        for table in APPEND_ONLY
        for statement in (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
        )
    )
    return (
        *functions,
        *frozen,
        "CREATE TRIGGER ledger_entries_before_seal BEFORE INSERT ON ledger_entries "
        "FOR EACH ROW EXECUTE FUNCTION ledger_check_entry()",
        "CREATE TRIGGER ledger_movements_sealed BEFORE INSERT ON ledger_movements "
        "FOR EACH ROW EXECUTE FUNCTION ledger_check_movement()",
        "CREATE CONSTRAINT TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_commit()",
        "CREATE TRIGGER ledger_books_forward BEFORE UPDATE OR DELETE ON ledger_books "
        "FOR EACH ROW EXECUTE FUNCTION ledger_check_books()",
        "CREATE TRIGGER ledger_books_no_truncate BEFORE TRUNCATE ON ledger_books "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()",
        "CREATE TRIGGER ledger_books_period BEFORE UPDATE ON ledger_books "
        "FOR EACH ROW EXECUTE FUNCTION ledger_check_closed_through()",
        "CREATE TRIGGER ledger_movements_period BEFORE INSERT ON ledger_movements "
        "FOR EACH ROW EXECUTE FUNCTION ledger_check_period()",
        "CREATE TRIGGER ledger_balances_of_entries BEFORE INSERT OR UPDATE OR DELETE "
        "ON ledger_balances FOR EACH ROW EXECUTE FUNCTION ledger_check_balance()",
        "CREATE TRIGGER ledger_balances_no_truncate BEFORE TRUNCATE ON ledger_balances "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()",
        "CREATE TRIGGER ledger_statements_closed BEFORE INSERT ON ledger_statements "
        "FOR EACH ROW EXECUTE FUNCTION ledger_check_statement()",
    )
