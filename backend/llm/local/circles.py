"""Ends an answer that goes round in circles, as a very small model's long ones do: it would say the
same for a minute, up to its limit of tokens."""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from backend.llm.events import Done, Event, Text

LONGEST: Final = 60
"""Words of the longest passage whose repetition is noticed: two stanzas."""
TIMES: Final = 3
LEAST_WORDS: Final = 24
"""Words that are said again before it counts: a table's line of dashes repeats itself too."""
STRETCH: Final = 120
FEW: Final = 12
"""So few different words in a stretch are a circle too, though no passage is said twice: ordinary
prose has sixty."""
LOOK_AFTER: Final = 40
"""Letters between two looks."""


def goes_in_circles(words: list[str]) -> bool:
    """Whether these words end with a passage that is said at least three times in a row, or with a
    long stretch of very few words."""
    for length in range(1, LONGEST + 1):
        times = max(TIMES, -(-LEAST_WORDS // length))
        if len(words) < times * length:
            continue
        tail = words[-times * length :]
        if tail == tail[:length] * times:
            return True
    plain = [word for word in map(_plain, words[-STRETCH:]) if word]
    return len(plain) == STRETCH and len(set(plain)) <= FEW


def _plain(word: str) -> str:
    """Its letters and digits."""
    return "".join(filter(str.isalnum, word)).casefold()


async def ended_in_circles(
    stream: AsyncGenerator[Sequence[Event], None],
) -> AsyncGenerator[Sequence[Event], None]:
    """The same events, but a circle is the answer's end."""
    text, looked = "", 0
    async with contextlib.aclosing(stream):
        async for batch in stream:
            yield batch
            text += "".join(event.text for event in batch if isinstance(event, Text))
            if len(text) < looked + LOOK_AFTER:
                continue
            looked = len(text)
            # The last word may be unfinished.
            if goes_in_circles(text.split()[-TIMES * LONGEST - 1 : -1]):
                yield (Done("stop"),)
                return
