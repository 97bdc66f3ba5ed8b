"""People's events: one contract for one process and for several over Valkey."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from backend.nursery import Nursery
from backend.runlog.person_events import (
    MOST_WAITING,
    READY,
    ConversationEvent,
    LocalPersonEvents,
    PersonEvent,
    PersonEvents,
    RemovedEvent,
    frame_of,
)
from backend.runlog.valkey.person_events import ValkeyPersonEvents
from tests.fixtures.valkey import ValkeyCluster, ValkeyServer

Pair = tuple[PersonEvents, PersonEvents]
EVENT = ConversationEvent(uuid4())


@pytest.fixture(params=["memory", "valkey_shared", "valkey_cluster"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    """Where something happens, and where it is heard: one process, or two."""
    async with Nursery() as nursery:
        here: PersonEvents
        there: PersonEvents
        if request.param == "memory":
            here = there = LocalPersonEvents(keep_alive=0.05)
        else:
            server: ValkeyServer | ValkeyCluster = request.getfixturevalue(request.param)
            here = ValkeyPersonEvents(server.url, uuid4().hex, keep_alive=0.05)
            there = ValkeyPersonEvents(server.url, uuid4().hex, keep_alive=0.05)
            there.start(nursery)
        here.start(nursery)
        yield here, there
        await here.aclose()
        await there.aclose()


class Device:
    """Reads a person's stream."""

    def __init__(self, events: PersonEvents, user_id: int) -> None:
        self._stream = aiter(events.follow(user_id))

    async def next(self) -> bytes:
        """What comes next, apart from keep-alives."""
        async with asyncio.timeout(30):
            while (frame := await anext(self._stream)).startswith(b":"):
                pass
        return frame

    async def heard(self, user_id: int, events: PersonEvents) -> None:
        """Wait until it hears what happens elsewhere."""
        assert await self.next() == READY
        if isinstance(events, ValkeyPersonEvents):
            assert await self.next() == READY


def person() -> int:
    """Somebody whom no other test knows."""
    return uuid4().int & 0x7FFFFFFF


async def test_all_devices_hear_in_order(pair: Pair) -> None:
    """Each event once, on every device of the person, and on nobody else's."""
    here, there = pair
    ann, eve = person(), person()
    devices = [Device(there, ann), Device(there, ann)]
    stranger = Device(there, eve)
    await devices[0].heard(ann, there)
    assert await devices[1].next() == READY
    await stranger.heard(eve, there)
    told: list[PersonEvent] = [EVENT, RemovedEvent(uuid4()), ConversationEvent(uuid4())]
    for event in told:
        here.publish(ann, event)
    here.publish(eve, EVENT)
    for device in devices:
        assert [await device.next() for _ in told] == [frame_of(event) for event in told]
    assert await stranger.next() == frame_of(EVENT)


async def test_who_does_not_read_is_told_to_read_anew(pair: Pair) -> None:
    """Nothing is queued without bound: past it there is `ready`, and then all is told again."""
    _, there = pair
    ann = person()
    device = Device(there, ann)
    await device.heard(ann, there)
    for _ in range(10 * MOST_WAITING):
        there.publish(ann, EVENT)
    frames = []
    while (frame := await device.next()) != READY:
        frames.append(frame)
        assert len(frames) <= MOST_WAITING
    there.publish(ann, EVENT)
    while (frame := await device.next()) == READY:
        pass  # over a network, more of them than fit may come once more
    assert frame == frame_of(EVENT)


async def test_keep_alives_come_and_the_end_is_an_end(pair: Pair) -> None:
    """While nothing happens a comment shows that the connection lives."""
    here, _ = pair
    stream = aiter(here.follow(person()))
    async with asyncio.timeout(30):
        while not (await anext(stream)).startswith(b":"):
            pass
        await here.aclose()
        assert [frame async for frame in stream if not frame.startswith(b":")] in ([], [READY])
