"""What a person ticked or answered on a card: one character for each task or question of the answer
that it shows. The texts are the answer's own, so nothing else is stored."""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.tables import bot_cards
from backend.conversations import Message
from backend.db import Database, insert

_MINE: Final = bot_cards.c.user_id == sa.bindparam("user")
_THIS: Final = sa.select(bot_cards.c.marks).where(
    _MINE, bot_cards.c.message_id == sa.bindparam("message")
)
_ALL: Final = sa.select(bot_cards.c.message_id, bot_cards.c.marks).where(_MINE)


class CardMarks:
    """The rows. Everybody reaches their own only; they are deleted with the conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: int, message_id: UUID, fresh: str) -> str:
        """The marks of an answer; `fresh` before anything was marked."""
        async with self._database.snapshot() as db:
            return await _marks(db, user_id, message_id, fresh)

    async def set_mark(
        self, user_id: int, answer: Message, place: int, mark: str, fresh: str, *, final: bool
    ) -> str:
        """Set the mark at a place and return all. With `final`, one that is set stays as it is."""
        try:
            async with self._database.unit_of_work() as db:
                marks = await _marks(db, user_id, answer.id, fresh)
                if final and marks[place] != fresh[place]:
                    return marks
                marks = marks[:place] + mark + marks[place + 1 :]
                row = {"user_id": user_id, "message_id": answer.id, "marks": marks}
                await db.execute(
                    insert(db, bot_cards)
                    .values(conversation_id=answer.conversation_id, **row)
                    .on_conflict_do_update(
                        index_elements=["user_id", "message_id"], set_={"marks": marks}
                    )
                )
        except IntegrityError:
            return fresh  # the conversation was deleted meanwhile
        return marks


async def _marks(db: AsyncConnection, user_id: int, message_id: UUID, fresh: str) -> str:
    values = {"user": user_id, "message": message_id}
    kept: str | None = (await db.execute(_THIS, values)).scalar_one_or_none()
    # An answer that was continued may have more tasks than when it was marked.
    return (kept or "")[: len(fresh)] + fresh[len(kept or "") :]


async def export_cards(db: AsyncConnection, user_id: int) -> dict[str, Any]:
    """A person's marks by the answer's id, as JSON-ready values."""
    rows = (await db.execute(_ALL, {"user": user_id})).all()
    return {str(row.message_id): row.marks for row in rows}


async def erase_cards(db: AsyncConnection, user_id: int) -> None:
    """Delete a person's marks."""
    await db.execute(sa.delete(bot_cards).where(_MINE), {"user": user_id})
