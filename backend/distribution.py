"""How the tables are distributed on a PostgreSQL cluster that distributes by `user_id`, such as
Citus.

A table with a person's rows is distributed by that person, so that one request only needs one
server. Every other table is listed here with the reason why it stays on the first server. `python
-m backend.distribution` prints the statements for an empty, migrated database.
"""

from typing import Final

import click
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import backend.tables  # noqa: F401 - gathers all rooms' tables in the metadata
from backend.db import metadata

LOCAL: Final = {
    "access_log": "a chain over everybody, by names that tell nothing of whose they are",
    "alembic_version": "the schema's own",
    "billing_day_shards": "sixteen rows a day for everybody",
    "billing_days": "one row a day, of an older version",
    "billing_mismatches": "what operators settle; whose it is may be unknown",
    "billing_promo_codes": "the operator's codes, read when one is used",
    "billing_reconciliation": "one row",
    "billing_trials": "hashes of people, which outlive them",
    "bot_group_acts": "a group's log, whose admins read it",
    "bot_group_messages": "a group's, of people who may not be known here",
    "bot_groups": "a group's",
    "bot_lanes": "the bot's inbox: taken in turn across chats, and gone within seconds",
    "bot_updates": "the bot's inbox: known by Telegram's number before it is known whose it is",
    "broadcasts": "the operator's, a few",
    "erased_people": "hashes of people, which outlive them",
    "job_runs": "one row a job",
    "ledger_accounts": "the books: every movement has two sides, of a person and of the operator",
    "ledger_answers": "the books: a row a day and provider",
    "ledger_balances": "the books",
    "ledger_books": "one row",
    "ledger_conversions": "the books",
    "ledger_entries": "the books",
    "ledger_movements": "the books",
    "ledger_statements": "the books",
    "master_keys": "a few fingerprints",
    "operator_alerts": "one row an alert",
    "program_floor": "one row",
    "removed_objects": "a list of the worker's, gone within minutes",
    "revoked_sessions": "looked up by the session, and gone when it would have ended",
    "run_owners": "one row a process",
    "shared_keys": "a few keys that processes share",
    "signing_keys": "a few public keys",
    "switches": "one row a switch",
}
"""Tables that are not distributed, with reasons. A table in none of these lists fails a test."""


def people_tables() -> list[sa.Table]:
    """The tables that are distributed by `user_id`, those that others refer to first."""
    return [one for one in metadata.sorted_tables if one.name not in LOCAL]


def uniques_over_all(table: sa.Table) -> list[sa.UniqueConstraint]:
    """The unique constraints that a distributed table cannot have, since they have no `user_id`. No
    statement relies on them: the values are random, or also part of the primary key."""
    return sorted(
        (
            one
            for one in table.constraints
            if isinstance(one, sa.UniqueConstraint) and "user_id" not in one.columns
        ),
        key=lambda one: one.columns.keys(),
    )


def relaxing() -> list[str]:
    """SQL that replaces unique constraints over all people by plain indexes."""
    prepare = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
    found = []
    for table in people_tables():
        for unique in uniques_over_all(table):
            names = [column.name for column in unique.columns]
            columns = ", ".join(map(prepare.quote, names))
            name = "_".join(["ix", table.name, *names])
            found.append(
                f"ALTER TABLE {table.name} DROP CONSTRAINT {prepare.format_constraint(unique)};"
            )
            found.append(f"CREATE INDEX {name} ON {table.name} ({columns});")
    return found


def distributing() -> list[str]:
    """Citus' own statements (docs.citusdata.com, "create_distributed_table")."""
    return [
        f"SELECT create_distributed_table('{table.name}', 'user_id');" for table in people_tables()
    ]


@click.command()
def main() -> None:
    """Print the statements that distribute an empty, migrated database."""
    click.echo("\n".join([*relaxing(), *distributing()]))


if __name__ == "__main__":
    main()
