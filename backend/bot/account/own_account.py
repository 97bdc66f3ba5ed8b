"""A person's own settings, models and conversations, read and changed from the chat."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from backend import conversations, identity
from backend.db import Database, Vault
from backend.errors import UserNotFound
from backend.generation import OfferedModels, has_model_here
from backend.llm import Model
from backend.metering import quota

SHOWN = 8
"""How many models or conversations are offered as buttons."""
TYPING_SECONDS = 60.0
"""How long answers stay open for the next letter that a person types in inline mode."""
MOST_TYPING = 50
"""Of how many people at once."""


class OwnAccount:
    """A person's settings and conversations; everything is that person's only."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        models: OfferedModels,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vault = vault
        self._models = models
        self._clock = clock
        self._opened: dict[int, conversations.OpenedAnswers] = {}

    async def profile(self, user_id: int) -> identity.Profile:
        """The person's settings. Raises UserNotFound."""
        async with self._database.snapshot() as db:
            return await identity.profile(db, self._vault, user_id)

    async def joins_questions(self, user_id: int) -> bool:
        """Whether the person chose that questions in a row are joined."""
        try:
            return (await self.profile(user_id)).join_questions
        except UserNotFound:
            return False

    async def change(self, user_id: int, language: str, change: identity.SettingsChange) -> None:
        """Change the person's settings. Raises InvalidField."""
        async with self._database.unit_of_work() as db:
            await identity.remember(db, user_id, language, self._clock())
            await identity.change_settings(db, self._vault, user_id, change)

    async def models(self, user_id: int) -> Sequence[Model]:
        """The models that the person's plan allows, best first."""
        async with self._database.snapshot() as db:
            allowed = await quota.allowed_models(db, user_id, self._clock())
        usable = [one for one in self._models.active if not one.fails]
        return [one for one in usable if one.price_class in allowed.model_classes][:SHOWN]

    @property
    def has_model_here(self) -> bool:
        """Whether a model of this server can answer."""
        return has_model_here(self._models)

    async def model(self, user_id: int) -> Model:
        """The model that answers the person by default."""
        chosen = (await self.profile(user_id)).model_id
        return (self._models.find(chosen) if chosen else None) or self._models.default

    async def recent(self, user_id: int) -> Sequence[conversations.Conversation]:
        """The person's conversations, newest first."""
        async with self._database.snapshot() as db:
            page = await conversations.list_conversations(db, self._vault, user_id, limit=SHOWN)
        return page.items

    async def answers(self, user_id: int, words: str, most: int) -> dict[UUID, str]:
        """Their newest answers that may be offered in other chats, those with `words` in them.
        Each is opened once in a minute, not for each letter that they type."""
        opened = self._opened.get(user_id)
        if opened is None:
            opened = {}
            if len(self._opened) < MOST_TYPING:
                self._opened[user_id] = opened
                asyncio.get_running_loop().call_later(TYPING_SECONDS, self.close_answers, user_id)
        async with self._database.snapshot() as db:
            return await conversations.newest_answers(db, self._vault, user_id, words, most, opened)

    def close_answers(self, user_id: int) -> None:
        """Forget the texts of the person's answers that are open."""
        self._opened.pop(user_id, None)

    async def conversation(self, user_id: int, conversation_id: UUID) -> conversations.Conversation:
        """One of the person's conversations. Raises ConversationNotFound."""
        async with self._database.snapshot() as db:
            return await conversations.get_conversation(db, self._vault, user_id, conversation_id)

    async def stays_here(self, user_id: int, conversation_id: UUID) -> bool:
        """Whether one of the person's conversations is server only."""
        async with self._database.snapshot() as db:
            return await conversations.is_server_only(db, user_id, conversation_id)

    async def delete(self, user_id: int, conversation_id: UUID) -> None:
        """Delete one of the person's conversations. Raises ConversationNotFound."""
        async with self._database.unit_of_work() as db:
            await conversations.delete_conversation(
                db, self._vault, user_id, conversation_id, self._clock()
            )
