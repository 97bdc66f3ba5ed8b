"""The catalogues: each language says everything, with the same values; no key is dangling."""

import re
from pathlib import Path
from string import Formatter

import pytest

from backend import errors
from backend.errors import TanyaError
from backend.i18n import best_language, languages, read_catalogue, translator

ROOT = Path(__file__).parents[2]
OTHERS = [language for language in languages() if language != "en"]

FILE_ENDINGS = (".j2", ".js", ".css", ".ts", ".tsx")
# Keys made of parts: what stands before the part that varies.
KEY = re.compile(
    r"""["'`]((?:app|bot|error|page|billing|emulator|simulation)\.[a-zA-Z0-9_.]+)["'`]"""
)


def texts(language: str) -> dict[str, tuple[str, ...]]:
    """All texts of a language by key, plural forms together."""
    found: dict[str, tuple[str, ...]] = {}
    for message in read_catalogue(language):
        if message.id:
            key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            string = message.string
            found[key] = tuple(string) if isinstance(string, (tuple, list)) else (string or "",)
    return found


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


ENGLISH = texts("en")


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_everything(language: str) -> None:
    """No text is missing, empty or left over."""
    theirs = texts(language)
    assert set(ENGLISH) - set(theirs) == set()
    assert set(theirs) - set(ENGLISH) == set()
    assert [key for key, forms in theirs.items() if not all(forms)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_placeholders(language: str) -> None:
    """A translation uses the values that its English text has, and no others."""
    wrong = []
    for key, forms in texts(language).items():
        known = set().union(*map(placeholders, ENGLISH[key]))
        if not set().union(*map(placeholders, forms)) <= known:
            wrong.append(key)
    assert wrong == []


def error_classes(base: type[TanyaError] = TanyaError) -> list[type[TanyaError]]:
    """The whole tree."""
    return [base, *(one for sub in base.__subclasses__() for one in error_classes(sub))]


def test_every_error_is_worded() -> None:
    """Each stable code has a title and a detail."""
    assert errors.TanyaError is TanyaError
    keys = {f"error.{one.code}.{part}" for one in error_classes() for part in ("title", "detail")}
    assert sorted(keys - set(ENGLISH)) == []


def test_codes_are_the_classes_own() -> None:
    """No two kinds of error share a code by accident."""
    codes = [one.code for one in error_classes() if "code" in vars(one)]
    assert sorted(codes) == sorted(set(codes))


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    """A whole key that stands in Python, TypeScript or a template has a text."""
    missing = set()
    for folder, endings in (("backend", {".py"}), ("webapp/src", {".ts", ".tsx"}),
                            ("webapp/templates", {".j2"})):  # fmt: skip
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in endings:
                # The emulator's page names its keys without their first part.
                first = "emulator." if "emulator" in path.parts else ""
                found = [
                    key for key in KEY.findall(path.read_text()) if not key.endswith(FILE_ENDINGS)
                ]
                missing |= {k for k in found if not {k, first + k} & ENGLISH.keys() and _is_key(k)}
    assert sorted(missing) == []


def _is_key(text: str) -> bool:
    """Not the beginning of keys, nor a file's name."""
    return not text.endswith(".") and not any(key.startswith(text + ".") for key in ENGLISH)


def test_plurals_follow_the_language() -> None:
    """Counts take the form that the language wants."""
    key = next(key for key, forms in ENGLISH.items() if len(forms) > 1)
    assert len({translator("ru").plural(key, count) for count in (1, 3, 5)}) == 3


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("pt-BR", "en"), ("ru-RU,ru;q=0.9", "ru"), ("ar", "ar"), (None, "en"), ("xx,ar;q=0.5", "ar")],
)
def test_the_nearest_language(wanted: str | None, language: str) -> None:
    """Tags and Accept-Language headers find a catalogue, or English."""
    assert best_language(wanted) == language


def test_a_missing_value_leaves_its_placeholder() -> None:
    """A text is never lost to a missing value."""
    assert "{name}" in translator("en")("bot.start.greeting", other=1)


@pytest.mark.parametrize("language", languages())
def test_the_plan_is_not_taken_for_telegram_premium(language: str) -> None:
    """Telegram sells a Premium of its own: no text of ours calls a plan by that word."""
    telegrams = re.compile(r"Telegram Premium|/premium|تيليجرام بريميوم")
    ours = re.compile(r"premium|премиум|بريميوم|المميز", re.IGNORECASE)
    found = {
        key: forms for key, forms in texts(language).items() if not key.startswith("emulator.")
    }
    assert [key for key, forms in found.items() if ours.search(telegrams.sub("", str(forms)))] == []
