"""One catalogue per language for the bot, the pages and the client.

A catalogue is a gettext file, `backend/locales/<language>.po`, whose msgids are dotted keys
("bot.start.greeting") and whose texts may hold `{name}` placeholders. Adding a language is adding a
file. English is complete (a test checks it) and is the fallback for other languages.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LOCALES = Path(__file__).parent / "locales"
FALLBACK = "en"


class Translator:
    """Looks texts up in one language; call it with a key and the placeholders' values."""

    def __init__(
        self,
        language: str,
        texts: dict[str, str | tuple[str, ...]],
        fallback: dict[str, str | tuple[str, ...]],
    ) -> None:
        from babel import Locale

        self.language = language
        locale = Locale.parse(language)
        self.direction: str = locale.text_direction
        self._plural_form = _plural_index(language)
        self._fallback_plural_form = _plural_index(FALLBACK)
        self._texts = texts
        self._fallback = fallback

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`; an unknown key is shown as itself, never as an error."""
        text = self._texts.get(key) or self._fallback.get(key) or key
        if isinstance(text, tuple):
            text = text[0]
        return str(text.format_map(_Values(values))) if values else text

    def find(self, key: str) -> str | None:
        """The text of `key`, if there is one."""
        return self(key) if key in self._texts or key in self._fallback else None

    def plural(self, key: str, count: int, **values: object) -> str:
        """The text of `key` in the plural form that `count` takes; `{count}` is filled in."""
        forms, form = self._texts.get(key), self._plural_form
        if not forms:
            forms, form = self._fallback.get(key), self._fallback_plural_form
        if not forms:
            return key
        if isinstance(forms, str):
            forms = (forms,)
        text = forms[min(form(count), len(forms) - 1)]
        return text.format_map(_Values({"count": count, **values}))

    def subset(self, prefixes: Iterable[str]) -> dict[str, str | tuple[str, ...]]:
        """All texts whose key starts with one of `prefixes`: what a client is sent."""
        wanted = tuple(prefixes)
        merged = {**self._fallback, **{k: v for k, v in self._texts.items() if v}}
        return {key: text for key, text in merged.items() if key.startswith(wanted)}


class _Values(dict[str, object]):
    """A missing value leaves its placeholder in the text instead of raising."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def languages() -> list[str]:
    """The languages that have a catalogue, English first."""
    found = sorted(path.stem for path in LOCALES.glob("*.po"))
    return [FALLBACK, *(language for language in found if language != FALLBACK)]


def best_language(wanted: str | None) -> str:
    """The language to use for an IETF tag such as `pt-br`, or for an Accept-Language header."""
    available = languages()
    for part in (wanted or "").split(","):
        tag = part.split(";")[0].strip().lower().replace("_", "-")
        if (language := tag.split("-")[0]) in available:
            return language
    return FALLBACK


@lru_cache
def translator(language: str) -> Translator:
    """The translator for the nearest available language."""
    best = best_language(language)
    return Translator(best, _texts(best), _texts(FALLBACK))


def read_catalogue(language: str) -> "Catalog":
    """The parsed catalogue file of one language."""
    from babel.messages.pofile import read_po

    with (LOCALES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@lru_cache
def _texts(language: str) -> dict[str, str | tuple[str, ...]]:
    texts: dict[str, str | tuple[str, ...]] = {}
    for message in read_catalogue(language):
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        value: Any = message.string
        texts[key] = tuple(value) if isinstance(value, (tuple, list)) else value
    return texts


def _plural_index(language: str) -> Callable[[int], int]:
    """The function from a count to the index of the catalogue's plural form."""
    return c2py(read_catalogue(language).plural_expr)
