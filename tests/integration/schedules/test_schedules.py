"""Scheduled questions on both databases, answered by a real generation room.

Exercises backend/schedules/store.py, backend/schedules/runner.py, backend/schedules/copies.py,
backend/schedules/schemas.py, backend/schedules/tables.py, backend/errors/schedules.py.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import delete_conversation, get_messages
from backend.db import Database, Vault
from backend.errors import ScheduleNotFound, ServerBusy, TooManySchedules
from backend.generation import Run, SendMessage
from backend.generation.ports import Preferences
from backend.llm import Done, Text
from backend.llm.simulation.fake import Batch, FakeAdapter
from backend.schedules import (
    EVERY_DAY,
    NewSchedule,
    Schedule,
    ScheduleChange,
    ScheduleRunner,
    Schedules,
    WhenAsked,
    erase,
    schedules_copy,
)
from backend.schedules.posts import CollectedPosts
from backend.schedules.runner import Asker
from backend.schedules.tables import schedules as table
from backend.uuid7 import uuid7
from tests.conftest import Clock
from tests.fixtures.generation import USER, MakeRoom, Room, rooms, until

WHEN = WhenAsked(8 * 60, EVERY_DAY, "Europe/Lisbon")
QUESTION = "What is periwinkle blue?"


class Told:
    """Records what the chat is told; everybody speaks English."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    async def tell_refused(self, user_id: int, language: str, asked: Schedule, code: str) -> None:
        """Record it."""
        self.codes.append(code)

    async def language_of(self, user_id: int) -> str:
        """English."""
        return "en"


class Busy:
    """A server that accepts nothing at the moment."""

    async def send(self, user_id: int, language: str, message: SendMessage) -> Run:
        """Refuses."""
        raise ServerBusy


class NobodyAgrees:
    """Consents of somebody who has agreed to nothing."""

    async def agreed(self, db: AsyncConnection, user_id: int) -> tuple[str, ...]:
        """To no provider."""
        return ()


@pytest.fixture
async def make_room(database: Database, vault: Vault) -> AsyncIterator[MakeRoom]:
    """Makes a generation room with a scripted adapter."""
    async with rooms(database, vault) as make:
        yield make


@pytest.fixture
def known(database: Database, vault: Vault, clock: Clock) -> Schedules:
    """The use cases of schedules."""
    return Schedules(database, vault, clock)


def runner(
    room: Room, clock: Clock, told: Told | None = None, asker: Asker | None = None
) -> ScheduleRunner:
    """The runner, as each worker process has one."""
    told = told or Told()
    given = asker or room.generation
    return ScheduleRunner(
        room.database,
        room.vault,
        clock,
        asker=given,
        languages=told,
        chat=told,
        posts=CollectedPosts(room.database, room.vault, clock),
    )


async def made(known: Schedules, question: str = QUESTION) -> Schedule:
    """A question for every morning."""
    return await known.make(USER, NewSchedule(uuid7(), question, WHEN))


def answering() -> FakeAdapter:
    """A model with an answer."""
    return FakeAdapter([Batch(Text("A light blue."), Done("stop"))])


async def said(room: Room, one: Schedule) -> list[str]:
    """The texts of the schedule's conversation, once everything is answered."""
    await until(lambda: room.generation.running == 0)
    async with room.database.snapshot() as db:
        tree = await get_messages(db, room.vault, USER, one.conversation_id)
    return [message.text for message in tree]


async def test_a_question_is_asked_at_its_time_and_sent_to_the_chat(
    make_room: MakeRoom, known: Schedules, clock: Clock
) -> None:
    """Not before; then as the person's own question, metered, in a conversation of its own. The
    answer goes to the chat even if hand-off is off."""
    room = await make_room(answering(), preferences=Preferences(hand_off=False))
    one = await made(known)
    work = runner(room, clock)
    assert await work.work() == 0
    clock.now = one.next_at
    assert await work.work() == 1
    assert await said(room, one) == [QUESTION, "A light blue."]
    assert await room.quota() == (1, 0)
    assert [row.conversation_id for row in await room.outbox()] == [one.conversation_id]
    (later,) = await known.list_all(USER)
    assert (later.next_at - one.next_at).days == 1
    assert later.asked_at == clock()
    assert await work.work() == 0


async def test_what_a_stopped_worker_missed_is_asked_once(
    make_room: MakeRoom, known: Schedules, clock: Clock
) -> None:
    """After four days without a worker one question is asked, and the next one at its next time."""
    room = await make_room(answering())
    one = await made(known)
    clock.advance(days=4)
    work = runner(room, clock)
    assert await work.work() == 1
    assert await work.work() == 0
    assert await said(room, one) == [QUESTION, "A light blue."]
    (later,) = await known.list_all(USER)
    assert clock() < later.next_at


