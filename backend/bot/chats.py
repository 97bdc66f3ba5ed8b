"""Which conversation a chat with the bot belongs to; it goes on where that conversation is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations, identity
from backend.bot.tables import bot_chats
from backend.db import Database, Vault, insert
from backend.errors import ConversationNotFound
from backend.generation import Run, run_of_key, running_runs
from backend.llm.personas import Persona, chosen
from backend.uuid7 import uuid7

_FIND = sa.select(bot_chats.c.conversation_id).where(bot_chats.c.user_id == sa.bindparam("user"))
_FORGET = sa.delete(bot_chats).where(bot_chats.c.user_id == sa.bindparam("user"))


class Place(msgspec.Struct, frozen=True):
    """Where the next message goes; a conversation without a leaf is still to be made."""

    conversation_id: UUID
    leaf_id: UUID | None


class Chats:
    """What the bot must know of a person's chat; it remembers one conversation each."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def greet(self, user_id: int, language: str) -> None:
        """Remember the person and the language to write to them in."""
        async with self._database.unit_of_work() as db:
            await identity.remember(db, user_id, language, self._clock())

    async def persona(self, user_id: int) -> Persona:
        """Who answers the person."""
        async with self._database.snapshot() as db:
            return chosen((await identity.profile(db, self._vault, user_id)).persona_id)

    async def choose_persona(self, user_id: int, language: str, persona: Persona) -> None:
        """Let this one answer from now on."""
        change = identity.SettingsChange(persona_id=persona.id)
        async with self._database.unit_of_work() as db:
            await identity.remember(db, user_id, language, self._clock())
            await identity.change_settings(db, self._vault, user_id, change)

    async def place(self, user_id: int) -> Place:
        """Where the person's next message goes: on the branch that the app shows, or, if the
        conversation was deleted there, into a new one."""
        async with self._database.snapshot() as db:
            found = (await db.execute(_FIND, {"user": user_id})).scalar_one_or_none()
            try:
                if found is not None:
                    kept = await conversations.get_conversation(db, self._vault, user_id, found)
                    return Place(kept.id, kept.leaf_id)
            except ConversationNotFound:
                pass
        return Place(uuid7(self._clock()), None)

    async def start_anew(self, user_id: int) -> None:
        """Leave the conversation as it is; the next message begins another."""
        async with self._database.unit_of_work() as db:
            await db.execute(_FORGET, {"user": user_id})

    async def remember(self, user_id: int, conversation_id: UUID) -> None:
        """Go on in this conversation the next time."""
        values = {"conversation_id": conversation_id}
        async with self._database.unit_of_work() as db:
            await db.execute(
                insert(db, bot_chats)
                .values(user_id=user_id, **values)
                .on_conflict_do_update(index_elements=["user_id"], set_=values)
            )

    async def run_of(self, user_id: int, question_id: UUID) -> Run | None:
        """The run that a question has begun already."""
        async with self._database.snapshot() as db:
            return await run_of_key(db, user_id, question_id)

    async def running(self, user_id: int) -> list[Run]:
        """The person's answers that are being written."""
        async with self._database.snapshot() as db:
            return await running_runs(db, user_id)


async def export(db: AsyncConnection, user_id: int) -> dict[str, Any]:
    """What is kept of a person's chat, as JSON-ready values."""
    found = (await db.execute(_FIND, {"user": user_id})).scalar_one_or_none()
    return {} if found is None else {"conversationId": str(found)}


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Forget a person's chat."""
    await db.execute(_FORGET, {"user": user_id})
