"""The schema's rules of distribution: a person's rows can be kept together by `user_id`, as Citus
and its like want (docs.citusdata.com, "Determining Application Type").
"""

from typing import Final

import sqlalchemy as sa

import backend.tables  # noqa: F401 - gathers all rooms' tables in the metadata
from backend.db import metadata

MENTIONED: Final = {
    "bot_group_acts": "a group's log, whose admins read it",
    "bot_group_messages": "a group's, of people who may not be known here",
    "billing_mismatches": "what operators settle; whose it is may be unknown",
}
"""Tables that name a person without being theirs."""

ACROSS: Final = {
    "billing_people": {("account",)},
    "billing_orders": {("id",)},
    "billing_inbox": {("kind", "reference")},
    "billing_gifts": {("code",)},
}
"""Uniques that hold over all people, which a distributed table cannot have: they are to
become small tables of their own, before a second primary is needed (docs/scale.md)."""


def people_tables() -> list[sa.Table]:
    """The tables whose rows belong to a person."""
    return [
        one for one in metadata.sorted_tables if "user_id" in one.c and one.name not in MENTIONED
    ]


def uniques(table: sa.Table) -> set[tuple[str, ...]]:
    """The columns of each unique constraint and index besides the primary key."""
    constraints = {
        tuple(column.name for column in one.columns)
        for one in table.constraints
        if isinstance(one, sa.UniqueConstraint)
    }
    indexes = {tuple(c.name for c in one.columns) for one in table.indexes if one.unique}
    return constraints | indexes


def test_user_id_leads_every_key_of_a_person() -> None:
    """So that a person's rows lie beside each other, on one server."""
    wrong = [
        one.name for one in people_tables() if one.primary_key.columns.keys()[:1] != ["user_id"]
    ]
    assert wrong == [], "let user_id lead the primary key, or say in MENTIONED why not"


def test_uniques_of_people_hold_within_a_person() -> None:
    """What must be unique over everybody is listed above, and nothing comes to it unseen."""
    across = {
        one.name: found
        for one in people_tables()
        if (found := {columns for columns in uniques(one) if "user_id" not in columns})
    }
    assert across == ACROSS


def test_references_stay_with_the_person() -> None:
    """A foreign key between people's tables goes by user_id too."""
    names = {one.name for one in people_tables()}
    wrong = [
        f"{table.name} → {one.referred_table.name}"
        for table in people_tables()
        for one in table.foreign_key_constraints
        if one.referred_table.name in names and "user_id" not in one.column_keys
    ]
    assert wrong == [], "refer by (user_id, …)"
