"""Finds errors that the database cannot refuse, by reading all of the ledger."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.ledger.tables import accounts, balances, conversions, entries, movements, statements


async def faults(db: AsyncConnection) -> list[str]:
    """Descriptions of all errors; empty if there are none."""
    found = []
    for words, query in _CHECKS:
        if count := await db.scalar(sa.select(sa.func.count()).select_from(query.subquery())):
            found.append(f"{count} {words}")
    return found


def _without(column: "sa.ColumnElement[Any]", other: "sa.ColumnElement[Any]") -> "sa.Select[Any]":
    """The values of a column that another does not have."""
    return sa.select(column).where(~sa.exists().where(other == column))


_UNBALANCED = (
    sa.select(entries.c.movement_id)
    .group_by(entries.c.movement_id, entries.c.currency)
    .having(sa.func.sum(entries.c.amount) != 0)
)
_PERIODS = sa.select(movements.c.period).where(
    sa.or_(
        sa.func.length(movements.c.period) != 7,
        sa.func.substr(movements.c.period, 6) < "01",
        sa.func.substr(movements.c.period, 6) > "12",
    )
)
_UNNUMBERED = sa.select(statements.c.month).where(
    statements.c.number.is_(None),
    statements.c.month > sa.select(sa.func.min(statements.c.month)).where(
        statements.c.number.is_not(None)
    ).scalar_subquery(),
)  # fmt: skip

_CHECKS: "tuple[tuple[str, sa.Select[Any]], ...]" = (
    ("entries belong to no movement", _without(entries.c.movement_id, movements.c.id)),
    ("movements have no entries", _without(movements.c.id, entries.c.movement_id)),
    ("entries are on no account", _without(entries.c.account, accounts.c.id)),
    ("balances are of no account", _without(balances.c.account, accounts.c.id)),
    ("conversions belong to no movement", _without(conversions.c.movement_id, movements.c.id)),
    ("movements do not balance", _UNBALANCED),
    ("movements are in an impossible period", _PERIODS),
    ("statements have no number", _UNNUMBERED),
)
