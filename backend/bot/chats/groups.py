"""Groups in which an admin turned the bot on, and whose answers are there.

Of what is said in a group only a question and its answer are stored, as the asker's own, and what
its admins let the bot store for summaries (`group_memory.py`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.bot.chats.group_acts import forget_acts
from backend.bot.chats.group_memory import forget_group, move_group
from backend.bot.tables import bot_group_answers, bot_groups
from backend.db import Database, Vault, insert
from backend.errors import ConversationNotFound

_GROUP = sa.select(bot_groups).where(bot_groups.c.chat_id == sa.bindparam("chat"))
_FORGET = sa.delete(bot_groups).where(bot_groups.c.chat_id == sa.bindparam("chat"))
_MOVE = (
    sa.update(bot_groups)
    .where(bot_groups.c.chat_id == sa.bindparam("chat"))
    .values(chat_id=sa.bindparam("new"))
)
_MINE = bot_group_answers.c.user_id == sa.bindparam("user")
_HERE = (_MINE, bot_group_answers.c.chat_id == sa.bindparam("chat"))
_BY_NUMBER = sa.select(bot_group_answers).where(
    *_HERE, bot_group_answers.c.number == sa.bindparam("number")
)
_BY_ANSWER = sa.select(bot_group_answers.c.number).where(
    *_HERE, bot_group_answers.c.message_id == sa.bindparam("answer")
)
_ANSWERS = sa.select(bot_group_answers).where(_MINE)
_FORGET_ANSWERS = sa.delete(bot_group_answers).where(_MINE)


class GroupRules(msgspec.Struct, frozen=True):
    """What the admins allow; `quotes`: other people's replied-to words; `keeps`: whose messages are
    stored for summaries; `moderates`: the group has written rules."""

    quotes: bool
    keeps: str | None = None
    moderates: bool = False


class GroupAnswer(msgspec.Struct, frozen=True):
    """An answer of the asker's, and the conversation in which a reply to it continues."""

    conversation_id: UUID
    leaf_id: UUID


class Groups:
    """The rows."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def rules(self, chat_id: int) -> GroupRules | None:
        """What the group's admins allow; None if the bot is off there."""
        async with self._database.snapshot() as db:
            row = (await db.execute(_GROUP, {"chat": chat_id})).one_or_none()
        return None if row is None else GroupRules(row.quotes, row.keeps, row.rules is not None)

    async def written_rules(self, chat_id: int) -> str:
        """The group's own rules; empty if there are none."""
        async with self._database.snapshot() as db:
            row = (await db.execute(_GROUP, {"chat": chat_id})).one_or_none()
            if row is None or row.rules is None:
                return ""
            cipher = await self._vault.cipher(db, chat_id)
        return cipher.open(row.rules, _rules_context(chat_id))

    async def write_rules(self, chat_id: int, text: str) -> None:
        """Set the rules for moderation; empty for none."""
        async with self._database.unit_of_work() as db:
            await _write_rules(db, self._vault, chat_id, text)

    async def turn_on(self, chat_id: int, rules: GroupRules) -> None:
        """Answer in the group from now on."""
        values = {"quotes": rules.quotes, "enabled_at": self._clock()}
        async with self._database.unit_of_work() as db:
            await db.execute(
                insert(db, bot_groups)
                .values(chat_id=chat_id, **values)
                .on_conflict_do_update(index_elements=["chat_id"], set_=values)
            )

    async def turn_off(self, chat_id: int) -> None:
        """Stop answering in the group, and delete its data."""
        async with self._database.unit_of_work() as db:
            await db.execute(_FORGET, {"chat": chat_id})
            await forget_acts(db, chat_id)
            await forget_group(db, self._vault, chat_id, self._clock())

    async def move(self, chat_id: int, new: int) -> None:
        """Move a group to the id of the supergroup that it became; its key changes too."""
        rules = await self.written_rules(chat_id)
        async with self._database.unit_of_work() as db:
            await db.execute(_FORGET, {"chat": new})
            await db.execute(_MOVE, {"chat": chat_id, "new": new})
            await _write_rules(db, self._vault, new, rules)
            await move_group(db, chat_id, new)
            await forget_acts(db, chat_id)
            await self._vault.forget(db, chat_id, self._clock())

    async def answer_at(self, user_id: int, chat_id: int, number: int) -> GroupAnswer | None:
        """The person's own answer in the message with this number."""
        values = {"user": user_id, "chat": chat_id, "number": number}
        async with self._database.snapshot() as db:
            row = (await db.execute(_BY_NUMBER, values)).one_or_none()
            if row is None:
                return None
            try:
                kept = await conversations.get_conversation(
                    db, self._vault, user_id, row.conversation_id
                )
            except ConversationNotFound:
                return None
        return GroupAnswer(kept.id, kept.leaf_id) if kept.leaf_id is not None else None

    async def number_of(self, user_id: int, chat_id: int, message_id: UUID) -> int | None:
        """The message into which an answer is written, if it was started before a crash."""
        values = {"user": user_id, "chat": chat_id, "answer": message_id}
        async with self._database.snapshot() as db:
            found: int | None = (await db.execute(_BY_ANSWER, values)).scalars().first()
        return found

    async def note_answer(
        self, user_id: int, chat_id: int, number: int, conversation_id: UUID, message_id: UUID
    ) -> None:
        """Record which answer a message contains."""
        row = {"conversation_id": conversation_id, "message_id": message_id}
        key = {"user_id": user_id, "chat_id": chat_id, "number": number}
        try:
            async with self._database.unit_of_work() as db:
                await db.execute(sa.insert(bot_group_answers).values(**key, **row))
        except IntegrityError:
            return  # the conversation was deleted meanwhile


def _rules_context(chat_id: int) -> str:
    return f"group rules:{chat_id}"


async def _write_rules(db: AsyncConnection, vault: Vault, chat_id: int, text: str) -> None:
    sealed = None
    if text:
        sealed = (await vault.cipher(db, chat_id)).seal(text, _rules_context(chat_id))
    this = bot_groups.c.chat_id == chat_id
    await db.execute(sa.update(bot_groups).where(this).values(rules=sealed))


async def export_answers(db: AsyncConnection, user_id: int) -> list[dict[str, Any]]:
    """The person's answers in groups, as JSON-ready values."""
    return [
        {
            "chatId": str(row.chat_id),
            "number": str(row.number),
            "conversationId": str(row.conversation_id),
        }
        for row in await db.execute(_ANSWERS, {"user": user_id})
    ]


async def erase_answers(db: AsyncConnection, user_id: int) -> None:
    """Delete where a person's answers are."""
    await db.execute(_FORGET_ANSWERS, {"user": user_id})
