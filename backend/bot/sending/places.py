"""A message's place in a chat: what is sent about it goes to the same topic, as a reply to it."""

from typing import Any

from aiogram.types import Message, ReplyParameters
from msgspec import Struct


class ChatPlace(Struct, frozen=True):
    """A message's place. `thread_id` is its topic, 0 outside topics; `number` the message's, None
    where nothing is answered; `replies_to` the number of what the message itself replies to."""

    chat_id: int
    thread_id: int = 0
    number: int | None = None
    replies_to: int | None = None

    @property
    def in_thread(self) -> dict[str, Any]:
        """What every call that shows something here has to name."""
        return {"message_thread_id": self.thread_id or None}

    def answering(self) -> dict[str, Any]:
        """The same for the message that is shown as a reply to this one. If this one was deleted
        meanwhile, it is shown all the same."""
        if self.number is None:
            return self.in_thread
        reply = ReplyParameters(message_id=self.number, allow_sending_without_reply=True)
        return {**self.in_thread, "reply_parameters": reply}


def place_of(message: Message) -> ChatPlace:
    """Where a message is."""
    # Outside forums a thread is a chain of replies, which cannot be written to by its number.
    thread_id = message.message_thread_id if message.is_topic_message else None
    replied = message.reply_to_message
    # In a topic, what replies to nothing names the service message that opened it.
    is_reply = replied is not None and replied.forum_topic_created is None
    return ChatPlace(
        chat_id=message.chat.id,
        thread_id=thread_id or 0,
        number=message.message_id,
        replies_to=replied.message_id if replied is not None and is_reply else None,
    )
