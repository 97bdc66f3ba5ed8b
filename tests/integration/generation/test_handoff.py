"""Answers that nobody watched go to the bot chat.

Exercises backend/generation/delivery/late_readers.py, backend/wiring/languages.py,
backend/wiring/preferences.py.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backend.errors import CourierGone, CourierRetry
from backend.generation.delivery.handoff import LEASE, MAX_ATTEMPTS, HandOff
from backend.generation.fakes import FakeCourier
from backend.generation.ports import Preferences
from backend.llm import Done, Text
from backend.llm.simulation.fake import Batch, FakeAdapter, Pause, Script
from tests.conftest import Clock
from tests.fixtures.generation import USER, MakeRoom, Room, until

ANSWER: Script = [Batch(Text("An answer")), Pause(0.1), Batch(Text("!"), Done("stop"))]


async def _unwatched(make_room: MakeRoom, clock: Clock) -> Room:
    """A room with one answer in its outbox."""
    room = await make_room(FakeAdapter(ANSWER))
    await room.send()
    await until(lambda: room.generation.running == 0)
    clock.now = datetime.now(UTC) + timedelta(seconds=1)
    assert len(await room.outbox()) == 1
    return room


async def test_an_unwatched_answer_is_delivered_once(make_room: MakeRoom, clock: Clock) -> None:
    """The whole answer goes to its person, in one attempt, and is not sent again."""
    room = await _unwatched(make_room, clock)
    courier = FakeCourier()
    worker = HandOff(room.database, room.vault, courier, clock)
    assert await worker.deliver_due() == 1
    assert await worker.deliver_due() == 0
    assert [(user, text) for user, _, text in courier.delivered] == [(USER, "An answer!")]
    (row,) = await room.outbox()
    assert (row.state, row.attempts, row.sent_at is not None) == ("sent", 1, True)


async def test_a_watched_answer_is_not_delivered(make_room: MakeRoom) -> None:
    """An answer whose end was read is not delivered, not even after the log is dropped."""
    room = await make_room(FakeAdapter(ANSWER))
    run = await room.send()
    await room.events(run)
    await until(lambda: room.generation.running == 0)
    await room.generation.parts.late_readers.settle(float("inf"))
    assert await room.outbox() == []
    assert not await room.log.knows(run.id)


async def test_a_reader_who_left_before_the_end_gets_it_delivered(make_room: MakeRoom) -> None:
    """A reader that never received the end counts as none after a delay, so the answer is
    delivered."""
    room = await make_room(FakeAdapter(ANSWER))
    run = await room.send()
    chunks = aiter(await room.generation.follow(USER, run.id, 0))
    await anext(chunks)
    await until(lambda: room.generation.running == 0)
    assert await room.outbox() == []
    await chunks.aclose()  # type: ignore[attr-defined]
    await room.generation.parts.late_readers.settle(float("inf"))
    assert [row.state for row in await room.outbox()] == ["waiting"]


async def test_people_can_turn_it_off(make_room: MakeRoom) -> None:
    """With hand-off turned off nothing is put into the outbox."""
    room = await make_room(FakeAdapter(ANSWER), preferences=Preferences(hand_off=False))
    await room.send()
    await until(lambda: room.generation.running == 0)
    await room.generation.parts.late_readers.settle(float("inf"))
    assert await room.outbox() == []


async def test_retry_after_is_honoured(make_room: MakeRoom, clock: Clock) -> None:
    """Telegram's retry time is kept, and then the answer is sent."""
    room = await _unwatched(make_room, clock)
    courier = FakeCourier(CourierRetry(retry_after=40))
    worker = HandOff(room.database, room.vault, courier, clock)
    assert await worker.deliver_due() == 1
    clock.advance(seconds=39)
    assert await worker.deliver_due() == 0
    clock.advance(seconds=2)
    assert await worker.deliver_due() == 1
    (row,) = await room.outbox()
    assert (row.state, row.attempts, len(courier.delivered)) == ("sent", 2, 1)


async def test_a_person_who_blocked_the_bot_is_not_retried(
    make_room: MakeRoom, clock: Clock
) -> None:
    """A person who blocked the bot is not retried."""
    room = await _unwatched(make_room, clock)
    courier = FakeCourier(CourierGone())
    worker = HandOff(room.database, room.vault, courier, clock)
    await worker.deliver_due()
    clock.advance(days=1)
    assert await worker.deliver_due() == 0
    (row,) = await room.outbox()
    assert (row.state, row.last_error) == ("gone", "courier_gone")


async def test_a_dead_workers_attempt_is_repeated(make_room: MakeRoom, clock: Clock) -> None:
    """A worker killed during delivery keeps its lease until it expires; then another one
    delivers."""
    room = await _unwatched(make_room, clock)

    class Killed(BaseException):
        """Like a kill: none of our code runs after it."""

    class Dying(FakeCourier):
        async def deliver(self, *args: object) -> None:
            raise Killed

    with pytest.raises(Killed):
        await HandOff(room.database, room.vault, Dying(), clock).deliver_due()
    courier = FakeCourier()
    worker = HandOff(room.database, room.vault, courier, clock)
    assert await worker.deliver_due() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert await worker.deliver_due() == 1
    (row,) = await room.outbox()
    assert (row.state, row.attempts, len(courier.delivered)) == ("sent", 2, 1)


async def test_two_workers_deliver_once(make_room: MakeRoom, clock: Clock) -> None:
    """Of concurrent workers one gets each attempt."""
    room = await _unwatched(make_room, clock)
    courier = FakeCourier()
    workers = [HandOff(room.database, room.vault, courier, clock) for _ in range(3)]
    await asyncio.gather(*(worker.deliver_due() for worker in workers))
    assert len(courier.delivered) == 1


async def test_a_failing_courier_is_given_up_in_the_end(make_room: MakeRoom, clock: Clock) -> None:
    """Failures are retried with growing pauses, and finally given up."""
    room = await _unwatched(make_room, clock)
    courier = FakeCourier(*(RuntimeError("broken") for _ in range(MAX_ATTEMPTS)))
    worker = HandOff(room.database, room.vault, courier, clock)
    for _ in range(MAX_ATTEMPTS):
        assert await worker.deliver_due() == 1
        assert await worker.deliver_due() == 0
        clock.advance(hours=2)
    assert await worker.deliver_due() == 0
    (row,) = await room.outbox()
    assert (row.state, row.attempts, row.last_error) == ("failed", MAX_ATTEMPTS, "RuntimeError")


async def test_a_reader_may_arrive_a_moment_late(make_room: MakeRoom) -> None:
    """A run that ends before its reader arrives is not delivered to the chat at once."""
    room = await make_room(FakeAdapter(ANSWER), arrival_seconds=5.0)
    run = await room.send()
    await until(lambda: room.generation.running == 0)
    assert await room.outbox() == []
    await room.events(run)
    await room.generation.drain(1)
    assert await room.outbox() == []


async def test_a_process_that_stops_delivers_what_nobody_read(make_room: MakeRoom) -> None:
    """Draining does not wait for readers who will not come, and keeps their answers."""
    room = await make_room(FakeAdapter(ANSWER), arrival_seconds=5.0)
    await room.send()
    await room.generation.drain(30)
    assert [row.state for row in await room.outbox()] == ["waiting"]
