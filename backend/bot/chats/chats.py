"""Maps a chat with the bot to a conversation, which continues at its end."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from aiogram.types import Message
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations, identity
from backend.bot.chats.card_marks import export_cards
from backend.bot.chats.chat_rows import FIND_ANSWER, FIND_CHAT, current_of, is_before_new
from backend.bot.chats.groups import export_answers
from backend.bot.chats.owned_rows import erase_owned, export_owned
from backend.bot.chats.question_parts import QuestionParts
from backend.bot.inbox.updates import chat_lane, placed_lane
from backend.bot.sending.places import ChatPlace
from backend.bot.tables import bot_answers, bot_chats, bot_updates
from backend.db import Database, Vault, insert, insert_new, temporary_id
from backend.errors import ConversationNotFound, MessageNotFound
from backend.generation import Run, run_of_key, running_runs
from backend.llm.prompts import personas
from backend.safety import AgeGate, Topic, first_topic
from backend.uuid7 import uuid7

LOOKED_BACK = 200
"""How many messages of a conversation are searched for earlier notices."""

_MINE = bot_chats.c.user_id == sa.bindparam("user")
_ALL = sa.select(bot_chats.c.thread_id, bot_chats.c.conversation_id).where(_MINE)
_ANSWERS = sa.select(bot_answers).where(bot_answers.c.user_id == sa.bindparam("user"))
_FORGET_ANSWERS = sa.delete(bot_answers).where(bot_answers.c.user_id == sa.bindparam("user"))
_FORGET = sa.delete(bot_chats).where(_MINE)


class ChatPosition(msgspec.Struct, frozen=True):
    """Where the next message goes; a conversation without a leaf does not exist yet. `about` is the
    replied-to answer, if any."""

    conversation_id: UUID
    leaf_id: UUID | None
    about: UUID | None = None


class SharingRules(msgspec.Struct, frozen=True):
    """How other people's words are sent: whether they are `always_redacts`-ed without asking,
    whether the conversation `stays_here` (server only), and its existing placeholders."""

    always_redacts: bool
    stays_here: bool
    known: dict[str, str]


class Chats:
    """The bot's data about a person's chat: one conversation for each topic."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self.question_parts = QuestionParts(database, vault)
        self._usernames = identity.Usernames(database, vault)

    async def greet(self, user_id: int, language: str) -> str:
        """Record the person. Returns the language to write in: the chosen one, else Telegram's."""
        async with self._database.unit_of_work() as db:
            return await identity.remember(db, user_id, language, self._clock())

    async def greet_sender(self, message: Message, language: str) -> str:
        """The same for the sender of a message in a private chat, with the username they have."""
        username = message.from_user.username if message.from_user else None
        edited = message.edit_date and datetime.fromtimestamp(message.edit_date, UTC)
        name = await self._usernames.seen(username, edited or message.date)
        async with self._database.unit_of_work() as db:
            return await identity.remember(db, message.chat.id, language, self._clock(), name)

    async def persona(self, user_id: int) -> personas.Persona:
        """The person's persona."""
        async with self._database.snapshot() as db:
            return personas.chosen((await identity.profile(db, self._vault, user_id)).persona_id)

    async def choose_persona(self, user_id: int, language: str, persona: personas.Persona) -> None:
        """Choose a persona."""
        change = identity.SettingsChange(persona_id=persona.id)
        async with self._database.unit_of_work() as db:
            await identity.remember(db, user_id, language, self._clock())
            await identity.change_settings(db, self._vault, user_id, change)

    async def position(self, place: ChatPlace) -> ChatPosition:
        """Where a message goes: into the conversation of the replied-to answer, else into the
        topic's; if that was deleted, into a new one."""
        async with self._database.snapshot() as db:
            values = {**_key(place), "number": place.replies_to}
            answer = (await db.execute(FIND_ANSWER, values)).one_or_none()
            row = (await db.execute(FIND_CHAT, _key(place))).one_or_none()
            found = answer.conversation_id if answer else current_of(row, place)
            try:
                if found is not None:
                    kept = await conversations.get_conversation(
                        db, self._vault, place.chat_id, found
                    )
                    about = answer.message_id if answer else None
                    return ChatPosition(kept.id, kept.leaf_id, about)
            except ConversationNotFound:
                pass
        make = temporary_id if row is not None and row.temporary else uuid7
        return ChatPosition(make(self._clock()), None)

    async def stays_here(self, place: ChatPlace) -> bool:
        """Whether the conversation of `position` is server only."""
        found = await self.position(place)
        async with self._database.snapshot() as db:
            return await conversations.is_server_only(db, place.chat_id, found.conversation_id)

    async def sharing_rules(self, place: ChatPlace) -> SharingRules:
        """How other people's words are sent in the conversation of `position`."""
        of, user_id = (await self.position(place)).conversation_id, place.chat_id
        async with self._database.snapshot() as db:
            return SharingRules(
                (await identity.profile(db, self._vault, user_id)).redact_others,
                await conversations.is_server_only(db, user_id, of),
                await conversations.placeholders_of(db, self._vault, user_id, of),
            )

    async def placeholders(self, user_id: int, conversation_id: UUID) -> dict[str, str]:
        """The placeholders in the conversation's texts and what they stand for."""
        async with self._database.snapshot() as db:
            return await conversations.placeholders_of(db, self._vault, user_id, conversation_id)

    async def start_anew(self, place: ChatPlace, *, temporary: bool = False) -> None:
        """Start another conversation with the next message."""
        async with self._database.unit_of_work() as db:
            row = (await db.execute(FIND_CHAT, _key(place))).one_or_none()
            previous = row.conversation_id if row is not None else None
            changes = {"new_from": place.number, "previous_id": previous, "temporary": temporary}
            await _store(db, place, {"conversation_id": None, **changes})

    async def remember(self, place: ChatPlace, conversation_id: UUID) -> None:
        """Continue in this conversation next time; if /new was sent since, only with what was
        written before it."""
        async with self._database.unit_of_work() as db:
            row = (await db.execute(FIND_CHAT, _key(place))).one_or_none()
            if row is not None and is_before_new(row, place):
                await _store(db, place, {"previous_id": conversation_id})
            else:
                await _store(db, place, {"conversation_id": conversation_id, "temporary": False})

    async def note_answer(
        self,
        place: ChatPlace,
        numbers: Sequence[int],
        conversation_id: UUID,
        message_id: UUID,
        *,
        keeps_buttons: bool = False,
    ) -> int | None:
        """Record the answer of the messages with these numbers, whose buttons stay with
        `keeps_buttons`. Returns the number of the message that had the buttons before, if any."""
        known = {"conversation_id": conversation_id, "message_id": message_id}
        try:
            async with self._database.unit_of_work() as db:
                for number in numbers:
                    row = {"user_id": place.chat_id, "number": number, **known}
                    await db.execute(insert_new(db, bot_answers), row)
                before = (await db.execute(FIND_CHAT, _key(place))).one_or_none()
                await _store(db, place, {"buttons_at": None if keeps_buttons else numbers[-1]})
        except IntegrityError:
            return None  # the conversation was deleted meanwhile
        return before.buttons_at if before is not None else None

    async def answer_age(self, gate: AgeGate, user_id: int, *, old_enough: bool) -> None:
        """Record whether the person says that they are old enough."""
        async with self._database.unit_of_work() as db:
            await gate.answer(db, user_id, old_enough=old_enough)

    async def answer_at(self, user_id: int, number: int) -> UUID | None:
        """The answer that the chat's message with this number belongs to."""
        values = {"user": user_id, "number": number}
        async with self._database.snapshot() as db:
            row = (await db.execute(FIND_ANSWER, values)).one_or_none()
        return row.message_id if row is not None else None

    async def topic_of(self, run: Run) -> Topic | None:
        """The topic of the run's question if a notice belongs under its answer: the first of its
        kind in the conversation."""
        async with self._database.snapshot() as db:
            questions = await self._questions(db, run, 2)
            if not questions or first_topic(questions) is None:
                return None
            return first_topic(await self._questions(db, run, LOOKED_BACK))

    async def _questions(self, db: AsyncConnection, run: Run, count: int) -> list[str]:
        branch = await conversations.path_to(
            db, self._vault, run.user_id, run.message_id, takes=conversations.newest(count)
        )
        return [one.text for one in branch.messages if one.role == "user"]

    async def message(self, user_id: int, message_id: UUID) -> conversations.Message | None:
        """One of the person's messages, if it still exists."""
        async with self._database.snapshot() as db:
            try:
                return await conversations.get_message(db, self._vault, user_id, message_id)
            except MessageNotFound:
                return None

    async def run_of(self, user_id: int, question_id: UUID) -> Run | None:
        """The run that a question has started already."""
        async with self._database.snapshot() as db:
            return await run_of_key(db, user_id, question_id)

    async def running(self, user_id: int) -> list[Run]:
        """The person's running answers."""
        async with self._database.snapshot() as db:
            return await running_runs(db, user_id)


