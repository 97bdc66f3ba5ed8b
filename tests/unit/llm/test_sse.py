"""The SSE parser: whatever the cuts, line ends and comments, the same payloads."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.llm.adapters.sse import EventTooLarge, SseParser

LINE = st.binary(max_size=12).map(lambda line: re.sub(rb"[\r\n]", b"", line))
EVENT = st.lists(LINE, min_size=1, max_size=3)
NOISE = st.sampled_from([b"", b": comment\n", b"event: x\n", b"id: 1\nretry: 5\n", b"\n"])
END = st.sampled_from([b"\n", b"\r\n", b"\r"])


def parse(chunks: list[bytes]) -> list[bytes]:
    """Everything the parser makes of these chunks."""
    parser = SseParser()
    payloads = [payload for chunk in chunks for payload in parser.feed(chunk)]
    return payloads + parser.finish()


def stream(events: list[list[bytes]], noise: list[bytes], space: bytes) -> bytes:
    """The events as a server would write them, with noise before each."""
    blocks = []
    for number, lines in enumerate(events):
        data = b"".join(b"data:" + space + line + b"\n" for line in lines)
        blocks.append((noise[number % len(noise)] if noise else b"") + data + b"\n")
    return b"".join(blocks)


def expected(lines: list[bytes], space: bytes) -> bytes:
    """One event's payload; without our own space, one of the value's would be taken."""
    values = lines if space else [line.removeprefix(b" ") for line in lines]
    return b"\n".join(values)


@given(
    st.lists(EVENT, max_size=6),
    st.lists(NOISE, max_size=3),
    st.sampled_from([b" ", b""]),
    END,
    st.lists(st.integers(0, 400), max_size=12),
)
def test_cuts_and_line_ends_change_nothing(
    events: list[list[bytes]], noise: list[bytes], space: bytes, end: bytes, cuts: list[int]
) -> None:
    """Law: payloads depend on the events alone; those of blanks only are none."""
    wire = stream(events, noise, space).replace(b"\n", end)
    places = sorted({0, *(cut % (len(wire) + 1) for cut in cuts), len(wire)})
    chunks = [wire[a:b] for a, b in pairwise(places)]
    payloads = [expected(lines, space) for lines in events]
    assert parse(chunks) == [payload for payload in payloads if payload.strip()]


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_bytes_any_cut(pieces: list[bytes]) -> None:
    """Law: garbage never raises, and cutting it never changes what comes out."""
    assert parse(pieces) == parse([b"".join(pieces)])


def test_last_event_without_blank_line() -> None:
    """The end of the bytes ends an event too."""
    assert parse([b"data: a\n\ndata: b"]) == [b"a", b"b"]


def test_byte_order_mark() -> None:
    """A mark at the very beginning is not part of the first line."""
    assert parse([b"\xef\xbb\xbfdata: a\n\n"]) == [b"a"]


def test_field_without_colon() -> None:
    """`data` alone is an empty line of data."""
    assert parse([b"data\ndata: b\n\n"]) == [b"\nb"]


def test_an_event_arrives_with_its_blank_line() -> None:
    """Nothing waits for bytes that come after the blank line."""
    parser = SseParser()
    assert parser.feed(b"data: a\r\n\r") == [b"a"]
    assert parser.feed(b"\ndata: b\n") == []
    assert parser.feed(b"\n") == [b"b"]


def test_endless_event() -> None:
    """An event over the cap is refused, in whatever pieces it comes."""
    parser = SseParser(max_event_bytes=100)
    for _ in range(9):
        assert parser.feed(b"data: 12345") == []
    with pytest.raises(EventTooLarge):
        parser.feed(b"data: 12345")
