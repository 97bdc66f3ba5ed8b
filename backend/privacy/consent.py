"""Consent: a person agrees to a provider before anything they write goes there.

What runs on this server needs none: the local model, and the simulations of local mode.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, hot, insert
from backend.errors import ProviderNotFound
from backend.llm.model import Provider
from backend.privacy.tables import consents

OUR_OWN: Final = frozenset({"local", "simulation"})
"""Providers that need no consent."""

_OPEN = hot(
    sa.select(consents.c.provider, consents.c.agreed_at).where(
        consents.c.user_id == sa.bindparam("user"), consents.c.revoked_at.is_(None)
    )
)


class Consent(Struct, frozen=True):
    """A provider that can be asked, and when the person agreed to it; None: they have not."""

    provider: Provider
    agreed_at: datetime | None


class Consents:
    """What people agree to. `providers` gives those that can be asked now."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        providers: Callable[[], Sequence[Provider]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._providers = providers

    async def agreed(self, db: AsyncConnection, user_id: int) -> frozenset[str]:
        """The ids of the providers to which the person's words may go (generation's port)."""
        rows = await db.execute(_OPEN, {"user": user_id})
        return OUR_OWN | {row.provider for row in rows}

    async def of(self, user_id: int) -> list[Consent]:
        """Every provider that needs consent, in the catalog's order."""
        async with self._database.snapshot() as db:
            rows = await db.execute(_OPEN, {"user": user_id})
            given = {row.provider: row.agreed_at for row in rows}
        return [Consent(one, given.get(one.id)) for one in self._providers() if _is_asked(one)]

    async def agree(self, user_id: int, provider_id: str) -> Consent:
        """Agree to a provider; repeats change nothing.

        Raises:
            ProviderNotFound: there is none of this id that needs consent.
        """
        provider = self._find(provider_id)
        async with self._database.unit_of_work() as db:
            given = await _given_at(db, user_id, provider_id)
            if given is None:
                given = self._clock()
                await _write(db, user_id, provider_id, given)
        return Consent(provider, given)

    async def revoke(self, user_id: int, provider_id: str) -> None:
        """Nothing more goes to the provider; what is being written there goes on."""
        async with self._database.unit_of_work() as db:
            await db.execute(
                sa.update(consents)
                .where(
                    consents.c.user_id == user_id,
                    consents.c.provider == provider_id,
                    consents.c.revoked_at.is_(None),
                )
                .values(revoked_at=self._clock())
            )

    def _find(self, provider_id: str) -> Provider:
        for one in self._providers():
            if one.id == provider_id and _is_asked(one):
                return one
        raise ProviderNotFound


async def export(db: AsyncConnection, user_id: int) -> list[dict[str, object]]:
    """What the person has agreed to and taken back, as JSON-ready values."""
    rows = await db.execute(sa.select(consents).where(consents.c.user_id == user_id))
    return [
        {"provider": row.provider, "agreedAt": row.agreed_at, "revokedAt": row.revoked_at}
        for row in rows
    ]


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Forget what the person has agreed to."""
    await db.execute(sa.delete(consents).where(consents.c.user_id == user_id))


def _is_asked(provider: Provider) -> bool:
    return provider.id not in OUR_OWN


async def _given_at(db: AsyncConnection, user_id: int, provider_id: str) -> datetime | None:
    rows = await db.execute(_OPEN, {"user": user_id})
    return next((row.agreed_at for row in rows if row.provider == provider_id), None)


async def _write(db: AsyncConnection, user_id: int, provider_id: str, now: datetime) -> None:
    row = insert(db, consents).values(user_id=user_id, provider=provider_id, agreed_at=now)
    await db.execute(
        row.on_conflict_do_update(
            index_elements=["user_id", "provider"], set_={"agreed_at": now, "revoked_at": None}
        )
    )
