"""The texts that people see, in their language: `locales/<language>.json` maps keys to texts.

To add a language, add a file. Tests hold English complete.
"""

from functools import cache
from pathlib import Path

import msgspec

LOCALES = Path(__file__).parent / "locales"
FALLBACK = "en"
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


class Texts(msgspec.Struct, frozen=True):
    """The texts of one language, with English for missing ones."""

    language: str
    messages: dict[str, str]

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, as HTML's `dir` has it."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with `{name}` placeholders filled in; an unknown key is returned as it
        is."""
        text = self.messages.get(key, key)
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text


@cache
def languages() -> tuple[str, ...]:
    """The available languages, English first."""
    found = sorted(path.stem for path in LOCALES.glob("*.json"))
    return (FALLBACK, *(language for language in found if language != FALLBACK))


def texts_for(wanted: str | None) -> Texts:
    """The texts for an IETF tag such as `pt-br`, or for an Accept-Language header."""
    for part in (wanted or "").split(","):
        language = part.split(";")[0].strip().lower().replace("_", "-").split("-")[0]
        if language in languages():
            return _texts(language)
    return _texts(FALLBACK)


@cache
def _texts(language: str) -> Texts:
    return Texts(language, _read(FALLBACK) | _read(language))


@cache
def _read(language: str) -> dict[str, str]:
    contents = (LOCALES / f"{language}.json").read_bytes()
    return msgspec.json.decode(contents, type=dict[str, str])
