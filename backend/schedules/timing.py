"""When a schedule is due next. Pure: the moment to count from is an argument."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backend.errors import InvalidField
from backend.schedules.schemas import WhenAsked

DAY_MINUTES: Final = 24 * 60
EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)
LOOK_AHEAD: Final = 15
"""Days: the same weekday of next week, and a day that a country has skipped."""

_NAME = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")


def next_moment(when: WhenAsked, after: datetime) -> datetime:
    """The first moment later than `after`, in UTC.

    A time that the clocks jump over comes as much later as they jump; one that they show twice
    counts the first time only.
    """
    zone = zone_of(when.time_zone)
    today = after.astimezone(zone).date()
    for days in range(LOOK_AHEAD):
        day = today + timedelta(days=days)
        if day.isoweekday() in when.weekdays:
            local = datetime.combine(day, time(*divmod(when.minute, 60)), zone)
            if (moment := local.astimezone(UTC)) > after:
                return moment
    raise InvalidField(field="weekdays")


def check(when: WhenAsked) -> None:
    """Raises InvalidField for a time that there is not."""
    if not 0 <= when.minute < DAY_MINUTES:
        raise InvalidField(field="minute")
    if not when.weekdays or not set(when.weekdays) <= set(EVERY_DAY):
        raise InvalidField(field="weekdays")
    zone_of(when.time_zone)


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises:
        InvalidField: there is none of that name.
    """
    if not _NAME.fullmatch(name):
        raise InvalidField(field="timeZone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidField(field="timeZone") from None


def bits_of(weekdays: tuple[int, ...]) -> int:
    """Weekdays as one number, Monday's bit the lowest."""
    return sum(1 << (day - 1) for day in set(weekdays))


def days_of(bits: int) -> tuple[int, ...]:
    """And back."""
    return tuple(day for day in EVERY_DAY if bits & 1 << (day - 1))
