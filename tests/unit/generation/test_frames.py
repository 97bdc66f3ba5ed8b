"""An answer's events in one piece: for whoever reads them, a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.generation.frames import FrameList

lists = st.lists(st.binary(max_size=40), max_size=30)


@given(lists, lists, st.integers(-40, 40), st.integers(-40, 40))
def test_it_is_a_list(begun: list[bytes], more: list[bytes], first: int, last: int) -> None:
    """Length, items, slices and joined pieces are those of a list of the same events."""
    frames = FrameList()
    for frame in begun:
        frames.append(frame)
    frames.extend(more)
    like = begun + more
    assert len(frames) == len(like)
    assert frames[:] == like
    assert frames[first:last] == like[first:last]
    if -len(like) <= first < len(like):
        assert frames[first] == like[first]
    else:
        with pytest.raises(IndexError):
            frames[first]
    if 0 <= first <= last <= len(like):
        assert frames.joined(first, last) == b"".join(like[first:last])


def test_what_was_read_stays_when_more_comes() -> None:
    """A reader may hold a piece while the answer grows."""
    frames = FrameList()
    frames.append(b"one")
    piece = frames.joined(0, 1)
    frames.extend([b"two"] * 1000)
    assert piece == b"one"