def _key(place: ChatPlace) -> dict[str, int]:
    return {"user": place.chat_id, "thread": place.thread_id}


async def _store(db: AsyncConnection, place: ChatPlace, values: dict[str, Any]) -> None:
    row = {"user_id": place.chat_id, "thread_id": place.thread_id, **values}
    await db.execute(
        insert(db, bot_chats)
        .values(row)
        .on_conflict_do_update(index_elements=["user_id", "thread_id"], set_=values)
    )


async def export(db: AsyncConnection, user_id: int) -> dict[str, Any]:
    """The stored data of a person's chat, as JSON-ready values."""
    chat: dict[str, Any] = {}
    for row in (await db.execute(_ALL, {"user": user_id})).all():
        if row.conversation_id is not None and row.thread_id == 0:
            chat["conversationId"] = str(row.conversation_id)
        elif row.conversation_id is not None:
            chat.setdefault("topics", {})[str(row.thread_id)] = str(row.conversation_id)
    if in_groups := await export_answers(db, user_id):
        chat["groupAnswers"] = in_groups
    if answers := (await db.execute(_ANSWERS, {"user": user_id})).all():
        chat["answers"] = {str(row.number): str(row.conversation_id) for row in answers}
    if cards := await export_cards(db, user_id):
        chat["cards"] = cards
    return chat


async def chat_copy(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[str, bytes]]:
    """The chat's part of a person's copy (privacy's port)."""
    chat = await export(db, user_id)
    chat |= await export_owned(db, vault, user_id)
    yield "chat.json", msgspec.json.encode(chat)


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete a person's chat, and its questions that wait for consent."""
    await db.execute(_FORGET, {"user": user_id})
    await db.execute(_FORGET_ANSWERS, {"user": user_id})
    await erase_owned(db, user_id)
    lanes = (chat_lane(user_id), placed_lane(user_id))
    await db.execute(
        sa.update(bot_updates)
        .where(bot_updates.c.lane.in_(lanes), bot_updates.c.held_for.is_not(None))
        .values(body=None, lane=None, held_for=None, done_at=bot_updates.c.received_at)
    )
