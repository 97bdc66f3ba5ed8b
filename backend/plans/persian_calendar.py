"""The solar calendar of Iran, which Babel does not know."""

from datetime import date
from typing import Final

MONTHS: Final = (
    *("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور"),
    *("مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
)
_LEAP: Final = (1, 5, 9, 13, 17, 22, 26, 30)
"""Leap years by their place among 33: as the sun has them from 1925 to 2087."""
_CYCLE: Final = 33 * 365 + len(_LEAP)
_FIRST: Final = date(621, 3, 21).toordinal()
"""The first day of the year 0, had the rule held then."""


def persian_date(day: date) -> tuple[int, int, int]:
    """Year, month and day of the month."""
    cycles, days = divmod(day.toordinal() - _FIRST, _CYCLE)
    year = cycles * 33
    while days >= (length := 366 if year % 33 in _LEAP else 365):
        days -= length
        year += 1
    if days < 6 * 31:
        return year, days // 31 + 1, days % 31 + 1
    days -= 6 * 31
    return year, days // 30 + 7, days % 30 + 1
