"""Appeals and reports in the console: listed with what people chose to attach, decided once,
answered in their chat. Each look-up is in that person's access log."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.console.ports import SupportChat
from backend.console.roles import Operator
from backend.db import Database, Vault
from backend.errors import ChatClosed, InvalidField, RefusalNotFound, RequestNotFound
from backend.privacy import AccessLog, OperatorAction
from backend.safety import close_report, decide_appeal, open_appeals, open_reports

log = structlog.get_logger("tanya.console")

LONGEST_ANSWER: Final = 3_000
Outcome: TypeAlias = Literal["upheld", "overturned", "closed"]


class WaitingAppeal(Struct, frozen=True, rename="camel"):
    """An appeal: `side` is the question or the answer, `words` the person's text, `question` what
    was refused, if they attached it."""

    id: UUID
    user_id: int
    appealed_at: datetime
    side: str
    judge: str
    category: str
    question: str
    words: str


class WaitingReport(Struct, frozen=True, rename="camel"):
    """A reported answer; `answer` only if the person attached it."""

    id: UUID
    user_id: int
    reported_at: datetime
    reason: str
    model_id: str | None
    words: str
    answer: str


class ModerationQueue(Struct, frozen=True, rename="camel"):
    """What waits for a decision, oldest first."""

    appeals: list[WaitingAppeal]
    reports: list[WaitingReport]


class ModerationDesk:
    """For owners and the support role."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        accesses: AccessLog,
        chat: SupportChat,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._accesses = accesses
        self._chat = chat

    async def queue(self, operator: Operator) -> ModerationQueue:
        """Everything that waits. Raises RoleForbids."""
        operator.require("moderate")
        async with self._database.unit_of_work() as db:
            appeals = await open_appeals(db, self._vault)
            reports = await open_reports(db, self._vault)
            for user_id in {one.user_id for one in appeals}:
                await self._note(db, operator, user_id, "appeal_read")
            for user_id in {one.user_id for one in reports}:
                await self._note(db, operator, user_id, "report_read")
        return ModerationQueue(
            appeals=[
                WaitingAppeal(
                    id=one.id,
                    user_id=one.user_id,
                    appealed_at=one.appealed_at,
                    side=one.side,
                    judge=one.judge,
                    category=one.category,
                    question=one.question,
                    words=one.words,
                )
                for one in appeals
            ],
            reports=[
                WaitingReport(
                    id=one.id,
                    user_id=one.user_id,
                    reported_at=one.reported_at,
                    reason=one.reason,
                    model_id=one.model_id,
                    words=one.content.words,
                    answer=one.content.answer,
                )
                for one in reports
            ],
        )

    async def decide(
        self, operator: Operator, refusal_id: UUID, *, overturned: bool, answer: str = ""
    ) -> bool:
        """Decide an appeal and tell the person; returns whether the bot could write to them.

        Raises:
            RefusalNotFound: nobody waits for a decision on it.
            InvalidField: too long an answer.
            RoleForbids.
        """
        operator.require("moderate")
        _check(answer)
        outcome: Literal["upheld", "overturned"] = "overturned" if overturned else "upheld"
        async with self._database.unit_of_work() as db:
            waiting = {one.id: one.user_id for one in await open_appeals(db, self._vault)}
            user_id = waiting.get(refusal_id)
            if user_id is None or not await decide_appeal(db, refusal_id, outcome, self._clock()):
                raise RefusalNotFound
            await self._note(db, operator, user_id, "appeal_decided")
        return await self._tell(user_id, outcome, answer)

    async def close(self, operator: Operator, report_id: UUID, answer: str = "") -> bool:
        """Close a report, and send the person an answer if there is one; returns whether it was
        delivered.

        Raises:
            RequestNotFound: no such report is open.
            InvalidField, RoleForbids: as `decide`.
        """
        operator.require("moderate")
        _check(answer)
        async with self._database.unit_of_work() as db:
            waiting = {one.id: one.user_id for one in await open_reports(db, self._vault)}
            user_id = waiting.get(report_id)
            if user_id is None or not await close_report(db, report_id, self._clock()):
                raise RequestNotFound
            await self._note(db, operator, user_id, "report_closed")
        return bool(answer.strip()) and await self._tell(user_id, "closed", answer)

    async def _note(
        self, db: AsyncConnection, operator: Operator, user_id: int, action: OperatorAction
    ) -> None:
        await self._accesses.record(
            db, user_id, action, actor="operator", operator=operator.user_id
        )

    async def _tell(self, user_id: int, outcome: Outcome, answer: str) -> bool:
        try:
            await self._chat.decided(user_id, outcome, answer.strip())
        except ChatClosed:
            log.info("moderation_not_told", outcome=outcome)
            return False
        return True


def _check(answer: str) -> None:
    if len(answer) > LONGEST_ANSWER:
        raise InvalidField(field="answer", limit=LONGEST_ANSWER)
