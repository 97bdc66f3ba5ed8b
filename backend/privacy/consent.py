"""Consent: a person agrees to a provider before anything is sent to it.

What runs on this server needs none: the local model, and the simulations of local mode. A person
agrees to the policy shown at the time: when it changes, they are asked again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, hot, insert
from backend.errors import ProviderNotFound
from backend.llm import OWN_PROVIDERS, Provider
from backend.llm.catalog import is_stale
from backend.privacy.consent_version import consent_version
from backend.privacy.tables import consents

_OPEN = hot(
    sa.select(consents.c.provider, consents.c.agreed_at, consents.c.version).where(
        consents.c.user_id == sa.bindparam("user"), consents.c.revoked_at.is_(None)
    )
)


class Consent(Struct, frozen=True):
    """A provider that can be asked, and when the person agreed to it; None: they have not.

    `changed`: they had, to a policy that has changed since. `stale`: the policy was read long ago.
    """

    provider: Provider
    agreed_at: datetime | None
    changed: bool = False
    stale: bool = False


class Consents:
    """What people agree to. `known` are all providers of the catalog, by id; `providers` gives
    those that can be asked now."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        providers: Callable[[], Sequence[Provider]],
        known: Mapping[str, Provider],
    ) -> None:
        self._versions = {id_: consent_version(one) for id_, one in known.items()}
        self._database = database
        self._clock = clock
        self._providers = providers

    async def agreed(self, db: AsyncConnection, user_id: int) -> frozenset[str]:
        """The ids of the providers that the person has agreed to (generation's port)."""
        rows = await db.execute(_OPEN, {"user": user_id})
        return OWN_PROVIDERS | {row.provider for row in rows if self._is_current(row)}

    async def of(self, user_id: int) -> list[Consent]:
        """Every provider that needs consent, in the catalog's order."""
        async with self._database.snapshot() as db:
            rows = (await db.execute(_OPEN, {"user": user_id})).all()
        given = {row.provider: row.agreed_at for row in rows if self._is_current(row)}
        changed = {row.provider for row in rows} - set(given)
        return [
            self._consent(one, given.get(one.id), changed=one.id in changed)
            for one in self._providers()
            if _is_asked(one)
        ]

    async def agreed_names(self, user_id: int) -> dict[str, str]:
        """The names, by id, of the providers that may get the person's messages now."""
        given = await self.of(user_id)
        return {one.provider.id: one.provider.name for one in given if one.agreed_at}

    async def agree(self, user_id: int, provider_id: str) -> Consent:
        """Agree to a provider; repeats change nothing.

        Raises:
            ProviderNotFound: there is none of this id that needs consent.
        """
        provider = self._find(provider_id)
        version = self._versions[provider_id]
        async with self._database.unit_of_work() as db:
            given = await _given_at(db, user_id, provider_id, version)
            if given is None:
                given = self._clock()
                await _write(db, user_id, provider_id, version, given)
        return self._consent(provider, given)

    async def revoke(self, user_id: int, provider_id: str) -> None:
        """Withdraw consent: nothing more is sent to the provider; running answers continue."""
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

    def _is_current(self, row: Any) -> bool:
        return bool(row.version == self._versions.get(row.provider))

    def _consent(
        self, provider: Provider, agreed_at: datetime | None, *, changed: bool = False
    ) -> Consent:
        stale = is_stale(provider, self._clock().date())
        return Consent(provider, agreed_at, changed=changed, stale=stale)

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
    """Delete all consents of the person."""
    await db.execute(sa.delete(consents).where(consents.c.user_id == user_id))


def _is_asked(provider: Provider) -> bool:
    return provider.id not in OWN_PROVIDERS


async def _given_at(
    db: AsyncConnection, user_id: int, provider_id: str, version: str
) -> datetime | None:
    rows = await db.execute(_OPEN, {"user": user_id})
    found = ((row.agreed_at, (row.provider, row.version)) for row in rows)
    return next((at for at, given in found if given == (provider_id, version)), None)


async def _write(
    db: AsyncConnection, user_id: int, provider_id: str, version: str, now: datetime
) -> None:
    values = {"agreed_at": now, "revoked_at": None, "version": version}
    row = insert(db, consents).values(user_id=user_id, provider=provider_id, **values)
    await db.execute(row.on_conflict_do_update(index_elements=["user_id", "provider"], set_=values))
