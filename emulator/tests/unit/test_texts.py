"""The texts: each language is complete, with the same placeholders; every key exists."""

import json
import re
from pathlib import Path

import pytest

from telegram_emulator.errors import ControlError
from telegram_emulator.texts import languages, texts_for

ROOT = Path(__file__).parents[2]
ENGLISH = texts_for("en").messages
OTHERS = [language for language in languages() if language != "en"]
KEY = re.compile(r"""\bt\(\s*["'`]([a-zA-Z0-9_.]+)["'`]""")


def placeholders(text: str) -> set[str]:
    """The placeholders of a text."""
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_is_complete(language: str) -> None:
    """No text is missing, empty or left over, and each has the placeholders of the English one."""
    own = json.loads((ROOT / f"telegram_emulator/locales/{language}.json").read_text())
    assert set(own) == set(ENGLISH)
    assert all(own.values())
    wrong = [key for key in own if not placeholders(own[key]) <= placeholders(ENGLISH[key])]
    assert wrong == []


def test_every_error_has_a_text() -> None:
    """Each stable code has a title and a detail."""
    codes = {one.code for one in ControlError.__subclasses__()} | {"foreign_host", "foreign_site"}
    keys = {f"error.{code}.{part}" for code in codes for part in ("title", "detail")}
    assert keys - set(ENGLISH) == set()


def test_every_key_in_the_code_has_a_text() -> None:
    """Keys in the page and in the template."""
    files = [*(ROOT / "page/src").rglob("*.ts*"), *(ROOT / "telegram_emulator").rglob("*.j2")]
    named = {key for path in files for key in KEY.findall(path.read_text())}
    assert len(named) > 100
    assert named - set(ENGLISH) == set()


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("pt-BR", "en"), ("ru-RU,ru;q=0.9", "ru"), ("ar", "ar"), (None, "en"), ("xx,ar;q=0.5", "ar")],
)
def test_the_nearest_language(wanted: str | None, language: str) -> None:
    """Tags and Accept-Language headers find a catalogue, or English."""
    assert texts_for(wanted).language == language


def test_arabic_is_right_to_left() -> None:
    """The page takes its direction from the language."""
    assert (texts_for("ar").direction, texts_for("ru").direction) == ("rtl", "ltr")
