"""Sending a message on in Telegram, to a chat that the person chooses there."""

from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations.service import get_message, placeholders_of
from backend.db import Vault, is_temporary
from backend.errors import MessageNotFound, ShareOfTemporary
from backend.placeholders import restore


class MessagePreparer(Protocol):
    """Gives Telegram a message that a person wants to send on."""

    async def prepare(self, user_id: int, language: str, markdown: str) -> str:
        """Prepare a message; returns the id under which Telegram stores it for the person, for a
        day.

        Raises NotSentOn, TelegramUnreachable.
        """
        ...

    async def prepare_picture(self, user_id: int, url: str, width: int, height: int) -> str:
        """The same for a picture, which Telegram fetches from the address when it is sent."""
        ...


async def text_to_send_on(db: AsyncConnection, vault: Vault, user_id: int, message_id: UUID) -> str:
    """The text of a message as its person sees it; empty if it is only a picture.

    Raises:
        MessageNotFound: the person has no such message, or it is not finished.
        ShareOfTemporary: a temporary message cannot be stored for others.
    """
    message = await get_message(db, vault, user_id, message_id)
    if is_temporary(message.conversation_id):
        raise ShareOfTemporary
    if message.state == "running":
        raise MessageNotFound
    known = await placeholders_of(db, vault, user_id, message.conversation_id)
    return restore(message.text, known)
