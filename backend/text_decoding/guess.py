"""Guesses a legacy encoding: the one in which the bytes look most like a language.

Every candidate decodes the same sample; each character beyond ASCII is worth what it is worth in
the language (frequent, rare, or out of place between its neighbours); the best mean wins. Bounded:
a sample of a few kilobytes and some thousand characters, whatever the file's size.
"""

import codecs
import re
import unicodedata
from typing import Final

from backend.text_decoding.profiles import (
    ALPHABETS,
    ENCODINGS,
    IDEOGRAPHS,
    LATIN,
    RARE_ENCODINGS,
)

FALLBACK: Final = "cp1252"
SAMPLE: Final = 4 * 1024
SAFE_TO_CUT_AFTER: Final = re.compile(rb"[\t\n\r !\"#$%&'()*+,./]")
"""Bytes that are no letter's second half in any candidate."""

PUNCTUATION: Final = "’‘‚“”„–—…«»‹›€£°•·™©®§№\u00a0\u200c\u200d。、，！？：；「」『』（）《》・ー"
HOME_BONUS: Final = 0.3
"""The weight of the reader's own language compared with others that fit."""
RARE_MALUS: Final = 0.3
"""What old encodings of the Macintosh and of DOS must be better by."""

_PUNCTUATION_WORTH, _FREQUENT, _KNOWN, _RARE = 0.6, 1.0, 0.7, 0.35
_OUTSIDE, _BROKEN, _MISPLACED = -0.6, -3.0, -1.0


def guess_codec(data: bytes, language: str = "") -> str:
    """The Python codec that fits best; windows-1252 where nothing tells."""
    sample = _sample(data)
    home = language.lower()
    home = "zh-hant" if home.startswith(("zh-hant", "zh-tw", "zh-hk")) else home.split("-")[0]
    best, best_score = FALLBACK, 0.0
    for codec, languages in ENCODINGS:
        text = _decoded(sample, codec)
        for name in languages.split():
            score = _score(text, name)
            score += HOME_BONUS * (name == home) - RARE_MALUS * (codec in RARE_ENCODINGS)
            if score > best_score + 1e-9:
                best, best_score = codec, score
    return best


def _sample(data: bytes) -> bytes:
    """A part that begins where no letter is cut, from the first byte beyond ASCII on."""
    beyond = re.search(rb"[\x80-\xff]", data)
    if beyond is None:
        return b""
    first = max(0, beyond.start() - 64)
    if first and (space := SAFE_TO_CUT_AFTER.search(data, first, beyond.start())):
        first = space.end()
    elif first:
        first = beyond.start()
    return data[first : first + SAMPLE]


def _decoded(sample: bytes, codec: str) -> str:
    """The sample's text; a letter that its end cuts in two is left out."""
    return codecs.getincrementaldecoder(codec)("replace").decode(sample, final=False)


def _score(text: str, language: str) -> float:
    """The mean score of the characters beyond ASCII; below 0 if it is not such a language."""
    worth = _WORTH[language]
    is_latin = language in LATIN
    total, count, before = 0.0, 0, " "
    for character in text:
        if character >= "\x80":
            count += 1
            total += worth.get(character, 0.0) or _worth_of_stranger(character)
            total += _worth_of_place(before, character, is_latin=is_latin)
        elif not is_latin and character.isalpha() and before >= "\x80" and before.isalpha():
            total += _MISPLACED  # an ASCII letter right behind one of another alphabet
        before = character
    return total / count if count else 0.0


def _worth_of_stranger(character: str) -> float:
    """A character that the language does not list."""
    if character == "\ufffd" or "\x80" <= character < "\xa0":
        return _BROKEN
    category = unicodedata.category(character)
    if category in ("Co", "Cn"):
        return _BROKEN
    if "\u4e00" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3":
        return -0.05
    return _OUTSIDE


def _worth_of_place(before: str, character: str, *, is_latin: bool) -> float:
    """What speaks against a character where it stands."""
    if not character.isalpha():
        return _MISPLACED / 2 if before.isalpha() and character not in PUNCTUATION else 0.0
    if not before.isalpha():
        return 0.0
    if before.islower() and character.isupper():
        return _MISPLACED
    if before.isascii() != is_latin:
        return _MISPLACED * (0.7 if is_latin else 1.0)
    return 0.0


def _alphabet_worth(letters: str, least: float) -> dict[str, float]:
    worth: dict[str, float] = {}
    for place, letter in enumerate(letters):
        value = _FREQUENT if place < 8 else _KNOWN if place < 18 else least
        worth.setdefault(letter, value)
        worth.setdefault(letter.upper(), value - 0.1)
    return worth


def _ideograph_worth(language: str) -> dict[str, float]:
    worth = dict.fromkeys(IDEOGRAPHS[language], _FREQUENT)
    if language == "ja":
        worth |= {chr(code): 0.9 for code in range(0x3041, 0x30F7)}
    else:
        worth |= {chr(code): -0.3 for code in range(0x3041, 0x30F7)}
    return worth


_WORTH: Final = {
    name: dict.fromkeys(PUNCTUATION, _PUNCTUATION_WORTH) | worth
    for name, worth in (
        *((name, _alphabet_worth(letters, _RARE)) for name, letters in ALPHABETS.items()),
        *((name, _alphabet_worth(letters, _KNOWN)) for name, letters in LATIN.items()),
        *((name, _ideograph_worth(name)) for name in IDEOGRAPHS),
    )
}
