"""An answer's events in one piece: for whoever reads them, numbered frames."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from backend.generation.stream.events import reasoning_payload, text_payload
from backend.runlog.frames import FrameList
from backend.runlog.sse import frame

others = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)
payloads = st.lists(
    st.one_of(
        st.text(max_size=20).map(text_payload),
        st.text(max_size=20).map(reasoning_payload),
        others.map(msgspec.json.encode),
    ),
    max_size=30,
)


@given(payloads, payloads, st.integers(0, 60), st.integers(0, 60))
def test_frames_are_those_of_the_events(
    begun: list[bytes], more: list[bytes], first: int, last: int
) -> None:
    """Whatever the events hold, every piece is made of exactly their frames, by number."""
    frames = FrameList()
    frames.extend(begun)
    frames.extend(more)
    expected = [frame(number, json) for number, json in enumerate(begun + more, 1)]
    assert frames.last == len(expected)
    last = min(last, len(expected))
    first = min(first, last)
    assert frames.joined(first, last) == b"".join(expected[first:last])


def test_what_was_read_stays_when_more_comes() -> None:
    """A reader may hold a piece while the answer grows."""
    frames = FrameList()
    frames.extend([text_payload("one")])
    piece = frames.joined(0, 1)
    frames.extend([text_payload("two")] * 1000)
    assert piece == frame(1, text_payload("one"))
