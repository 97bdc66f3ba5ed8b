"""Local word rules: phrases from the operator's file, looked for in one pass over a text.

    [[rule]]
    category = "weapons"            # for the operator and the figures; people are not told
    phrases = ["build a bomb"]      # whole words, in any case; a `*` at the end takes any ending
    sides = ["question", "answer"]  # both, unless it says otherwise

The time grows with the length of the text only: each place is looked up once for each length
that phrases have, in words, of which there are few.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from backend.errors import SettingsInvalid
from backend.safety.ports import JudgedText, Refusal, Side

MAX_PHRASES: Final = 20_000
MAX_WORDS: Final = 12
"""Words of a phrase."""
MAX_LETTERS: Final = 120
"""Of a phrase: an answer is judged in parts that overlap by more."""
LEAST_STEM: Final = 3
"""Letters before a `*`."""

_ALIKE: Final = str.maketrans("’ё", "'е")
_UNSEEN: Final = re.compile(
    "[\u00ad\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
"""Accents left over, Arabic vowels and lengthening, and what cannot be seen, with which a word
could be cut in two."""
_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")


class PhraseRule(Struct, frozen=True, forbid_unknown_fields=True):
    """One category of the file."""

    category: str
    phrases: tuple[str, ...]
    sides: tuple[Side, ...] = ("question", "answer")


class _RulesFile(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[PhraseRule, ...] = ()


class Phrases:
    """Phrases by what they stand for; finds the first of them in a text.

    Raises:
        ValueError: one of them is empty, too long, or a stem that is too short.
    """

    def __init__(self, phrases: Sequence[tuple[str, str]]) -> None:
        if len(phrases) > MAX_PHRASES:
            raise ValueError(f"has more than {MAX_PHRASES} phrases")
        self._whole: dict[tuple[str, ...], str] = {}
        self._stems: dict[tuple[str, ...], str] = {}
        for phrase, meaning in phrases:
            self._add(phrase, meaning)
        self._lengths = sorted({len(words) for words in self._whole})
        stems = {(len(words), len(words[-1])) for words in self._stems}
        self._stem_lengths = sorted(stems)

    def _add(self, phrase: str, meaning: str) -> None:
        words = tuple(words_in(phrase.removesuffix("*")))
        if not 0 < len(words) <= MAX_WORDS or len(phrase) > MAX_LETTERS:
            raise ValueError(f"has a phrase that is empty or too long: {phrase[:MAX_LETTERS]!r}")
        if not phrase.endswith("*"):
            self._whole[words] = meaning
        elif len(words[-1]) < LEAST_STEM:
            raise ValueError(f"has fewer than {LEAST_STEM} letters before a *: {phrase!r}")
        else:
            self._stems[words] = meaning

    def find(self, text: str) -> str | None:
        """The category of the first phrase that the text contains."""
        words = tuple(words_in(text))
        for at in range(len(words)):
            for length in self._lengths:
                if (found := self._whole.get(words[at : at + length])) is not None:
                    return found
            for length, letters in self._stem_lengths:
                *before, last = words[at : at + length] or ("",)
                if (found := self._stems.get((*before, last[:letters]))) is not None:
                    return found
        return None


def words_in(text: str) -> Iterator[str]:
    """The text's words in a normal form: without case, and without characters that readers
    ignore."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    return (found.group() for found in _WORD.finditer(_UNSEEN.sub("", folded)))


class WordRules:
    """Moderation by the operator's own rules alone; nothing is sent anywhere."""

    provider = None
    name = ""

    def __init__(self, rules: Sequence[PhraseRule]) -> None:
        self._by_side = {side: Phrases(_phrases(rules, side)) for side in ("question", "answer")}

    @classmethod
    def read(cls, path: str) -> "WordRules":
        """The rules of a file; those of no file are none.

        Raises:
            SettingsInvalid: it cannot be read, or is not of the form above.
        """
        if not path:
            return cls(())
        try:
            found = msgspec.toml.decode(Path(path).expanduser().read_bytes(), type=_RulesFile)
            return cls(found.rule)
        except (OSError, ValueError) as error:
            raise SettingsInvalid(name="MODERATION_RULES", reason=_reason(error)) from None

    async def judge(self, judged: JudgedText) -> Refusal | None:
        """See Moderation."""
        category = self._by_side[judged.side].find(judged.text)
        return None if category is None else Refusal("rules", category)


def _phrases(rules: Sequence[PhraseRule], side: str) -> list[tuple[str, str]]:
    return [(phrase, rule.category) for rule in rules if side in rule.sides
            for phrase in rule.phrases]  # fmt: skip


def _reason(error: Exception) -> str:
    return "is not a file that can be read" if isinstance(error, OSError) else f"is wrong: {error}"
