"""Chooses which parts of the owner's files are sent to a model: everything if it is short, else the
passages that share most words with the customer's messages. Linear in the files' length."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

PASSAGE: Final = 800
"""The most characters of a passage."""
_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Scripts without spaces between words; for them, pairs of characters are compared."""


def choose_excerpts(texts: Iterable[str], question: str, room: int) -> list[str]:
    """Parts of the texts with at most `room` characters, in their order."""
    texts = [one for one in texts if one]
    if sum(map(len, texts)) <= room:
        return texts
    wanted = frozenset(_words(question))
    passages = [one for text in texts for one in _passages(text)]
    score = [len(wanted.intersection(_words(one))) for one in passages]
    chosen = []
    for at in sorted(range(len(passages)), key=lambda at: -score[at]):
        room -= len(passages[at])
        if room < 0:
            break
        chosen.append(at)
    return [passages[at] for at in sorted(chosen)]


def _passages(text: str) -> Iterator[str]:
    """Whole lines as far as they fit; a longer line is cut."""
    held: list[str] = []
    size = 0
    for line in text.splitlines():
        for start in range(0, len(line), PASSAGE):
            piece = line[start : start + PASSAGE].strip()
            if size + len(piece) > PASSAGE:
                yield "\n".join(held)
                held, size = [], 0
            if piece:
                held.append(piece)
                size += len(piece) + 1
    if held:
        yield "\n".join(held)


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.search(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif len(word) > 2:
            yield word
