"""What a certificate of erasure says: deleted rows, what is kept, what providers may hold."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.llm import Provider
from backend.privacy import consent
from backend.privacy.erasure.certificate import (
    Certificate,
    ErasedRows,
    HeldElsewhere,
    person_hash,
)
from backend.privacy.erasure.steps import ErasureProgress

KEPT: Final = (
    "ledger: amounts, days and Telegram's charge ids, without a person, as tax law asks",
    "access_log: what was done and when, without a person and without reasons",
    "erased_people: a keyed hash for a day, so that an old launch does not bring you back",
)


async def held_elsewhere(
    db: AsyncConnection, user_id: int, providers: Sequence[Provider], now: datetime
) -> list[HeldElsewhere]:
    """What providers may still hold, at most: nothing was sent to any after this moment."""
    known = {one.id: one for one in providers}
    held = []
    for given in await consent.export(db, user_id):
        provider = known.get(str(given["provider"]))
        days = provider.policy.retention_days if provider else None
        until = None if days is None else now + timedelta(days=days)
        held.append(
            HeldElsewhere(
                provider=str(given["provider"]),
                name=provider.name if provider else str(given["provider"]),
                retention_days=days,
                until=until,
            )
        )
    return held


def write_certificate(
    row: Any, user_id: int, progress: ErasureProgress, rest: Sequence[ErasedRows], now: datetime
) -> Certificate:
    """The certificate of a finished erasure; `row` is the erasure's."""
    salt = secrets.token_hex(16)
    return Certificate(
        id=row.id,
        person=person_hash(salt, user_id),
        salt=salt,
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
        erased_at=now,
        erased=[*progress.erased.values(), *rest],
        kept=list(KEPT),
        providers=progress.providers,
    )
