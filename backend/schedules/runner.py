"""Asks scheduled questions that are due. Any number of processes may work at once."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

import sqlalchemy as sa
import structlog

from backend.db import Database, Vault
from backend.errors import (
    ConversationNotFound,
    CourierGone,
    CourierRetry,
    RateLimited,
    TanyaError,
    Unavailable,
)
from backend.files import links_to_read
from backend.generation import Run, SendMessage
from backend.placeholders import redact
from backend.schedules.posts import CollectedPost, CollectedPosts, digest_of
from backend.schedules.schemas import Schedule
from backend.schedules.store import opened
from backend.schedules.tables import schedules
from backend.schedules.timing import next_moment
from backend.uuid7 import uuid7

log = structlog.get_logger("tanya.schedules")

AT_ONCE: Final = 50
PATIENCE: Final = timedelta(hours=1)
"""How long a question is tried that cannot be asked just now."""

_DUE = (
    sa.select(schedules)
    .where(
        schedules.c.paused.is_(False),
        schedules.c.next_at <= sa.bindparam("now", type_=schedules.c.next_at.type),
    )
    .order_by(schedules.c.next_at)
    .limit(AT_ONCE)
)


class Asker(Protocol):
    """Who answers questions (generation)."""

    async def send(self, user_id: int, language: str, message: SendMessage) -> Run:
        """See generation."""
        ...


class LanguageSource(Protocol):
    """Which language people are spoken to in."""

    async def language_of(self, user_id: int) -> str:
        """Its tag."""
        ...


class ScheduleChat(Protocol):
    """The person's chat with the bot."""

    async def tell_refused(self, user_id: int, language: str, asked: Schedule, code: str) -> None:
        """Say that a scheduled question could not be asked, by the error's code.

        Raises:
            CourierGone: there is no chat to say it in.
            CourierRetry: not now.
        """
        ...


class ScheduleRunner:
    """The worker of all schedules."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        *,
        asker: Asker,
        languages: LanguageSource,
        chat: ScheduleChat,
        posts: CollectedPosts,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._asker = asker
        self._languages = languages
        self._chat = chat
        self._posts = posts

    async def work(self) -> int:
        """Ask what is due now; returns how many questions that were."""
        async with self._database.snapshot() as db:
            due = (await db.execute(_DUE, {"now": self._clock()})).all()
        for row in due:
            try:
                await self._ask(row)
            except Exception:  # one person's schedule must not hold up the others
                log.exception("schedule_broke")
        return len(due)

    async def _ask(self, row: Any) -> None:
        async with self._database.unit_of_work() as db:
            asked = opened(row, await self._vault.cipher(db, row.user_id))
        # Those that were there when it fell due: tried again, it is the same question.
        posts = await self._posts.of(row.user_id, asked.next_at) if asked.collects else ()
        if asked.collects and not posts and not links_to_read(asked.question, about_links=True):
            await self._next(row, asked, None)
            return
        language = await self._languages.language_of(row.user_id)
        try:
            await self._asker.send(row.user_id, language, _question(asked, posts))
        except ConversationNotFound:
            # It was deleted: the schedule continues in another one.
            await self._note(row, conversation_id=uuid7(self._clock()))
        except (Unavailable, RateLimited) as refusal:
            if self._clock() - asked.next_at > PATIENCE:
                await self._refused(row, language, asked, refusal)
        except TanyaError as refusal:
            await self._refused(row, language, asked, refusal)
        else:
            await self._next(row, asked, None)
            await self._posts.forget(row.user_id, posts)
            log.info("schedule_asked")

    async def _refused(self, row: Any, language: str, asked: Schedule, refusal: TanyaError) -> None:
        log.info("schedule_refused", code=refusal.code)
        if not await self._next(row, asked, refusal.code):
            return
        with suppress(CourierGone, CourierRetry):  # the app shows it too
            await self._chat.tell_refused(row.user_id, language, asked, refusal.code)

    async def _next(self, row: Any, asked: Schedule, code: str | None) -> bool:
        """Write the next time down; False if another process has."""
        now = self._clock()
        return await self._note(
            row,
            next_at=next_moment(asked.when, now),
            message_id=uuid7(now),
            asked_at=now,
            error_code=code,
        )

    async def _note(self, row: Any, **values: datetime | UUID | str | None) -> bool:
        unchanged = (
            schedules.c.user_id == row.user_id,
            schedules.c.id == row.id,
            schedules.c.message_id == row.message_id,
        )
        async with self._database.unit_of_work() as db:
            noted = await db.execute(sa.update(schedules).where(*unchanged).values(**values))
        return noted.rowcount == 1


def _question(asked: Schedule, posts: Sequence[CollectedPost]) -> SendMessage:
    collected = redact(digest_of(posts), (), {})
    return SendMessage(
        id=asked.message_id,
        conversation_id=asked.conversation_id,
        parent_id=None,
        text="\n\n".join(filter(None, (asked.question, collected.text))),
        placeholders=collected.placeholders,
        create=True,
        scheduled=True,
    )
