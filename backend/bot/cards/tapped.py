"""A tap on a card, its data, and a card after a tap.

Data is `<prefix><answer's id>:<position>:<mark>`, at most 64 bytes.
"""

from typing import Final
from uuid import UUID

from msgspec import Struct

from backend.bot.cards.checklists import ChecklistTask
from backend.bot.cards.quizzes import QuizQuestion
from backend.conversations import Message
from backend.errors import NotFound

TICK: Final = "tick:"
QUIZ_ANSWER: Final = "quiz:"


class CardTap(Struct, frozen=True):
    """A tap on one place of an answer's card."""

    message_id: UUID
    place: int
    mark: str


class TappedChecklist(Struct, frozen=True):
    """An answer's checklist and its marks now."""

    answer: Message
    tasks: list[ChecklistTask]
    marks: str


class TappedQuiz(Struct, frozen=True):
    """An answer's quiz and its marks now, after a tap on the question at `place`."""

    answer: Message
    questions: list[QuizQuestion]
    marks: str
    place: int


def tap_key(prefix: str, message_id: UUID) -> str:
    """The data of an answer's taps, up to the position."""
    return f"{prefix}{message_id.hex}:"


def read_card_tap(data: str) -> CardTap:
    """Parse a tap's data.

    Raises:
        NotFound: it is no tap's; any client can send other data than its card has.
    """
    match data.split(":"):
        case [_, message_id, place, mark] if place.isdecimal() and len(place) <= 2 and mark:
            try:
                return CardTap(UUID(hex=message_id), int(place), mark)
            except ValueError:
                raise NotFound from None
    raise NotFound
