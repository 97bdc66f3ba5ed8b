"""The schema's rules of distribution (docs.citusdata.com, "Determining Application Type"): a
person's rows lie together, and no key or reference goes from person to person.

Exercises backend/distribution.py.
"""

import pytest
import sqlalchemy as sa

from backend.db import Database, metadata
from backend.distribution import LOCAL, distributing, people_tables, relaxing, uniques_over_all
from tests.fixtures.postgres import PostgresServer

ACROSS = {
    "billing_people": [["account"]],
    "billing_orders": [["id"]],
    "billing_inbox": [["kind", "reference"]],
    "billing_gifts": [["code"]],
}
"""Uniques over all people that one server keeps, and a cluster goes without."""

UNIQUE_WITHOUT_PERSON = sa.text("""
    SELECT c.relname, i.relname FROM pg_index x
    JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE x.indisunique AND n.nspname = 'public' AND c.relname = ANY(:names)
      AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
                      AND a.attname = 'user_id' AND a.attnum = ANY(x.indkey))
""")
REFERENCE_WITHOUT_PERSON = sa.text("""
    SELECT conrelid::regclass::text, conname FROM pg_constraint k
    WHERE contype = 'f' AND conrelid::regclass::text = ANY(:names)
      AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid
                      AND a.attname = 'user_id' AND a.attnum = ANY(k.conkey))
""")


def test_every_table_has_its_place() -> None:
    """It is a person's, with `user_id`, or stands in the list with a reason; the list names
    nothing that is gone."""
    placeless = [one.name for one in people_tables() if "user_id" not in one.c]
    assert placeless == [], "give it a user_id, or say in LOCAL why it stays on one server"
    assert LOCAL.keys() - {"alembic_version"} <= metadata.tables.keys()
    assert all(LOCAL.values())


def test_user_id_leads_every_key_of_a_person() -> None:
    """So that a person's rows lie beside each other, on one server."""
    wrong = [
        one.name for one in people_tables() if one.primary_key.columns.keys()[:1] != ["user_id"]
    ]
    assert wrong == [], "let user_id lead the primary key"


def test_uniques_over_all_people_are_known() -> None:
    """Nothing comes to them unseen, and no unique index hides beside the constraints."""
    found = {
        one.name: [unique.columns.keys() for unique in uniques_over_all(one)]
        for one in people_tables()
        if uniques_over_all(one)
    }
    assert found == ACROSS
    hidden = [
        index.name
        for one in people_tables()
        for index in one.indexes
        if index.unique and "user_id" not in index.columns
    ]
    assert hidden == []


def test_references_stay_with_the_person() -> None:
    """A foreign key of a person's table goes by user_id, to another table of people's."""
    names = {one.name for one in people_tables()}
    wrong = [
        f"{table.name} → {one.referred_table.name}"
        for table in people_tables()
        for one in table.foreign_key_constraints
        if one.referred_table.name not in names or "user_id" not in one.column_keys
    ]
    assert wrong == [], "refer by (user_id, …)"
    inward = [
        f"{metadata.tables[name].name} → {one.referred_table.name}"
        for name in LOCAL.keys() & metadata.tables.keys()
        for one in metadata.tables[name].foreign_key_constraints
        if one.referred_table.name in names
    ]
    assert inward == [], "a table on one server cannot refer to a distributed one"


@pytest.mark.postgres
async def test_nothing_a_cluster_refuses_is_left(postgres_server: PostgresServer) -> None:
    """PostgreSQL's own catalogue, after the printed statements: every unique index and reference of
    a distributed table has user_id. Citus itself could not be had here."""
    database = Database.open(await postgres_server.database_with_tables())
    names = {"names": [one.name for one in people_tables()]}
    async with database.unit_of_work() as db:
        before = (await db.execute(UNIQUE_WITHOUT_PERSON, names)).all()
        assert {row[0] for row in before} == ACROSS.keys()
        for statement in relaxing():
            await db.execute(sa.text(statement))
        assert (await db.execute(UNIQUE_WITHOUT_PERSON, names)).all() == []
        assert (await db.execute(REFERENCE_WITHOUT_PERSON, names)).all() == []
    await database.close()
    assert len(distributing()) == len(people_tables())
