"""Erases a person in steps, so that it can be interrupted at any point and resumed.

It is requested, then confirmed in the chat. Renewals are stopped at Telegram; one transaction
destroys the person's key and ends their sessions, after which nothing is readable; rows are deleted
in pages; a last transaction deletes the rest and writes the certificate. Another process may still
write for some seconds, so the last step waits for that.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa
import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import identity
from backend.billing import Renewals, orders
from backend.checks import is_checking
from backend.db import Database, Vault, insert
from backend.errors import (
    ErasureNotAsked,
    ErasureUnderWay,
    ErasureWhileAnswering,
    ErasureWhilePaying,
)
from backend.generation import is_answering
from backend.identity import Identity
from backend.llm import Provider
from backend.privacy.access_log import AccessLog, forget_name
from backend.privacy.erasure.certificate import CertificateSigner
from backend.privacy.erasure.contents import held_elsewhere, write_certificate
from backend.privacy.erasure.steps import (
    EraseRest,
    ErasureProgress,
    begun,
    erase_rest,
    next_page,
)
from backend.privacy.tables import erasures
from backend.uuid7 import uuid7

log = structlog.get_logger("tanya.privacy")

ASKED_FOR: Final = timedelta(minutes=15)
"""How long a request can be confirmed."""
SETTLED_AFTER: Final = timedelta(seconds=15)
"""After this time every process knows that the sessions have ended and the key is destroyed."""
UNDELIVERED: Final = timedelta(days=7)
"""How long an undeliverable certificate is kept."""

_THIS = sa.select(erasures).where(erasures.c.user_id == sa.bindparam("user"))


class ErasureStanding(Struct, frozen=True):
    """A person's erasure as it stands; `confirm_until` while it waits to be confirmed."""

    state: str
    confirm_until: datetime


