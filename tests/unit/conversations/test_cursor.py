"""Cursors of the list: what is encoded comes back, and nothing else is taken."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.conversations import cursor
from backend.errors import CursorInvalid

POSITIONS = st.builds(
    cursor.Position,
    pinned=st.booleans(),
    updated_at=st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)),
    id=st.uuids(),
)


@given(position=POSITIONS)
def test_positions_come_back(position: cursor.Position) -> None:
    """Law: a cursor says exactly where it was made, to the microsecond."""
    assert cursor.decode(cursor.encode(position)) == position


@pytest.mark.parametrize("text", ["", "x", "A" * 34, "A" * 36, "é" * 35, "=" * 35, "AAAA" * 99])
def test_malformed(text: str) -> None:
    """What is no cursor is refused by name."""
    with pytest.raises(CursorInvalid):
        cursor.decode(text)


def test_of_another_version_or_beyond_time() -> None:
    """A cursor of another version, or of a moment that no calendar has, is refused."""
    text = cursor.encode(cursor.Position(False, datetime(2026, 1, 1, tzinfo=UTC), UUID(int=0)))
    for changed in ("Ag" + text[2:], text[:3] + "_________" + text[12:]):
        with pytest.raises(CursorInvalid):
            cursor.decode(changed)


@example(text="0" * 34 + "=")
@given(text=st.text(max_size=60) | st.text("AZaz09-_+/=", min_size=35, max_size=35))
def test_arbitrary_text_raises_only_our_error(text: str) -> None:
    """Law: a stranger's text is a cursor that reads back, or refused by name."""
    try:
        position = cursor.decode(text)
    except CursorInvalid:
        return
    assert cursor.decode(cursor.encode(position)) == position
