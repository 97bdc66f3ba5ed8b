"""Differences between Telegram and our books, for the operator."""

from datetime import datetime

import sqlalchemy as sa
import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.tables import mismatches
from backend.db import insert

log = structlog.get_logger("tanya.billing")


class Mismatch(Struct, frozen=True):
    """One thing for the operator to look at. `reference` is a charge or transaction id.

    `user_id` is the payer; None if unknown or erased.
    """

    code: str
    reference: str
    stars: int
    found_at: datetime
    user_id: int | None


async def report(
    db: AsyncConnection,
    code: str,
    reference: str,
    stars: int,
    now: datetime,
    *,
    user_id: int | None,
) -> None:
    """Store a mismatch once; a resolved one stays resolved. The log names no person."""
    written = await db.execute(
        insert(db, mismatches)
        .values(code=code, reference=reference, stars=stars, found_at=now, user_id=user_id)
        .on_conflict_do_nothing()
    )
    if written.rowcount:
        log.warning("billing_mismatch", code=code, stars=stars)


async def resolve(db: AsyncConnection, code: str, reference: str, now: datetime) -> bool:
    """Mark one as dealt with; False when there is none open."""
    changed = await db.execute(
        sa.update(mismatches)
        .where(
            mismatches.c.code == code,
            mismatches.c.reference == reference,
            mismatches.c.resolved_at.is_(None),
        )
        .values(resolved_at=now)
    )
    return changed.rowcount > 0


async def is_open(db: AsyncConnection, code: str) -> bool:
    """Whether something of this code waits to be looked at."""
    found = await db.execute(
        sa.select(mismatches.c.code).where(
            mismatches.c.code == code, mismatches.c.resolved_at.is_(None)
        )
    )
    return found.first() is not None


async def resolve_code(db: AsyncConnection, code: str, now: datetime) -> None:
    """Mark everything of one code as dealt with: it agrees again."""
    await db.execute(
        sa.update(mismatches)
        .where(mismatches.c.code == code, mismatches.c.resolved_at.is_(None))
        .values(resolved_at=now)
    )


async def resolve_all(db: AsyncConnection, reference: str, now: datetime) -> None:
    """Mark everything about one charge as dealt with: it was refunded."""
    await db.execute(
        sa.update(mismatches)
        .where(mismatches.c.reference == reference, mismatches.c.resolved_at.is_(None))
        .values(resolved_at=now)
    )


async def unresolved(db: AsyncConnection) -> tuple[Mismatch, ...]:
    """What is still to be looked at, oldest first."""
    rows = await db.execute(
        sa.select(mismatches)
        .where(mismatches.c.resolved_at.is_(None))
        .order_by(mismatches.c.found_at, mismatches.c.reference)
    )
    return tuple(
        Mismatch(row.code, row.reference, row.stars, row.found_at, row.user_id) for row in rows
    )
