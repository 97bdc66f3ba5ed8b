"""Where a forwarded message is from, as Telegram tells it
(core.telegram.org/bots/api#messageorigin)."""

from collections.abc import Container
from typing import Literal

from aiogram.types import (
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)
from msgspec import Struct

LONGEST_NAME = 80


class ForwardedFrom(Struct, frozen=True):
    """The kind of a message's origin and its name, in one line; a person's id, where it is
    told."""

    kind: Literal["person", "group", "channel"]
    name: str
    person_id: int | None = None

    def is_of(self, people: Container[int]) -> bool:
        """Whether it is one of these people's."""
        return self.person_id is not None and self.person_id in people


def origin_of(message: Message) -> ForwardedFrom | None:
    """Where it was forwarded from; None if it was not."""
    match message.forward_origin:
        case MessageOriginUser(sender_user=user):
            return ForwardedFrom("person", _line(user.full_name), user.id)
        case MessageOriginHiddenUser(sender_user_name=name):
            return ForwardedFrom("person", _line(name))
        case MessageOriginChat(sender_chat=chat):
            return ForwardedFrom("group", _line(chat.title or ""))
        case MessageOriginChannel(chat=chat):
            return ForwardedFrom("channel", _line(chat.title or ""))
    return None


def _line(name: str) -> str:
    """A name as one line of a quotation: others chose it."""
    return " ".join(name.split())[:LONGEST_NAME]