class Erasures:
    """The use cases. `extras` forget people in rooms that this one does not import."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        *,
        renewals: Renewals,
        sessions: Identity,
        signer: CertificateSigner,
        accesses: AccessLog,
        providers: Callable[[], Sequence[Provider]],
        extras: Sequence[EraseRest],
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._renewals = renewals
        self._sessions = sessions
        self._signer = signer
        self._accesses = accesses
        self._providers = providers
        self._extras = tuple(extras)
        self.settled_after = SETTLED_AFTER

    async def ask(self, user_id: int, language: str) -> ErasureStanding:
        """Request the erasure; it starts once the person confirms. A repeat restarts the time.

        Raises:
            ErasureUnderWay: it has begun.
            ErasureWhileAnswering, ErasureWhilePaying: not now.
        """
        now = self._clock()
        values = {"id": uuid7(now), "state": "asked", "language": language, "asked_at": now}
        async with self._database.unit_of_work() as db:
            if (row := await _find(db, user_id)) is not None and row.state != "asked":
                raise ErasureUnderWay
            await self._check_free(db, user_id)
            asked = insert(db, erasures).values(user_id=user_id, progress="{}", **values)
            await db.execute(
                asked.on_conflict_do_update(
                    index_elements=["user_id"], set_=values, where=erasures.c.state == "asked"
                )
            )
        return ErasureStanding("asked", now + ASKED_FOR)

    async def standing(self, user_id: int) -> ErasureStanding | None:
        """The person's erasure, if there is one."""
        async with self._database.snapshot() as db:
            row = await _find(db, user_id)
        if row is None or (row.state == "asked" and row.asked_at + ASKED_FOR <= self._clock()):
            return None
        return ErasureStanding(row.state, row.asked_at + ASKED_FOR)

    async def withdraw(self, user_id: int) -> None:
        """Withdraw a request; a confirmed one continues."""
        async with self._database.unit_of_work() as db:
            await db.execute(
                sa.delete(erasures).where(
                    erasures.c.user_id == user_id, erasures.c.state == "asked"
                )
            )

    async def confirm(self, user_id: int) -> None:
        """Start the erasure: from now on no data of the person is readable. Repeats change nothing.

        Raises:
            ErasureNotAsked: there is no request, or its time is over.
            ErasureWhileAnswering, ErasureWhilePaying: not now; nothing was erased.
            StarsUnavailable: Telegram could not be told to stop what renews; nothing was erased.
        """
        async with self._database.snapshot() as db:
            row = await _find(db, user_id)
            if row is not None and row.state != "asked":
                return
            if row is None or row.asked_at + ASKED_FOR <= self._clock():
                raise ErasureNotAsked
            await self._check_free(db, user_id)
        await self._renewals.stop_all(user_id)
        await self._begin(user_id)

    async def _begin(self, user_id: int) -> None:
        now = self._clock()
        async with self._database.unit_of_work() as db:
            await self._check_free(db, user_id)
            progress = await begun(
                db, user_id, await held_elsewhere(db, user_id, self._providers(), now)
            )
            changed = await db.execute(
                sa.update(erasures)
                .where(erasures.c.user_id == user_id, erasures.c.state == "asked")
                .values(state="erasing", confirmed_at=now, progress=_written(progress))
            )
            if changed.rowcount == 0:
                return  # confirmed twice at once, or withdrawn meanwhile
            await self._accesses.record(db, user_id, "erasure", actor="person")
            await forget_name(db, user_id)
            await identity.erase(db, user_id, now)
            await self._sessions.erased.mark(db, user_id, now, done=False)
            await self._vault.forget(db, user_id, now)
        await self._sessions.refresh(now)
        log.info("erasure_begun")

    async def carry_out(self, user_id: int) -> AsyncIterator[tuple[int, int]]:
        """Continue to the end, yielding the deleted and total number of rows after each page.

        Safe to call again, and in several processes at once: each page is counted in the
        transaction that erases it.
        """
        while (row := await self._row(user_id)) is not None and row.state == "erasing":
            progress = msgspec.json.decode(row.progress, type=ErasureProgress)
            yield progress.done, max(progress.total, progress.done)
            if await self._erase_page(user_id):
                continue
            wait = row.confirmed_at + self.settled_after - self._clock()
            if wait > timedelta(0):
                await asyncio.sleep(min(wait, timedelta(seconds=1)).total_seconds())
            else:
                await self._finish(user_id)

    async def _erase_page(self, user_id: int) -> bool:
        async with self._database.unit_of_work() as db:
            row = await _find(db, user_id, locked=True)
            if row is None or row.state != "erasing":
                return False
            page = await next_page(db, user_id)
            if page is None:
                return False
            progress = msgspec.json.decode(row.progress, type=ErasureProgress)
            progress.add(page)
            await _set(db, user_id, progress=_written(progress))
        return True

    async def _finish(self, user_id: int) -> None:
        now = self._clock()
        async with self._database.unit_of_work() as db:
            row = await _find(db, user_id, locked=True)
            if row is None or row.state != "erasing":
                return  # another process was first
            progress = msgspec.json.decode(row.progress, type=ErasureProgress)
            while (page := await next_page(db, user_id)) is not None:
                progress.add(page)  # written by a process that did not know yet
            rest = await erase_rest(db, user_id, self._extras)
            await identity.erase(db, user_id, now)
            await self._vault.forget(db, user_id, now)
            await self._sessions.erased.mark(db, user_id, now, done=True)
            certificate = write_certificate(row, user_id, progress, rest, now)
            signed = msgspec.json.encode(self._signer.sign(certificate)).decode()
            await _set(db, user_id, state="done", progress="{}", certificate=signed)
        log.info("erasure_done")

    async def certificate(self, user_id: int) -> bytes | None:
        """The certificate that waits to be delivered."""
        row = await self._row(user_id)
        return row.certificate.encode() if row is not None and row.certificate else None

    async def delivered(self, user_id: int) -> None:
        """The certificate was delivered: delete the erasure's row."""
        async with self._database.unit_of_work() as db:
            await db.execute(
                sa.delete(erasures).where(erasures.c.user_id == user_id, erasures.c.state == "done")
            )

    async def unfinished(self) -> list[tuple[int, str]]:
        """People with an unfinished erasure or a waiting certificate, with their language. Old
        requests are deleted."""
        now = self._clock()
        async with self._database.unit_of_work() as db:
            for state, age in (("asked", ASKED_FOR), ("done", UNDELIVERED)):
                await db.execute(
                    sa.delete(erasures).where(
                        erasures.c.state == state, erasures.c.asked_at < now - age
                    )
                )
            left = sa.select(erasures.c.user_id, erasures.c.language).where(
                erasures.c.state.in_(("erasing", "done"))
            )
            return [(row.user_id, row.language) for row in await db.execute(left)]

    async def _row(self, user_id: int) -> Any:
        async with self._database.snapshot() as db:
            return await _find(db, user_id)

    async def _check_free(self, db: AsyncConnection, user_id: int) -> None:
        if await is_answering(db, user_id) or await is_checking(db, user_id):
            raise ErasureWhileAnswering
        if await orders.is_paying(db, user_id, self._clock()):
            raise ErasureWhilePaying


def _written(progress: ErasureProgress) -> str:
    return msgspec.json.encode(progress).decode()


async def _find(db: AsyncConnection, user_id: int, *, locked: bool = False) -> Any:
    statement = _THIS.with_for_update() if locked else _THIS
    return (await db.execute(statement, {"user": user_id})).one_or_none()


async def _set(db: AsyncConnection, user_id: int, **values: object) -> None:
    await db.execute(sa.update(erasures).where(erasures.c.user_id == user_id).values(**values))
