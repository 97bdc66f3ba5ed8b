"""Which messages of a chat are questions that can be joined with those around them."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Final

from backend.bot.inbox.updates import belonging_together, choice_of, command_of, is_in_group

JOINABLE: Final = {
    "text",
    "rich_message",
    "location",
    "poll",
    "checklist",
    "photo",
    "document",
    "audio",
}
"""Messages that are questions, by the member that they have. Voice messages are asked one by one:
each is turned into text first, and shown."""


def is_joinable(update: dict[str, Any]) -> bool:
    """Whether it is a message that may be a part of a question: no command, and nothing that asks
    no model."""
    message = update.get("message")
    if not isinstance(message, dict) or is_in_group(message):
        return False
    return bool(JOINABLE & message.keys()) and command_of(message) is None


def joinable(updates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of some updates that may be one question. What the person decided about others'
    words must be the same for all."""
    choice = choice_of(updates[0])
    return list(takewhile(lambda one: is_joinable(one) and choice_of(one) == choice, updates))


def in_groups(updates: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Updates of a lane, each album and each long text as one group."""
    rest, groups = list(updates), []
    while rest:
        together = belonging_together(rest)
        adjacent = takewhile(lambda pair: pair[0] is pair[1], zip(rest, together, strict=False))
        group = [update for update, _ in adjacent]
        groups.append(group)
        rest = rest[len(group) :]
    return groups
