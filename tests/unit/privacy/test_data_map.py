"""The data map: a table or column that is not declared, or no longer there, fails here."""

import sqlalchemy as sa

import backend.tables  # noqa: F401 - gathers all rooms' tables in the metadata
from backend.db import metadata
from backend.privacy.data_map import PAGE, declarations, markdown


def declared_columns() -> set[tuple[str, str, str]]:
    """(table, column, kind) of the map."""
    return {
        (table, column, kind)
        for table, one in declarations().items()
        for kind, columns in one.columns().items()
        for column in columns
    }


def test_every_column_is_declared_once() -> None:
    """And nothing is declared that there is not: add new columns to data_map.toml, by kind."""
    kept = {(table.name, column.name) for table in metadata.sorted_tables for column in table.c}
    declared = [(table, column) for table, column, _ in declared_columns()]
    assert sorted(kept - set(declared)) == []
    assert sorted(set(declared) - kept) == []
    assert len(declared) == len(set(declared))


def test_bytes_are_sealed_or_keys_or_hashes() -> None:
    """What people say is kept sealed: no column of bytes is anything else."""
    kinds = {(table, column): kind for table, column, kind in declared_columns()}
    for table in metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, sa.LargeBinary):
                assert kinds[table.name, column.name] in ("sealed", "key", "hash")
            else:
                assert kinds[table.name, column.name] != "sealed"


def test_people_are_named_by_person_columns_alone() -> None:
    """A Telegram id is in no column that does not say so."""
    kinds = {(table, column): kind for table, column, kind in declared_columns()}
    for table in metadata.sorted_tables:
        for column in table.c:
            if column.name in ("user_id", "recipient_id", "payer_id"):
                assert kinds[table.name, column.name] == "person"


def test_the_page_is_written_from_the_map() -> None:
    """`python -m backend.privacy.data_map` writes it."""
    assert PAGE.read_text(encoding="utf-8") == markdown()
