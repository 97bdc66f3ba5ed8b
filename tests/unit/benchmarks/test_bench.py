"""The load generator finds what is lost, doubled or late; the page keeps what others wrote."""

import asyncio
import time
from typing import Any

import pytest

from benchmarks.load import Batch, Counts, Reader
from benchmarks.machine import Used
from benchmarks.provider import HEAD, Pacer, Stream, chunk, ending
from benchmarks.report import Results, Row, _placed, spread
from benchmarks.rig import Moment, Window
from benchmarks.stop import _Device


class Wire(asyncio.Transport):
    """Takes what is written and remembers that it was closed."""

    closed = False

    def write(self, data: Any) -> None:
        """Nobody reads it."""

    def close(self) -> None:
        """Over."""
        self.closed = True


def read(stream: bytes, cuts: int, tokens: int) -> tuple[Counts, bool]:
    """What a reader counts when the stream comes in pieces of `cuts` bytes."""
    counts, wire = Counts(), Wire()
    reader = Reader(counts, Batch(0, [], 1, tokens, b"[DONE]"), b"")
    reader.connection_made(wire)
    for start in range(0, len(stream), cuts):
        reader.data_received(stream[start : start + cuts])
    return counts, wire.closed


@pytest.mark.parametrize("cuts", [1_000_000, 700, 97])
def test_every_token_is_counted_once(cuts: int) -> None:
    """However the network cuts the stream."""
    pacer = Pacer()
    tokens = [pacer.token() for _ in range(50)]
    counts, closed = read(HEAD + b"".join(tokens) + ending(50), cuts, 50)
    assert (counts.tokens, counts.disordered, counts.begun) == (50, 0, 1)
    if cuts >= 700:  # the end mark is looked for in whole pieces
        assert counts.whole == 1
        assert closed


def test_doubled_and_lost_tokens_are_seen() -> None:
    """A token twice is out of order, and a stream without all of its own is not whole."""
    pacer = Pacer()
    first, second = pacer.token(), pacer.token()
    counts, _ = read(HEAD + first + second + second + ending(2), 10_000, 2)
    assert counts.disordered == 1
    assert counts.whole == 0
    counts, _ = read(HEAD + first + ending(2), 10_000, 2)
    assert counts.whole == 0


def test_a_refusal_is_seen() -> None:
    """No figure is made of answers that are errors."""
    counts, _ = read(b"HTTP/1.1 429 Too Many Requests\r\n\r\n{}", 10_000, 2)
    assert counts.refused[0].startswith("429")


def test_tokens_carry_their_moment() -> None:
    """A token's age is counted from the moment at which it was made."""
    pacer = Pacer()
    token = pacer.token()
    time.sleep(0.05)
    counts, _ = read(HEAD + token + chunk(b"x"), 10_000, 2)
    assert 45 <= counts.delay(0.5) < 5_000


def test_delays_by_rank() -> None:
    """The delay that a part of the tokens stayed under."""
    counts = Counts(delays={10: 98, 500: 1, 9_000: 1})
    assert [counts.delay(part) for part in (0.5, 0.99, 1.0)] == [1.0, 50.0, 900.0]
    assert Counts().delay(0.5) == 0.0


def test_cpu_a_token_is_of_the_window() -> None:
    """Only what was used and read between the two moments counts."""
    idle = Used(0.0, 0.0, 0)
    before = Moment(Used(1.0, 10.0, 5), idle, idle, Counts(tokens=100))
    after = Moment(Used(1.5, 12.0, 7), idle, idle, Counts(tokens=50_100))
    window = Window.between(before, after)
    assert (window.tokens, window.micros, window.share, window.rss) == (50_000, 10.0, 0.25, 7)


def test_medians_with_their_spread() -> None:
    """One figure stands alone; several show the least and the most."""
    assert spread([3.0, 1.0, 2.0], 1) == "2.0 (1.0–3.0)"
    assert spread([2.04, 2.01], 1) == "2.0"
    assert Row.at_most("x", [1.0, 3.0, 9.0], 3.0, 0).met
    assert not Row.at_most("x", [1.0, 3.1, 9.0], 3.0, 0).met


def test_the_page_keeps_its_words() -> None:
    """Only what stands between a measure's marks is written anew, however often."""
    page = "Before\n<!-- relay: begin -->\nold\n<!-- relay: end -->\nAfter\n"
    results = Results({"400 × 50/s": [Row("ratio", "0.8", "≤ 1", True)]}, machine="m", when="w")
    once = _placed(page, "relay", results)
    assert "| ratio | 0.8 | ≤ 1 | met |" in once
    assert "old" not in once
    assert once.startswith("Before\n")
    assert once.endswith("\nAfter\n")
    assert _placed(once, "relay", results) == once
    assert _placed(page, "other", results) == page


async def test_the_provider_tells_when_it_was_broken_off() -> None:
    """Only of marked answers that were not over; by the clock of whoever asked it to stop."""
    pacer = Pacer()
    before = time.monotonic()
    for question in ("bench:9:50:early", "bench:9:50", "bench:9:0:whole"):
        stream = Stream(pacer)
        stream.connection_made(Wire())
        body = question.encode()
        stream.data_received(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        stream.connection_lost(None)
    assert pacer.broken.keys() == {"early"}
    assert before <= pacer.broken["early"] <= time.monotonic()


@pytest.mark.parametrize("cuts", [1000, 7, 1])
def test_a_device_puts_its_answer_together(cuts: int) -> None:
    """Only whole events count, however they come; the end has the moment of its last bytes."""
    stream = (
        b'id: 1\ndata: {"type":"start","runId":"r"}\n\n:\n\n'
        b'id: 2\ndata: {"type":"text","text":"a"}\n\nid: 3\ndata: {"type":"text","text":"b"}\n\n'
        b'id: 4\ndata: {"type":"end","state":"stopped"}\n\n'
    )
    device = _Device(0, "")
    for start in range(0, len(stream), cuts):
        device._take(stream[start : start + cuts], float(start))
    assert (device.run, device.text, device.state) == ("r", "ab", "stopped")
    assert device.ended == (len(stream) - 1) // cuts * cuts
