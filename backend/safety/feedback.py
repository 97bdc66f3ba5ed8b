"""Feedback on answers, and reports to the operator."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.conversations import Message
from backend.db import Database, Vault, insert, insert_new
from backend.errors import MessageNotFound
from backend.safety.tables import feedback, reports

Thumb: TypeAlias = Literal["up", "down"]
Reason: TypeAlias = Literal["wrong", "harmful", "offensive", "private", "rights", "other"]
REASONS: Final[tuple[Reason, ...]] = (
    "wrong", "harmful", "offensive", "private", "rights", "other"
)  # fmt: skip
LONGEST_REPORT: Final = 2_000
"""The most characters of a report's text."""


class AnswerReport(Struct, frozen=True, kw_only=True):
    """What a person reports of an answer; `id` is the client's, so that a repeat changes nothing.
    `with_answer`: the operator may read the answer's text."""

    id: UUID
    message_id: UUID
    reason: Reason
    words: str = ""
    with_answer: bool = False


class ReportContent(Struct, frozen=True):
    """What of a report is sealed; `answer` is empty unless its person sent it along."""

    words: str
    answer: str


class OpenReport(Struct, frozen=True):
    """A report as the operator sees it."""

    id: UUID
    user_id: int
    reason: str
    model_id: str | None
    reported_at: datetime
    content: ReportContent


class AnswerFeedback:
    """Stores feedback; one per process."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def of(self, user_id: int, message_id: UUID) -> Thumb | None:
        """What the person thinks of an answer. Raises MessageNotFound."""
        async with self._database.snapshot() as db:
            await self._answer(db, user_id, message_id)
            found = sa.select(feedback.c.thumb).where(*_this(user_id, message_id))
            thumb: Thumb | None = (await db.execute(found)).scalar_one_or_none()
        return thumb

    async def rate(self, user_id: int, message_id: UUID, thumb: Thumb | None) -> None:
        """Store a person's thumb; None removes it.

        Raises:
            MessageNotFound: the person has no such answer.
        """
        async with self._database.unit_of_work() as db:
            answer = await self._answer(db, user_id, message_id)
            if thumb is None:
                await db.execute(sa.delete(feedback).where(*_this(user_id, message_id)))
                return
            values = {"thumb": thumb, "model_id": answer.model_id, "given_at": self._clock()}
            row = insert(db, feedback).values(user_id=user_id, message_id=message_id, **values)
            await db.execute(
                row.on_conflict_do_update(index_elements=["user_id", "message_id"], set_=values)
            )

    async def report(self, user_id: int, report: AnswerReport) -> None:
        """Send a report to the operator, with the answer's text only if that was chosen.

        Raises:
            MessageNotFound: the person has no such answer.
        """
        async with self._database.unit_of_work() as db:
            answer = await self._answer(db, user_id, report.message_id)
            text = answer.text if report.with_answer else ""
            content = ReportContent(report.words.strip()[:LONGEST_REPORT], text)
            cipher = await self._vault.cipher(db, user_id)
            row = {
                "user_id": user_id,
                "id": report.id,
                "message_id": answer.id,
                "reason": report.reason,
                "model_id": answer.model_id,
                "content": cipher.seal_bytes(
                    msgspec.json.encode(content), report_context(report.id)
                ),
                "reported_at": self._clock(),
            }
            await db.execute(insert_new(db, reports), row)

    async def _answer(self, db: AsyncConnection, user_id: int, message_id: UUID) -> Message:
        message = await conversations.get_message(db, self._vault, user_id, message_id)
        if message.role != "assistant":
            raise MessageNotFound
        return message


async def open_reports(db: AsyncConnection, vault: Vault) -> Sequence[OpenReport]:
    """The open reports, oldest first."""
    waiting = sa.select(reports).where(reports.c.closed_at.is_(None))
    rows = (await db.execute(waiting.order_by(reports.c.reported_at, reports.c.id))).all()
    found = []
    for row in rows:
        content = open_content(await vault.cipher(db, row.user_id), row)
        found.append(
            OpenReport(row.id, row.user_id, row.reason, row.model_id, row.reported_at, content)
        )
    return found


async def close_report(db: AsyncConnection, report_id: UUID, now: datetime) -> bool:
    """Close a report; False if there is no such open one."""
    this = reports.c.id == report_id, reports.c.closed_at.is_(None)
    changed = await db.execute(sa.update(reports).where(*this).values(closed_at=now))
    return changed.rowcount > 0


def open_content(cipher: Any, row: Any) -> ReportContent:
    """What of a report's row is sealed."""
    opened = cipher.open_bytes(row.content, report_context(row.id))
    return msgspec.json.decode(opened, type=ReportContent)


def report_context(report_id: UUID) -> str:
    """What a sealed report is bound to."""
    return f"report:{report_id.hex}"


def _this(user_id: int, message_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return feedback.c.user_id == user_id, feedback.c.message_id == message_id
