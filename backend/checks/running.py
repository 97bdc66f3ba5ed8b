"""A running check: claim by claim, stored after each, cancellable."""

import asyncio
from functools import partial
from typing import Final

import structlog
from msgspec.structs import replace

from backend.checks import payment, store
from backend.checks.checker import claim_question
from backend.checks.events import claim_event, end_event, start_event
from backend.checks.parts import CheckParts
from backend.checks.schemas import Check, State
from backend.errors import NotFound, ProviderTimedOut, TanyaError, for_people
from backend.generation import QuestionCosts
from backend.llm import Model

log = structlog.get_logger("tanya.checks")

CLAIM_SECONDS: Final = 60.0
TOTAL_SECONDS: Final = 300.0
"""The longest time that a check takes."""


class RunningCheck:
    """A running check of this process. `cut` can be called at any time."""

    def __init__(
        self, parts: CheckParts, user_id: int, check: Check, model: Model, language: str
    ) -> None:
        self.check = check
        self._parts = parts
        self._user_id = user_id
        self._model = model
        self._language = language
        self._costs = QuestionCosts()
        self._scope: asyncio.Timeout | None = None
        self._ending: State | None = None
        self._told = 0
        self._writer = parts.run_log.open(check.id, partial(self.cut, "stopped"))

    def cut(self, state: State) -> None:
        """End it now, keeping the results; the first call decides."""
        if self._ending is None:
            self._ending = state
            if self._scope is not None and not self._scope.expired():
                self._scope.reschedule(asyncio.get_running_loop().time())

    async def work(self) -> None:
        """Check all chosen claims, then end; if the check was deleted meanwhile, only its cost is
        booked."""
        self._writer.append([start_event(self.check.id)])
        state: State = "complete"
        code: str | None = None
        try:
            async with asyncio.timeout(0 if self._ending else TOTAL_SECONDS) as self._scope:
                await self._check_all()
        except TimeoutError:
            state = self._ending or "interrupted"
        except NotFound:
            state = "stopped"  # deleted meanwhile
        except TanyaError as error:
            state, code = "failed", for_people(error).code
        except asyncio.CancelledError:
            state = "interrupted"  # the process stops
        except Exception:
            log.exception("check_broke", check_id=str(self.check.id))
            state, code = "failed", TanyaError.code
        finally:
            self._scope = None
        await self._end(state, code)

    async def _check_all(self) -> None:
        parts = self._parts
        for index, claim in enumerate(self.check.claims):
            if not claim.kept:
                continue
            now, number = parts.clock(), index + 1
            question = claim_question(self._user_id, self.check, self._model, number, now)
            try:
                async with asyncio.timeout(CLAIM_SECONDS):
                    found = await parts.checker.check(question, claim, self._language, self._costs)
            except TimeoutError:
                raise ProviderTimedOut(provider=self.check.model_name) from None
            claims = (*self.check.claims[:index], found, *self.check.claims[index + 1 :])
            self._keep(claims=claims)
            async with parts.database.unit_of_work() as db:
                await store.save(db, parts.vault, self._user_id, self.check)
            self._tell_claims()

    def _tell_claims(self) -> None:
        """Send each checked claim's event once."""
        checked = [i for i, claim in enumerate(self.check.claims) if claim.verdict is not None]
        new = [claim_event(self.check, index) for index in checked[self._told :]]
        self._told = len(checked)
        if new:
            self._writer.append(new)

    async def _end(self, state: State, code: str | None) -> None:
        parts, now = self._parts, self._parts.clock()
        self._keep(state=state, error_code=code, ended_at=now)
        try:
            async with parts.database.unit_of_work() as db:
                await store.end(db, parts.vault, self._user_id, self.check)
                await payment.settle(db, self._user_id, self.check, self._costs.failed, now)
            self._tell_claims()
            self._writer.append([end_event(self.check, self._language)])
        finally:
            await self._writer.close()

    def _keep(self, **changes: object) -> None:
        self.check = replace(
            self.check,
            cost_micro_dollars=self._costs.cost_micro_dollars,
            cost_estimated=self._costs.guessed,
            **changes,
        )
