"""Integer columns stay integers in SQLite, which stores text and fractions in any column.

PostgreSQL refuses them by its types. Tables that count money get triggers when they are created;
their migrations contain a copy.
"""

import sqlalchemy as sa


def keep_whole(*tables: sa.Table) -> None:
    """Refuse non-integers in all integer columns of these tables."""
    for table in tables:
        sa.event.listen(table, "after_create", _arm)


def whole_number_triggers(table: str, columns: list[str]) -> list[str]:
    """The statements that create a table's triggers."""
    wrong = " OR ".join(f"""typeof(NEW."{name}") NOT IN ('integer', 'null')""" for name in columns)
    return [
        f"CREATE TRIGGER {table}_whole_{verb.lower()} BEFORE {verb} ON {table} WHEN {wrong} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: a value is no whole number'); END"
        for verb in ("INSERT", "UPDATE")
    ]


def _arm(table: sa.Table, connection: sa.Connection, **_: object) -> None:
    if connection.dialect.name == "sqlite":
        columns = [one.name for one in table.columns if isinstance(one.type, sa.Integer)]
        for statement in whole_number_triggers(table.name, columns):
            connection.exec_driver_sql(statement)
