"""Widgets (Bot API 10.4), which aiogram's types do not have yet: small HTML documents that run in a
message, without a network. What they ask the bot arrives as `widget_query`.

Facts: core.telegram.org/bots/widgets and the release notes of node-telegram-bot-api 2.4.0. A widget
is sent with the state of that moment in it; it learns the present one from the answer to each tap.
How it would read `chat_data` is in no source that we could read, so that is not used.
"""

import zlib
from collections.abc import Iterable
from typing import Any, Final

from aiogram.methods import TelegramMethod
from aiogram.types import Message
from msgspec import Struct

LARGEST_HTML: Final = 32_768
LARGEST_COMPRESSED: Final = 4_096
LONGEST_ANSWER: Final = 1_024
"""In bytes; the second with zlib at level 9."""
SECONDS_TO_ANSWER: Final = 15
HIGHEST: Final = 600
"""In pixels."""
LINE: Final = 30
"""Characters that fit into a line."""


class SendWidget(TelegramMethod[Message]):
    """sendWidget: to private chats only; what is sent is protected and cannot be forwarded."""

    __returning__ = Message
    __api_method__ = "sendWidget"

    chat_id: int
    html: str
    allow_queries: bool = True
    message_thread_id: int | None = None
    # aiogram's types, which are built on demand, by names that are not in this module.
    reply_parameters: Any = None
    reply_markup: Any = None


class AnswerWidgetQuery(TelegramMethod[bool]):
    """answerWidgetQuery: within SECONDS_TO_ANSWER of the tap."""

    __returning__ = bool
    __api_method__ = "answerWidgetQuery"

    widget_query_id: str
    data: str


class WidgetTap(Struct, frozen=True):
    """A tap in a widget. Any client can send other `data` than its widget would."""

    query_id: str
    person_id: int
    language: str
    data: str


def read_widget_tap(update: dict[str, Any]) -> WidgetTap | None:
    """The tap in an update; None if it has none, or one that carries no data."""
    match update.get("widget_query"):
        case {"id": str(query_id), "from": {"id": int(person), **sender}, "data": str(data)}:
            return WidgetTap(query_id, person, str(sender.get("language_code") or "en"), data)
    return None


def height_of(texts: Iterable[str], buttons: Iterable[str]) -> int:
    """About how many pixels a card with these texts and buttons is high on a narrow phone."""
    heights = [(one, 8) for one in texts] + [(one, 24) for one in buttons]
    return sum(around + 20 * (1 + len(one) // LINE) for one, around in heights)


def fits_widget(html: str) -> bool:
    """Whether a document is within Telegram's limits."""
    content = html.encode()
    compressed = len(zlib.compress(content, 9))
    return len(content) <= LARGEST_HTML and compressed <= LARGEST_COMPRESSED
