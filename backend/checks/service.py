"""The use cases of checks: listing claims, running, following, stopping, reading, deleting.

A check belongs to the server, not to the request that started it: it continues without readers.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from msgspec.structs import replace

from backend import conversations
from backend.checks import payment, store
from backend.checks.copies import forget_older
from backend.checks.events import replayed
from backend.checks.listing import ClaimLister
from backend.checks.parts import CheckParts
from backend.checks.running import TOTAL_SECONDS, RunningCheck
from backend.checks.schemas import Check, CheckRequest, Claim
from backend.errors import (
    CheckAlreadyBegun,
    ConsentNeeded,
    InvalidField,
    NoChecker,
    NothingToCheck,
    ServerDraining,
)
from backend.llm import Model
from backend.runlog import LiveEvents

log = structlog.get_logger("tanya.checks")

KEPT_SECONDS: Final = 30.0
"""How long the events of an ended check stay in the log, for readers who reconnect."""
DRAIN_SECONDS: Final = 10.0
ABANDONED: Final = timedelta(seconds=TOTAL_SECONDS + 60)
"""A check that runs longer is considered abandoned by its process."""
RETRY_SECONDS: Final = 2


class Checks:
    """Lists and runs checks; one per process."""

    def __init__(self, parts: CheckParts) -> None:
        self.parts = parts
        """Public, so that tests can look at single parts and replace them."""
        self._lister = ClaimLister(parts)
        self._running: dict[UUID, RunningCheck] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._accepting = True

    async def list_claims(self, user_id: int, wanted: CheckRequest) -> Check:
        """List the claims of a message or a text; the check then waits to be run. Repeating the id
        returns the same check.

        Raises:
            IdempotencyConflict: the id is another check's.
            MessageNotFound: the person has no such message.
            NothingToCheck, CheckTextTooLong: the text is empty or too long.
            NoChecker, ConsentNeeded: no model can check it, or none that is allowed.
            ProviderError: the claims could not be listed.
            SpendingCapReached, OperatorCapReached, ModelPriceUnknown: its cost does not fit.
        """
        return await self._lister.list_claims(user_id, wanted)

    async def run(
        self,
        user_id: int,
        language: str,
        check_id: UUID,
        kept: Collection[int],
        group_id: int | None = None,
    ) -> None:
        """Check the claims at these places, from 0. Running the same again joins it. What was paid
        for the group `group_id` pays first.

        Raises:
            CheckNotFound: the person has no such check.
            CheckAlreadyBegun: it was run with other claims.
            NothingToCheck, InvalidField: no claim, or an unknown one.
            NoChecker, ConsentNeeded: its model is no longer offered, or the person has not agreed
            to its provider.
            QuotaExhausted and similar: its cost could not be reserved.
            ServerDraining, UnderMaintenance: this server starts nothing now.
        """
        if not self._accepting:
            raise ServerDraining(retry_after=RETRY_SECONDS)
        if (closed := self.parts.intake.refusal()) is not None:
            raise closed
        # In the nursery, so that a client that disconnects now does not interrupt the start.
        begun = self.parts.nursery.start_task(
            self._try_begin(user_id, language, check_id, frozenset(kept), group_id),
            name="check-start",
        )
        if (refusal := await asyncio.shield(begun)) is not None:
            raise refusal

    async def follow(
        self, user_id: int, language: str, check_id: UUID, after: int
    ) -> AsyncIterable[bytes]:
        """Its events after number `after`; if they end without `end`, follow again.

        Raises:
            CheckNotFound: the person has no such check.
            NothingToCheck: it was not run.
        """
        check, run_log = await self.get(user_id, check_id), self.parts.run_log
        if check.state == "listed":
            raise NothingToCheck
        if await run_log.knows(check_id):
            return LiveEvents(run_log, check_id, after)
        if check.state == "running":
            return _once(b"")  # its process is dead or unreachable: a job will end it
        return _once(replayed(check, language, after))

    async def stop(self, user_id: int, check_id: UUID) -> None:
        """End a check of any process, keeping its results.

        Raises:
            CheckNotFound: the person has no such check.
            StopNotDelivered: its process cannot be reached now.
        """
        check = await self.get(user_id, check_id)
        if (running := self._running.get(check_id)) is not None:
            running.cut("stopped")
        elif check.state == "running":
            await self.parts.run_log.stop(check_id)

    async def get(self, user_id: int, check_id: UUID) -> Check:
        """One check. Raises CheckNotFound."""
        async with self.parts.database.snapshot() as db:
            return await store.get(db, self.parts.vault, user_id, check_id)

    async def of_message(self, user_id: int, message_id: UUID) -> tuple[Check, ...]:
        """A message's checks, the newest first. Raises MessageNotFound."""
        async with self.parts.database.snapshot() as db:
            await conversations.get_message(db, self.parts.vault, user_id, message_id)
            return await store.of_message(db, self.parts.vault, user_id, message_id)

    async def delete(self, user_id: int, check_id: UUID) -> None:
        """Delete a check and its recipes; a running one is stopped.

        Raises:
            CheckNotFound: the person has no such check.
        """
        await self.stop(user_id, check_id)
        async with self.parts.database.unit_of_work() as db:
            await store.delete(db, user_id, check_id)
            await self.parts.recipes.forget_recipes(db, user_id, check_id)

    async def end_abandoned(self) -> int:
        """End checks whose process died: results are kept and paid for, the rest is released.
        Returns how many there were."""
        parts, now = self.parts, self.parts.clock()
        async with parts.database.snapshot() as db:
            found = await store.begun_before(db, now - ABANDONED)
        for user_id, check_id in found:
            async with parts.database.unit_of_work() as db:
                check = await store.find(db, parts.vault, user_id, check_id)
                if check is not None:
                    ended = replace(check, state="interrupted", ended_at=now)
                    if await store.end(db, parts.vault, user_id, ended):
                        await payment.settle(db, user_id, ended, [], now)
        return len(found)

    async def forget_older(self, user_id: int, before: datetime) -> None:
        """Delete the person's older checks of texts; those of messages are deleted with their
        messages."""
        async with self.parts.database.unit_of_work() as db:
            for check_id in await forget_older(db, user_id, before):
                await self.parts.recipes.forget_recipes(db, user_id, check_id)

    async def drain(self) -> None:
        """Start nothing new, and end running checks, keeping their results."""
        self._accepting = False
        for running in list(self._running.values()):
            running.cut("interrupted")
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()

    async def _try_begin(
        self,
        user_id: int,
        language: str,
        check_id: UUID,
        kept: frozenset[int],
        group_id: int | None,
    ) -> Exception | None:
        try:
            if (begun := await self._begin(user_id, check_id, kept, group_id)) is not None:
                check, model = begun
                self._launch(RunningCheck(self.parts, user_id, check, model, language))
        except Exception as refusal:
            return refusal
        return None

    async def _begin(
        self, user_id: int, check_id: UUID, kept: frozenset[int], group_id: int | None
    ) -> tuple[Check, Model] | None:
        """Start the check and reserve its cost; None if the same one runs or has run."""
        parts, now = self.parts, self.parts.clock()
        async with parts.database.unit_of_work() as db:
            check = await store.get(db, parts.vault, user_id, check_id)
            if check.state != "listed":
                _check_same(check, kept)
                return None
            if not kept:
                raise NothingToCheck
            if not kept <= set(range(len(check.claims))):
                raise InvalidField(field="claims")
            model = parts.models.find(check.model_id)
            if model is None:
                raise NoChecker
            if model.provider not in await parts.consents.agreed(db, user_id):
                raise ConsentNeeded(provider=model.provider, model=model.name)
            claims = tuple(Claim(one.text, i in kept) for i, one in enumerate(check.claims))
            check = replace(check, state="running", claims=claims, started_at=now)
            if not await store.begin(db, parts.vault, user_id, check, now):
                raise CheckAlreadyBegun  # by another request just now
            cap = parts.daily_cap
            await payment.reserve_check(db, user_id, check, model, len(kept), cap, now, group_id)
        return check, model

    def _launch(self, running: RunningCheck) -> None:
        self._running[running.check.id] = running
        self._idle.clear()
        self.parts.nursery.start_task(self._work(running), name="check")

    async def _work(self, running: RunningCheck) -> None:
        try:
            await running.work()
        finally:
            self._running.pop(running.check.id, None)
            if not self._running:
                self._idle.set()
        await asyncio.sleep(KEPT_SECONDS)
        await self.parts.run_log.drop(running.check.id)


def _check_same(check: Check, kept: frozenset[int]) -> None:
    """Raises CheckAlreadyBegun if it was run with other claims."""
    if kept != {i for i, claim in enumerate(check.claims) if claim.kept}:
        raise CheckAlreadyBegun


async def _once(frames: bytes) -> AsyncGenerator[bytes, None]:
    if frames:
        yield frames
