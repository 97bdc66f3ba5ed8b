"""Which conversation a chat with the bot belongs to, and where in its tree it stands."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from backend.bot.tables import bot_chats
from backend.db import Database, insert
from backend.uuid7 import uuid7


class Place(msgspec.Struct, frozen=True):
    """Where the next message goes; a conversation without a leaf is still to be made."""

    conversation_id: UUID
    leaf_id: UUID | None


class Chats:
    """Remembers one place a person."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def place(self, user_id: int) -> Place:
        """Where the person's next message goes."""
        find = sa.select(bot_chats.c.conversation_id, bot_chats.c.leaf_id).where(
            bot_chats.c.user_id == user_id
        )
        async with self._database.snapshot() as db:
            row = (await db.execute(find)).one_or_none()
        return Place(row[0], row[1]) if row else await self.start_anew(user_id)

    async def start_anew(self, user_id: int) -> Place:
        """Leave the conversation as it is and begin another with the next message."""
        place = Place(uuid7(self._clock()), None)
        await self.remember(user_id, place)
        return place

    async def remember(self, user_id: int, place: Place) -> None:
        """Go on from `place` the next time."""
        values = {"conversation_id": place.conversation_id, "leaf_id": place.leaf_id}
        async with self._database.unit_of_work() as db:
            await db.execute(
                insert(db, bot_chats)
                .values(user_id=user_id, **values)
                .on_conflict_do_update(index_elements=["user_id"], set_=values)
            )
