"""The sound of a video: alone, whole, and without where it was made.

Exercises backend/reading/mp4_sound.py.
"""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.reading.mp4 import boxes_of, is_mp4_audio
from backend.reading.mp4_sound import read_sound
from backend.reading.schemas import CannotRead, Found
from tests.fixtures.films import PICTURE, PLACE, SOUND, film

FORMS = [{}, {"wide": True}, {"first": True}, {"wide": True, "first": True}]


@pytest.mark.parametrize("form", FORMS)
def test_the_sound_alone(form: dict[str, bool]) -> None:
    """No picture and no place is in the new file; its table says where each chunk is now."""
    found, content = read_sound(film(**form))
    assert found == Found(kind="audio", media_type="audio/mp4", seconds=3, replaced=True)
    assert is_mp4_audio(content)
    assert PICTURE[:7] not in content
    assert PLACE not in content
    assert content.endswith(b"".join(SOUND))
    table = content.index(b"co64" if form.get("wide") else b"stco")
    shape = ">3Q" if form.get("wide") else ">3I"
    places = struct.unpack_from(shape, content, table + 12)
    parts = [content[one:] for one in places]
    assert [one[:2] for one in parts] == [b"la", b"lo", b"le"]
    assert [kind for kind, *_ in boxes_of(content, 0, len(content))] == [b"ftyp", b"moov", b"mdat"]


def test_what_has_no_sound_is_not_read() -> None:
    """A silent video, and one in fragments, which has no table of its chunks."""
    for data in (film(sound=False), film().replace(b"stco", b"skip"), film()[:40], b""):
        with pytest.raises(CannotRead):
            read_sound(data)


def test_contradictory_tables_are_damaged() -> None:
    """More samples or chunks than there are bytes for, chunks outside the file, or the same bytes
    again and again, are not copied."""
    whole = film()
    sizes = whole.rindex(b"stsz") + 4
    runs, places = whole.rindex(b"stsc") + 4, whole.rindex(b"stco") + 4
    for at, value in (
        (sizes + 8, 2**31),
        (sizes + 12, 2**31),
        (runs + 4, 2**31),
        (runs + 8, 7),
        (places + 4, 2**31),
        (places + 8, 2**32 - 1),
    ):
        data = bytearray(whole)
        struct.pack_into(">I", data, at, value)
        with pytest.raises(CannotRead):
            read_sound(bytes(data))


@given(at=st.integers(0, len(film()) - 1), value=st.integers(0, 255), end=st.integers(0, 2_000))
def test_whatever_is_changed_it_ends(at: int, value: int, end: int) -> None:
    """A damaged video is refused or read; what comes out is never longer than what went in, but for
    the new file's head."""
    data = bytearray(film())
    data[at] = value
    given_data = bytes(data[: max(end, at + 1)])
    with suppress(CannotRead):
        _, content = read_sound(given_data)
        assert len(content) <= len(given_data) + 64
