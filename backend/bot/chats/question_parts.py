"""Messages of a chat that are one question: which go into the same conversation, and where the
words of each are in the question, so that one of them can be edited."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.chats.chat_rows import FIND_ANSWER, FIND_CHAT, current_of, is_before_new
from backend.bot.sending.places import ChatPlace
from backend.bot.tables import bot_question_parts
from backend.db import Database, Vault, insert
from backend.files import of_message

_MINE: Final = bot_question_parts.c.user_id == sa.bindparam("user")
_QUESTION: Final = (
    sa.select(bot_question_parts.c.question_id)
    .where(_MINE, bot_question_parts.c.number == sa.bindparam("number"))
    .scalar_subquery()
)
_PARTS: Final = (
    sa.select(bot_question_parts)
    .where(_MINE, bot_question_parts.c.question_id == _QUESTION)
    .order_by(bot_question_parts.c.begins)
)
_ALL: Final = sa.select(bot_question_parts.c.number, bot_question_parts.c.question_id).where(_MINE)


class QuestionPart(Struct, frozen=True):
    """A message of a joined question, by its number in the chat, and where its words are."""

    number: int
    begins: int
    length: int


class JoinedQuestion(Struct, frozen=True):
    """A question of several messages."""

    id: UUID
    parts: tuple[QuestionPart, ...]

    def part(self, number: int) -> QuestionPart | None:
        """The message with this number."""
        return next((one for one in self.parts if one.number == number), None)

    def with_part(self, question_id: UUID, number: int, length: int) -> "JoinedQuestion":
        """The question that it becomes if a message's words get another length."""
        edited = self.part(number)
        assert edited is not None
        later = length - edited.length

        def moved(one: QuestionPart) -> QuestionPart:
            if one is edited:
                return QuestionPart(number, one.begins, length)
            return replace(one, begins=one.begins + (later if one.begins > edited.begins else 0))

        return JoinedQuestion(question_id, tuple(map(moved, self.parts)))


class QuestionParts:
    """The rows. Everybody reaches their own only; they are deleted with the conversation."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def count_together(self, places: Sequence[ChatPlace], to_bot: Sequence[bool]) -> int:
        """How many of the first messages at these places go into the same conversation. One that
        replies to a message of the bot (`to_bot`) which is no answer goes by itself."""
        first: object = None
        async with self._database.snapshot() as db:
            for count, (place, replies) in enumerate(zip(places, to_bot, strict=True)):
                goal = await _goal(db, place, replies_to_bot=replies)
                if goal is None or (count and goal != first):
                    return count
                first = goal
        return len(places)

    async def note(self, user_id: int, conversation_id: UUID, question: JoinedQuestion) -> None:
        """Record of which messages a question is made; each belongs to its newest question."""
        try:
            async with self._database.unit_of_work() as db:
                for part in question.parts:
                    values = {
                        "conversation_id": conversation_id,
                        "question_id": question.id,
                        "begins": part.begins,
                        "length": part.length,
                    }
                    row = {"user_id": user_id, "number": part.number, **values}
                    await db.execute(
                        insert(db, bot_question_parts)
                        .values(row)
                        .on_conflict_do_update(index_elements=["user_id", "number"], set_=values)
                    )
        except IntegrityError:
            return  # it was refused, or the conversation was deleted meanwhile

    async def question_with(self, user_id: int, number: int) -> JoinedQuestion | None:
        """The joined question that the message with this number is a part of."""
        async with self._database.snapshot() as db:
            rows = (await db.execute(_PARTS, {"user": user_id, "number": number})).all()
        if not rows:
            return None
        parts = (QuestionPart(row.number, row.begins, row.length) for row in rows)
        return JoinedQuestion(rows[0].question_id, tuple(parts))

    async def files_of(self, user_id: int, question_id: UUID) -> tuple[UUID, ...]:
        """The question's files."""
        async with self._database.snapshot() as db:
            return tuple(one.id for one in await of_message(db, self._vault, user_id, question_id))


async def _goal(db: AsyncConnection, place: ChatPlace, *, replies_to_bot: bool) -> object:
    """What is the same for messages that go into one conversation; None for one that is no
    question."""
    values = {"user": place.chat_id, "thread": place.thread_id, "number": place.replies_to}
    answered = (await db.execute(FIND_ANSWER, values)).one_or_none()
    if answered is None and replies_to_bot:
        return None
    row = (await db.execute(FIND_CHAT, values)).one_or_none()
    before = row is not None and is_before_new(row, place)
    goal = answered.conversation_id if answered else current_of(row, place)
    return place.thread_id, goal, before


async def export_parts(db: AsyncConnection, user_id: int) -> dict[str, Any]:
    """Which message is a part of which question, as JSON-ready values."""
    rows = (await db.execute(_ALL, {"user": user_id})).all()
    return {str(row.number): str(row.question_id) for row in rows}


async def erase_parts(db: AsyncConnection, user_id: int) -> None:
    """Delete them."""
    await db.execute(sa.delete(bot_question_parts).where(_MINE), {"user": user_id})
