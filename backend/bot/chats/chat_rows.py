"""Reads a chat's rows: which conversation a message goes into, before or after /new."""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from backend.bot.sending.places import ChatPlace
from backend.bot.tables import bot_answers, bot_chats

FIND_CHAT: Final = sa.select(bot_chats).where(
    bot_chats.c.user_id == sa.bindparam("user"), bot_chats.c.thread_id == sa.bindparam("thread")
)
FIND_ANSWER: Final = sa.select(bot_answers).where(
    bot_answers.c.user_id == sa.bindparam("user"), bot_answers.c.number == sa.bindparam("number")
)


def is_before_new(row: Any, place: ChatPlace) -> bool:
    """Whether the message was written before /new was sent."""
    return (
        row.new_from is not None and place.number is not None and bool(place.number < row.new_from)
    )


def current_of(row: Any, place: ChatPlace) -> UUID | None:
    """The conversation that a message which replies to nothing goes into, by its chat's row."""
    if row is None:
        return None
    found: UUID | None = row.previous_id if is_before_new(row, place) else row.conversation_id
    return found
