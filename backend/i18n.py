"""One catalogue per language for the bot, the pages and the client.

A catalogue is a gettext file whose msgids are dotted keys ("bot.start.greeting") and whose texts
may hold `{name}` placeholders. Adding a language is adding a file. English is complete (a test
checks it) and is the fallback for other languages.

Files are named as gettext names locales, `backend/locales/pt_BR.po`; everywhere else a language is
its BCP 47 tag, `pt-BR`.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages.catalog import Catalog

Texts: TypeAlias = dict[str, str | tuple[str, ...]]
"""Texts by key; one with plural forms is a tuple of them."""

LOCALES = Path(__file__).parent / "locales"
FALLBACK = "en"
OLD_TAGS = {"in": "id"}
"""Android names Indonesian by the tag that was withdrawn in 1989."""

DIGITS = {"arabext": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}
"""Digits of CLDR's numbering systems, as Persian writes them."""


class Translator:
    """Looks up texts in one language; call it with a key and the placeholders' values."""

    def __init__(self, language: str, texts: Texts, fallback: Texts) -> None:
        self.language = language
        self.locale = locale_of(language)
        self.direction: str = self.locale.text_direction
        self._plural_form = _read(language)[1]
        self._fallback_plural_form = _read(FALLBACK)[1]
        self._texts = texts
        self._fallback = fallback

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`; an unknown key is returned as it is, never an error."""
        text = self._texts.get(key) or self._fallback.get(key) or key
        if isinstance(text, tuple):
            text = text[0]
        return str(text.format_map(_Values(values))) if values else text

    def find(self, key: str) -> str | None:
        """The text of `key`, if it exists."""
        return self(key) if key in self._texts or key in self._fallback else None

    def plural(self, key: str, count: int, **values: object) -> str:
        """The text of `key` in the plural form that `count` takes; `{count}` is filled in, as
        people of the language write it."""
        forms, form = self._texts.get(key), self._plural_form
        if not forms:
            forms, form = self._fallback.get(key), self._fallback_plural_form
        if not forms:
            return key
        if isinstance(forms, str):
            forms = (forms,)
        text = forms[min(form(count), len(forms) - 1)]
        return text.format_map(_Values({"count": self.number(count), **values}))

    def number(self, value: int, *, grouped: bool = True) -> str:
        """A number as people of the language write it, as the client does too."""
        from babel.numbers import format_decimal

        system = self.locale.default_numbering_system
        written: str = format_decimal(
            value, locale=self.locale, numbering_system=system, group_separator=grouped
        )
        return written.translate(
            DIGITS.get(system, {})
        )  # Babel knows the signs between digits only

    def subset(self, prefixes: Iterable[str]) -> Texts:
        """All texts whose key starts with one of `prefixes`, for a client."""
        wanted = tuple(prefixes)
        merged = {**self._fallback, **{k: v for k, v in self._texts.items() if v}}
        return {key: text for key, text in merged.items() if key.startswith(wanted)}


class _Values(dict[str, object]):
    """A missing value leaves its placeholder in the text instead of raising."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@lru_cache
def languages() -> list[str]:
    """The tags of the languages that have a catalogue, English first."""
    found = sorted(path.stem.replace("_", "-") for path in LOCALES.glob("*.po"))
    return [FALLBACK, *(language for language in found if language != FALLBACK)]


def locale_of(language: str) -> "Locale":
    """Babel's locale for one of `languages()`: names, dates, numbers, direction."""
    from babel import Locale

    return Locale.parse(language, sep="-")


def language_names() -> dict[str, str]:
    """Each language's name for itself, by its tag, capitalised for the beginning of a line."""
    names = {language: locale_of(language).get_display_name() or "" for language in languages()}
    return {language: name[:1].upper() + name[1:] for language, name in names.items()}


def best_language(wanted: str | None) -> str:
    """The language to use for an IETF tag such as `pt-br`, or for an Accept-Language header.

    The tag itself, else the longest beginning of it that has a catalogue, else a language that
    differs from it in script or country: `pt` and `pt-pt` find Brazil's Portuguese, and every
    Chinese finds the simplified.
    """
    for part in (wanted or "").split(","):
        if language := _with_catalogue(part.split(";")[0].strip()):
            return language
    return FALLBACK


def _with_catalogue(tag: str) -> str | None:
    subtags = tag.lower().replace("_", "-").split("-")
    subtags[0] = OLD_TAGS.get(subtags[0], subtags[0])
    available = {language.lower(): language for language in languages()}
    for length in range(len(subtags), 0, -1):
        if language := available.get("-".join(subtags[:length])):
            return language
    akin = (available[one] for one in available if one.split("-")[0] == subtags[0])
    return next(akin, None)


@lru_cache
def translator(language: str) -> Translator:
    """The translator for the nearest available language."""
    best = best_language(language)
    return Translator(best, _read(best)[0], _read(FALLBACK)[0])


def read_catalogue(language: str) -> "Catalog":
    """The parsed catalogue file of one language."""
    from babel.messages.pofile import read_po

    name = language.replace("-", "_")
    with (LOCALES / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name)


@lru_cache
def _read(language: str) -> tuple[Texts, Callable[[int], int]]:
    """All texts by key, and from a count to the index of the catalogue's plural form."""
    catalogue = read_catalogue(language)
    texts: Texts = {}
    for message in catalogue:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        value: Any = message.string
        texts[key] = tuple(value) if isinstance(value, (tuple, list)) else value
    return texts, c2py(catalogue.plural_expr)
