"""Words of a model on a card: one line without control characters, and without the marks that turn
the direction of what stands beside them."""

import re
from typing import Final

from backend.bot.formatting import Document, to_text

# Unicode's directional marks, embeddings, overrides and isolates, and its line separators.
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029\\s]+")


def card_line(text: str, longest: int) -> str:
    """A text as one line of at most `longest` characters."""
    line = _CONTROL.sub(" ", _TURNING.sub("", text)).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def words_of_blocks(blocks: Document) -> str:
    """The words of some blocks, without their marks."""
    return to_text(blocks)[0]
