"""Places, polls and checklists in a chat, in words: what is in them, and nothing about them that
would need a language."""

from aiogram.types import Checklist, Location, Message, Poll

DIGITS = 4
"""Decimals of a degree: about ten metres."""


def words_of_things(message: Message) -> str:
    """What a message without a text says; empty for what has no words."""
    if message.venue is not None:
        venue = message.venue
        return f"📍 {venue.title}, {venue.address} ({_degrees(venue.location)})"
    if message.location is not None:
        return f"📍 {_degrees(message.location)}"
    if message.poll is not None:
        return _poll(message.poll)
    return _checklist(message.checklist) if message.checklist is not None else ""


def _degrees(place: Location) -> str:
    return f"{place.latitude:.{DIGITS}f}, {place.longitude:.{DIGITS}f}"


def _poll(poll: Poll) -> str:
    """The question and its options, with the votes where there are any."""
    voted = poll.total_voter_count > 0
    options = (
        f"- {one.text} ({one.voter_count})" if voted else f"- {one.text}" for one in poll.options
    )
    return "\n".join((f"📊 {poll.question}", *options))


def _checklist(found: Checklist) -> str:
    tasks = (f"- [{'x' if one.completion_date else ' '}] {one.text}" for one in found.tasks)
    return "\n".join((f"☑️ {found.title}", *tasks))