async def test_a_process_that_died_after_asking_asks_nothing_twice(
    make_room: MakeRoom, known: Schedules, database: Database, clock: Clock
) -> None:
    """The same question is sent again under the same id, which joins the run."""
    room = await make_room(answering())
    one = await made(known)
    clock.now = one.next_at
    work = runner(room, clock)
    await work.work()
    before = {"next_at": one.next_at, "message_id": one.message_id}
    async with database.unit_of_work() as db:
        await db.execute(sa.update(table).values(**before))
    await work.work()
    assert await said(room, one) == [QUESTION, "A light blue."]
    assert await room.quota() == (1, 0)


async def test_consent_is_checked_when_the_question_is_asked(
    make_room: MakeRoom, known: Schedules, clock: Clock
) -> None:
    """Without consent nothing is sent, the person is told once, and it is tried again the next
    day."""
    adapter = answering()
    room = await make_room(adapter, consents=NobodyAgrees())
    one = await made(known)
    clock.now = one.next_at
    told = Told()
    work = runner(room, clock, told)
    await work.work()
    await work.work()
    assert told.codes == ["consent_needed"]
    assert adapter.requests == []
    (later,) = await known.list_all(USER)
    assert later.error_code == "consent_needed"
    assert later.next_at > one.next_at


async def test_a_busy_server_is_retried(
    make_room: MakeRoom, known: Schedules, clock: Clock
) -> None:
    """The question stays due; after an hour it is given up for that day."""

    room, told = await make_room(answering()), Told()
    one = await made(known)
    clock.now = one.next_at
    work = runner(room, clock, told, Busy())
    assert [await work.work(), await work.work()] == [1, 1]
    assert told.codes == []
    clock.advance(hours=1, seconds=1)
    await work.work()
    assert told.codes == ["server_busy"]
    assert await work.work() == 0


async def test_after_its_conversation_is_deleted_a_new_one_begins(
    make_room: MakeRoom, known: Schedules, clock: Clock
) -> None:
    """Deleting the conversation does not delete the schedule."""
    room = await make_room(answering())
    one = await made(known)
    work = runner(room, clock)
    clock.now = one.next_at
    await work.work()
    await said(room, one)
    async with room.database.unit_of_work() as db:
        await delete_conversation(db, room.vault, USER, one.conversation_id, datetime.now(UTC))
    (later,) = await known.list_all(USER)
    clock.now = later.next_at
    await work.work()
    await work.work()
    (newest,) = await known.list_all(USER)
    assert newest.conversation_id != one.conversation_id
    assert await said(room, newest) == [QUESTION, "A light blue."]


async def test_a_paused_schedule_asks_nothing_and_catches_up_nothing(
    make_room: MakeRoom, known: Schedules, clock: Clock
) -> None:
    """When it is resumed, it continues with its next time."""
    room = await make_room(answering())
    one = await made(known)
    await known.change(USER, one.id, ScheduleChange(paused=True))
    clock.advance(days=3)
    work = runner(room, clock)
    assert await work.work() == 0
    assert await known.of_conversation(USER, one.conversation_id) is None
    again = await known.change(USER, one.id, ScheduleChange(paused=False))
    assert again.next_at > clock()
    assert await known.of_conversation(USER, one.conversation_id) == one.id
    assert await work.work() == 0


async def test_the_plan_limits_schedules(known: Schedules) -> None:
    """One on the free plan; creating it twice under one id makes one."""
    assert await known.limit(USER) == 1
    wanted = NewSchedule(uuid7(), QUESTION, WHEN)
    first = await known.make(USER, wanted)
    assert await known.make(USER, wanted) == first
    with pytest.raises(TooManySchedules):
        await made(known)
    await known.delete(USER, first.id)
    await made(known)


async def test_a_schedule_belongs_to_its_owner(known: Schedules) -> None:
    """Another person can neither see, change nor delete it."""
    one = await made(known)
    assert await known.list_all(USER + 1) == ()
    with pytest.raises(ScheduleNotFound):
        await known.change(USER + 1, one.id, ScheduleChange(paused=True))
    await known.delete(USER + 1, one.id)
    await known.pause_all(USER + 1)
    assert await known.list_all(USER) == (one,)


async def test_it_is_sealed_exported_and_erased(
    known: Schedules, database: Database, vault: Vault
) -> None:
    """Its text is not readable in the database; the export contains it; erasure deletes it."""
    await made(known)
    async with database.unit_of_work() as db:
        rows = (await db.execute(sa.select(table))).all()
        assert "periwinkle" not in repr(rows)
        copy = b"".join([line async for _, line in schedules_copy(db, vault, USER)])
        assert QUESTION.encode() in copy
        await erase(db, USER)
    assert await known.list_all(USER) == ()
