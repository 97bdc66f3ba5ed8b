"""Reading, cutting and writing an answer takes time in proportion to its length, whatever it is."""

import gc
import time

import pytest

from backend.bot.formatting import read_markdown, split_document, to_rich_blocks, to_text
from backend.bot.formatting.split import split, tail
from tests.fixtures.nasty import NASTY, Generator

LIMIT = 1_000
"""Units in a message; both lengths take several."""
SHORT, LONG = 4_000, 16_000
MOST = 2.5**2
"""How much more work four times the text may be; quadratic work would be 16 times as much."""
NEGLIGIBLE = 0.15
"""Seconds of processor time below which a ratio says nothing."""


def seconds(text: str) -> float:
    """The processor's time for all that is done with an answer."""
    gc.disable()  # its work grows with all that is alive in the process
    try:
        return _seconds(text)
    finally:
        gc.enable()


def _seconds(text: str) -> float:
    started = time.process_time()
    document = read_markdown(text)
    for part in split_document(document, LIMIT):
        to_rich_blocks(part)
        to_text(part)
    split(text, LIMIT)
    tail(text, LIMIT)
    return time.process_time() - started


@pytest.mark.parametrize("generate", NASTY.values(), ids=NASTY.keys())
def test_work_grows_with_the_length(generate: Generator) -> None:
    """Four times the text takes at most 6.25 times the work: the best of five tries."""
    short = seconds(generate(SHORT))
    long = float("inf")
    for _ in range(5):
        long = min(long, seconds(generate(LONG)))
        if long < max(NEGLIGIBLE, MOST * short):
            return
        short = max(short, seconds(generate(SHORT)))
    pytest.fail(f"{SHORT} characters: {short:.3f} s, {LONG} characters: {long:.3f} s")
