"""The catalogues: each language says everything, with the same values; no key is dangling."""

import re
from gettext import c2py
from pathlib import Path
from string import Formatter

import pytest

from backend import errors, i18n
from backend.billing.notices import MUTABLE
from backend.errors import TanyaError
from backend.i18n import best_language, languages, locale_of, read_catalogue, translator

ROOT = Path(__file__).parents[2]
THIRTEEN = ("en", "ar", "de", "es", "fa", "fr", "hi", "id", "pt-BR", "ru", "tr", "uk", "zh-Hans")
OTHERS = [language for language in languages() if language != "en"]

FILE_ENDINGS = (".j2", ".js", ".css", ".ts", ".tsx")
# Keys made of parts: what stands before the part that varies.
KEY = re.compile(
    r"""["'`]((?:app|bot|error|page|billing|emulator|simulation)\.[a-zA-Z0-9_.]+)["'`]"""
)

PLACEHOLDER = re.compile(r"\{\w+\}")
NAMES = {
    *("Tanya", "Tanya Plus", "Telegram id", "xAI", "OpenAI", "Anthropic", "OpenRouter"),
    *("Android", "Mac", "Windows", "Linux", "{n} kB", "{n} MB", "Stars, {plan}"),
}
SHARED_WORDS: dict[str, set[str]] = {
    "de": {
        "Person {letter}",
        "Chats",
        "Code",
        "Code: {language}",
        "China",
        "EU",
        "Server",
        "Version",
    },
    "es": {"formal", "Chats", "Editor", "No", "Plan", "China"},
    "fr": {
        *("50 messages", "250 messages", "Sources", "Table", "Question", "Versions", "Code"),
        *("Notifications", "Console", "Maintenance", "Image", "Usage", "Version"),
    },
    "hi": {"Stars:", "Stars"},
    "id": {"formal", "Model: {name} – /model", "Model", "Edit", "Editor", "Programmer", "Server"},
    "pt-BR": {"formal", "Chats", "Console", "Editor", "China"},
    "tr": {"Model: {name} – /model", "Model", "Plan"},
}
"""Words that a language shares with English, by language."""
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
COUNTED = re.compile(
    r"(?<!\$)\{(\w+)\}[ \u00a0](?:(?!of\b)\w+[ \u00a0]){0,2}?(?:\w+s|people|children)\b"
)
NAMES_IN_TEXTS = {
    *("about", "date", "model", "month", "name", "partner", "plan", "port", "provider", "sum"),
}
"""Placeholders that stand for a name, a date or a sum, so that what follows is a verb."""
ALWAYS_MANY = {
    "stars": "a price; no plan costs one",
    "limit": "a plan's or the program's limit, which is above one where a text counts it",
    "most": "a limit of the program",
    "messages_a_day": "a plan's limit",
    "attachments_a_message": "a limit of the plan that names it",
    "context_tokens": "thousands",
    "context_pages": "a context window's pages: dozens",
    "credits": "a pack",
    "days": "a reward, a period or Telegram's hold: weeks",
    "n": "the console's fixed gifts and ranges, and a context window's pages",
    "count": "only in `app.business.file.cut`: a limit of the program",
}
"""Placeholders whose number is fixed in the program, so that one text is enough, and why."""


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
    """The language has exactly the English keys, and no text is empty."""
    theirs = texts(language)
    assert set(ENGLISH) - set(theirs) == set()
    assert set(theirs) - set(ENGLISH) == set()
    assert [key for key, forms in theirs.items() if not all(forms)] == []


def test_what_is_counted_has_plural_forms() -> None:
    """An English text in which a number that may be 1 stands before a plural noun has plural forms:
    nobody reads "1 people"."""
    fixed = NAMES_IN_TEXTS | set(ALWAYS_MANY)
    single = {key: forms[0] for key, forms in ENGLISH.items() if len(forms) == 1}
    found = {
        key: text
        for key, text in single.items()
        if any(name not in fixed for name in COUNTED.findall(text))
    }
    assert found == {}, "count with Translator.plural, or put the number behind: `Messages: {n}`"
    by_count = [key for key, text in single.items() if "count" in COUNTED.findall(text)]
    assert by_count == ["app.business.file.cut"]


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


def test_every_notice_that_can_be_muted_is_named() -> None:
    """The settings list them by these names."""
    assert sorted({f"billing.notice_name.{kind}" for kind in MUTABLE} - set(ENGLISH)) == []


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


@pytest.mark.parametrize("language", languages())
def test_server_and_client_count_alike(language: str) -> None:
    """gettext's formula in the header numbers the forms in CLDR's order, by which the client picks
    them (`webapp/src/i18n/index.ts`); the last form stands for all that follow."""
    catalogue, rule = read_catalogue(language), locale_of(language).plural_form
    named = [name for name in CATEGORIES if name in {*rule.tags, "other"}]
    form = c2py(catalogue.plural_expr)
    last = catalogue.num_plurals - 1
    counts = [*range(1200), 10**6]
    assert [n for n in counts if form(n) != min(named.index(rule(n)), last)] == []
    numbers = {len(forms) for key, forms in texts(language).items() if len(ENGLISH[key]) > 1}
    assert numbers == {catalogue.num_plurals}


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    """A text that reads as in English is one of the few that do in any language: names, units and
    figures, and words that the language has taken over."""
    same = [
        key
        for key, forms in texts(language).items()
        if forms[0] == ENGLISH[key][0]
        and forms[0] not in NAMES | SHARED_WORDS.get(language, set())
        and re.search(r"[^\W\d_]{2,}", PLACEHOLDER.sub("", forms[0]))
    ]
    assert same == []


@pytest.mark.parametrize("language", languages())
def test_telegram_takes_the_bots_texts(language: str) -> None:
    """The Bot API's limits, and one text each for its two letters of a language."""
    said = translator(language)
    assert len(said("bot.description")) <= 512
    assert len(said("bot.short_description")) <= 120
    commands = [key for key in ENGLISH if re.fullmatch(r"bot(\.group)?\.command\.\w+", key)]
    assert [key for key in commands if not 1 <= len(said(key)) <= 256] == []
    assert len({one.split("-")[0] for one in languages()}) == len(languages())


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("ru-RU,ru;q=0.9", "ru"),
        ("ar", "ar"),
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("en-GB", "en"),
        ("xx,ar;q=0.5", "ar"),
        ("pt-br", "pt-BR"),
        ("pt", "pt-BR"),
        ("pt_PT", "pt-BR"),
        ("zh-hans", "zh-Hans"),
        ("zh-hant-HK", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("in", "id"),
        ("id", "id"),
        ("fa", "fa"),
        ("uk", "uk"),
    ],
)
def test_the_nearest_language(
    wanted: str | None, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram's tags and Accept-Language headers find a catalogue, or English."""
    monkeypatch.setattr(i18n, "languages", lambda: list(THIRTEEN))
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
