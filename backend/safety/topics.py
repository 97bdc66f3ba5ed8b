"""Topics of questions where a wrong answer does harm, and help lines for a crisis.

Both stand in topics.toml. `python -m backend.safety.topics` writes the client's copy of it,
webapp/src/state/topic-stems.ts.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

Topic: TypeAlias = Literal["crisis", "medicine", "law", "money", "elections"]

LOOKED_AT: Final = 2_000
"""Characters of a question that are looked at."""
FRESH_FOR: Final = timedelta(days=365)
SOURCE: Final = Path(__file__).with_suffix(".toml")
CLIENTS: Final = Path(__file__).parents[2] / "webapp" / "src" / "state" / "topic-stems.ts"
_LETTER: Final = r"[^\W\d_]"


class HelpLine(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom people in a region can call; `source` is the page that says so, read on `read_on`."""

    language: str
    region: str
    contact: str
    source: str
    read_on: date

    def is_stale(self, today: date) -> bool:
        """Whether the entry must be checked again."""
        return today - self.read_on > FRESH_FOR


class _TopicsFile(Struct, frozen=True, forbid_unknown_fields=True):
    stems: dict[Topic, dict[str, tuple[str, ...]]]
    help: tuple[HelpLine, ...]


def topic_of(text: str) -> Topic | None:
    """What a text is about; the first topic that fits, a crisis before all others."""
    beginning = text[:LOOKED_AT]
    return next((topic for topic, found in _patterns() if found.search(beginning)), None)


def first_topic(questions: Sequence[str]) -> Topic | None:
    """The topic of the last question if it is the first of its kind in its conversation: a crisis
    is one kind, all other topics another."""
    *before, last = questions
    topic = topic_of(last)
    if topic is None:
        return None
    kinds = {one == "crisis" for one in map(topic_of, before) if one is not None}
    return None if (topic == "crisis") in kinds else topic


def help_lines(language: str) -> tuple[HelpLine, ...]:
    """The lines for readers of a language; none where none has a source."""
    return tuple(one for one in _read().help if one.language == language.partition("-")[0])


def all_help_lines() -> tuple[HelpLine, ...]:
    """Those for all languages."""
    return _read().help


@cache
def _read() -> _TopicsFile:
    return msgspec.toml.decode(SOURCE.read_bytes(), type=_TopicsFile)


@cache
def _patterns() -> tuple[tuple[Topic, re.Pattern[str]], ...]:
    return tuple((topic, _pattern(_stems(topic))) for topic in _read().stems)


def _stems(topic: Topic) -> list[str]:
    return [stem for stems in _read().stems[topic].values() for stem in stems]


def _pattern(stems: Sequence[str]) -> re.Pattern[str]:
    """Arabic joins small words to the one after them, and Chinese all of them, so a stem may stand
    anywhere in a word."""
    ends = f"(?!{_LETTER})"
    written = "|".join(
        re.escape(stem.rstrip()) + (ends if stem.endswith(" ") else "") for stem in stems
    )
    return re.compile(f"(?:(?<!{_LETTER})|(?=[ء-ي一-鿿]))(?:{written})", re.IGNORECASE)


def client_copy() -> str:
    """The client's copy, as TypeScript."""
    lines = [
        "// Made by `python -m backend.safety.topics` out of backend/safety/topics.toml.",
        "// Not to be edited.",
        "",
        "export const STEMS = {",
        *(f"  {topic}: {_quoted('|'.join(_stems(topic)))}," for topic in _read().stems),
        "} as const;",
        "",
        "export const HELP_LINES = [",
    ]
    for one in _read().help:
        fields = {"language": one.language, "region": one.region, "contact": one.contact}
        told = ", ".join(f"{name}: {_quoted(value)}" for name, value in fields.items())
        lines.append(f"  {{ {told} }},")
    return "\n".join([*lines, "] as const;", ""])


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


if __name__ == "__main__":
    CLIENTS.write_text(client_copy(), encoding="utf-8")
