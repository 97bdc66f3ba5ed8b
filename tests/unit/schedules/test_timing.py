"""When a schedule is due next: local time, weekdays, clocks that are put forward and back.

Exercises backend/schedules/timing.py.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InvalidField
from backend.schedules import EVERY_DAY, WhenAsked, next_moment
from backend.schedules.timing import bits_of, check, days_of

ZONES = ("Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")


def local(when: WhenAsked, after: datetime) -> str:
    """The next moment on the person's own clock."""
    return next_moment(when, after).astimezone(ZoneInfo(when.time_zone)).strftime("%a %d %H:%M")


def test_the_next_morning_on_the_persons_clock() -> None:
    """At eight in Lisbon, today if that is still to come, else tomorrow."""
    when = WhenAsked(8 * 60, EVERY_DAY, "Europe/Lisbon")
    assert local(when, datetime(2026, 7, 1, 6, 59, tzinfo=UTC)) == "Wed 01 08:00"
    assert local(when, datetime(2026, 7, 1, 7, 0, tzinfo=UTC)) == "Thu 02 08:00"


def test_only_on_its_weekdays() -> None:
    """Monday to Friday: after Friday's comes Monday's."""
    when = WhenAsked(8 * 60, (1, 2, 3, 4, 5), "UTC")
    assert local(when, datetime(2026, 7, 3, 9, tzinfo=UTC)) == "Mon 06 08:00"


def test_it_stays_at_eight_when_the_clocks_change() -> None:
    """The person's morning, not the same number of hours: 25 of them in between in October."""
    when = WhenAsked(8 * 60, EVERY_DAY, "Europe/Lisbon")
    before = next_moment(when, datetime(2026, 10, 24, 0, tzinfo=UTC))
    after = next_moment(when, before)
    assert after - before == timedelta(hours=25)
    assert local(when, before) == "Sun 25 08:00"


def test_a_time_that_the_clocks_jump_over_comes_as_much_later() -> None:
    """There is no 2:30 in New York on 8 March 2026: it is asked at 3:30, once."""
    when = WhenAsked(2 * 60 + 30, EVERY_DAY, "America/New_York")
    first = next_moment(when, datetime(2026, 3, 8, 5, tzinfo=UTC))
    assert local(when, first - timedelta(seconds=1)) == "Sun 08 03:30"
    assert local(when, first) == "Mon 09 02:30"


def test_a_time_that_the_clocks_show_twice_counts_once() -> None:
    """There are two 1:30 in New York on 1 November 2026."""
    when = WhenAsked(60 + 30, EVERY_DAY, "America/New_York")
    first = next_moment(when, datetime(2026, 11, 1, 4, tzinfo=UTC))
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert local(when, first) == "Mon 02 01:30"


@given(
    st.integers(0, 1439),
    st.sets(st.sampled_from(EVERY_DAY), min_size=1),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2011, 1, 1), datetime(2037, 1, 1)),
)
def test_there_is_always_a_next_one(
    minute: int, weekdays: set[int], zone: str, after: datetime
) -> None:
    """Later than the moment before, within eight days and what a country may skip."""
    when = WhenAsked(minute, tuple(sorted(weekdays)), zone)
    check(when)
    assert days_of(bits_of(when.weekdays)) == when.weekdays
    moment = next_moment(when, after.replace(tzinfo=UTC))
    assert timedelta(0) < moment - after.replace(tzinfo=UTC) <= timedelta(days=15)


@pytest.mark.parametrize(
    "when",
    [
        WhenAsked(-1, (1,), "UTC"),
        WhenAsked(1440, (1,), "UTC"),
        WhenAsked(0, (), "UTC"),
        WhenAsked(0, (8,), "UTC"),
        WhenAsked(0, (1,), "Nowhere/Land"),
        WhenAsked(0, (1,), "../../etc/passwd"),
        WhenAsked(0, (1,), ""),
        WhenAsked(0, (1,), "Europe"),
    ],
)
def test_what_is_no_time_is_refused(when: WhenAsked) -> None:
    """Also names that lead elsewhere in the file system."""
    with pytest.raises(InvalidField):
        check(when)
