"""Numbers and days as people of a language write them.

Exercises backend/plans/wording.py, backend/plans/persian_calendar.py and backend/i18n.py.
"""

from datetime import UTC, date, datetime

import pytest

from backend.i18n import Texts, Translator
from backend.plans import wording
from backend.plans.persian_calendar import persian_date

DAY = datetime(2026, 11, 30, tzinfo=UTC)


def speaker(language: str) -> Translator:
    """A translator with one text."""
    texts: Texts = {"left": ("{count}", "{count}", "{count}")}
    return Translator(language, texts, texts)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "November 30, 2026"),
        ("ru", "30 ноября 2026"),
        ("uk", "30 листопада 2026"),
        ("fa", "۹ آذر ۱۴۰۵"),
        ("ar", "30 نوفمبر 2026"),
        ("pt-BR", "30 de novembro de 2026"),
        ("zh-Hans", "2026年11月30日"),
    ],
)
def test_a_day_in_words(language: str, written: str) -> None:
    """Without a full stop of its own; in Persian by the solar calendar, in its digits."""
    assert wording.day(DAY, speaker(language)) == written


@pytest.mark.parametrize(
    ("day", "persian"),
    [
        (date(1990, 1, 1), (1368, 10, 11)),
        (date(2024, 3, 19), (1402, 12, 29)),
        (date(2024, 3, 20), (1403, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(2025, 3, 21), (1404, 1, 1)),
        (date(2026, 9, 22), (1405, 6, 31)),
        (date(2026, 9, 23), (1405, 7, 1)),
        (date(2058, 3, 20), (1436, 12, 30)),
    ],
)
def test_irans_calendar(day: date, persian: tuple[int, int, int]) -> None:
    """As ICU has it, leap years and the turn of half years among them."""
    assert persian_date(day) == persian


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "1,200"), ("ru", "1\u00a0200"), ("fa", "۱٬۲۰۰"), ("hi", "1,200")],
)
def test_a_count_in_the_languages_own_figures(language: str, written: str) -> None:
    """In texts with plural forms too, as the client writes them."""
    speaks = speaker(language)
    assert speaks.number(1200) == written
    assert speaks.plural("left", 1200) == written
