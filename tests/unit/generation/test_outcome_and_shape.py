"""Replaying from a shape, titles made clean, and seats and queue."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.citations import Citation
from backend.errors import ServerBusy
from backend.generation.record.replay import replay_frames
from backend.generation.run.admission import Admission
from backend.generation.run.relay import Relay
from backend.generation.run.timer_wheel import TimerWheel
from backend.generation.side.titles import MAX_CHARACTERS, clean_title
from backend.llm import Done, Event, Text, ToolActivity
from backend.runlog.frames import RunFrames
from tests.fixtures.generation import parse, text_of

EVENTS = st.one_of(
    st.builds(Text, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)),
    st.builds(ToolActivity, st.just("web_search"), st.just("started"), st.text(max_size=5)),
    st.builds(Citation, st.just("https://a"), st.text(max_size=5)),
)


@given(st.lists(st.lists(EVENTS, max_size=4), max_size=12), st.integers(0, 60))
def test_a_replay_is_the_log_again(batches: list[list[Event]], after: int) -> None:
    """From text and shape come the same frames that readers were given, after any number."""
    log = RunFrames()
    start, end = b'{"type":"start","message":{"text":""}}', b'{"type":"end"}'

    async def run() -> Relay:
        log.append([start])
        relay = Relay(log, TimerWheel())
        for batch in batches:
            for event in batch:
                relay._take(event)
            relay.flush()
        log.append([end])
        return relay

    relay = asyncio.run(run())
    shape = json.loads(json.dumps(relay.shape))
    again = replay_frames(start=start, text=relay.text, shape=shape, end=end, after=after)
    if after < log.last:
        assert b"".join(again) == log.frames.joined(after, log.last)
    else:
        assert text_of(parse(b"".join(again))) == relay.text


def test_a_shape_shorter_than_its_text_loses_nothing() -> None:
    """Text beyond the shape is told all the same."""
    frames = replay_frames(
                      start=b'{"type":"start","message":{"text":""}}', text="abcdef", shape=[2],
                      end=b'{"type":"end"}', after=0)  # fmt: skip
    assert text_of(parse(b"".join(frames))) == "abcdef"


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("A week in Bali", "A week in Bali"),
        ('**"A week in Bali."**\n\nHere is why', "A week in Bali"),
        ("Title: A week\tin  Bali", "A week in Bali"),
        ("Название: Неделя на Бали", "Неделя на Бали"),
        ("# `rm -rf` <b>explained</b>", "rm -rf bexplained/b"),
        ("\u202eevil\u0000\u200b name", "evil name"),
        ("\n \n", ""),
        ("", ""),
        ("***", ""),
    ],
)
def test_titles_are_one_plain_line(raw: str, title: str) -> None:
    """Whatever a model writes, a title has no marks, quotes, controls or direction tricks."""
    assert clean_title(raw) == title


@given(st.text())
def test_titles_are_short(raw: str) -> None:
    """No title is longer than the list can show."""
    title = clean_title(raw)
    assert len(title) <= MAX_CHARACTERS + 1
    assert "\n" not in title


async def test_seats_then_queue_then_refusal() -> None:
    """The first get seats, the next places that count down, the rest a refusal with a time."""
    capacity, places = Admission(2, 2), list[tuple[str, int]]()
    tasks = {}
    for name in "abcd":
        capacity.admit()
        tasks[name] = asyncio.create_task(
            capacity.acquire_slot(0, lambda place, name=name: places.append((name, place)))  # type: ignore[misc]
        )
    with pytest.raises(ServerBusy) as refusal:
        capacity.admit()
    assert refusal.value.retry_after
    await asyncio.sleep(0)
    assert places == [("c", 1), ("d", 2)]
    assert [tasks[name].done() for name in "abcd"] == [True, True, False, False]
    capacity.release_slot()
    await tasks["c"]
    await asyncio.sleep(1.1)
    assert places[-1] == ("d", 1)
    tasks["d"].cancel()
    await asyncio.gather(tasks["d"], return_exceptions=True)
    capacity.release_slot()
    capacity.release_slot()
    for _ in range(4):
        capacity.admit()
    with pytest.raises(ServerBusy):
        capacity.admit()


async def test_a_higher_priority_goes_first() -> None:
    """Who pays for priority overtakes in the queue, in order among equals."""
    capacity, served = Admission(1, 10), list[str]()

    async def run(name: str, priority: int) -> None:
        capacity.admit()
        await capacity.acquire_slot(priority, lambda place: None)
        served.append(name)

    tasks = [asyncio.create_task(run(f"{p}{n}", p)) for n in range(3) for p in (0, 10)]
    await asyncio.sleep(0)
    for _ in range(6):
        capacity.release_slot()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert served == ["00", "100", "101", "102", "01", "02"]


async def test_a_stop_in_the_queue_gives_its_turn_on() -> None:
    """A run that is cancelled just as its turn comes does not take the seat along."""
    capacity = Admission(1, 10)
    capacity.admit()
    await capacity.acquire_slot(0, lambda place: None)
    capacity.admit()
    waiting = asyncio.create_task(capacity.acquire_slot(0, lambda place: None))
    await asyncio.sleep(0)
    capacity.release_slot()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    capacity.admit()
    await asyncio.wait_for(capacity.acquire_slot(0, lambda place: None), 1)


def test_done_is_not_shown() -> None:
    """Events about the call, not the answer, have no frame."""
    log = RunFrames()
    relay = Relay(log, TimerWheel())
    relay._take(Done("stop"))
    relay.flush()
    assert log.last == 0
