"""Long conversations do not block the event loop: they are read in slices."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from structlog.testing import capture_logs

from backend import conversations as room
from backend.conversations.copies import import_messages
from backend.conversations.path import PAGE
from backend.db import Database, Vault
from backend.uuid7 import uuid7
from backend.watchdog import LoopWatchdog
from tests.conftest import Clock
from tests.fixtures.stalls import is_traced
from tests.integration.conversations.helpers import ANN, Talk

MESSAGES = 2_000
WORDS = "Of a long talk, said again and again. " * 10


@pytest.fixture
async def long_talk(database: Database, vault: Vault, clock: Clock) -> room.Turn:
    """A conversation of two thousand messages."""
    turn = await Talk(database, vault, clock).say("First")
    parent = turn.answer.id
    told: list[room.Message] = []
    for number in range(MESSAGES - 2):
        at = clock.now + timedelta(seconds=number + 1)
        one = msgspec.structs.replace(
            turn.answer,
            id=uuid7(at),
            parent_id=parent,
            role="assistant" if number % 2 else "user",
            text=WORDS,
            state="complete",
            run_id=None,
            created_at=at,
        )
        told.append(one)
        parent = one.id
    for first in range(0, len(told), 200):
        async with database.unit_of_work() as db:
            await import_messages(db, vault, ANN, [], told[first : first + 200])
    async with database.unit_of_work() as db:
        await room.set_leaf(db, vault, ANN, turn.conversation_id, parent)
    return turn


async def turns_of_the_loop(ended: asyncio.Event) -> int:
    """How often other tasks run until the event is set."""
    count = 0
    while not ended.is_set():
        count += 1
        await asyncio.sleep(0)
    return count


async def use(database: Database, vault: Vault, clock: Clock, conversation_id: UUID) -> None:
    """Ask with and without room for the whole conversation, list it, search it and export it."""
    ann = Talk(database, vault, clock)
    for takes in (room.newest(MESSAGES * 2), room.newest(10)):
        turn = await ann.say("And now?", conversation_id, takes=takes)
        assert turn.whole == (len(turn.history) > MESSAGES)
    async with database.snapshot() as db:
        assert len(await room.get_messages(db, vault, ANN, conversation_id)) == MESSAGES + 4
        assert not (await room.search_conversations(db, vault, ANN, "not in it")).items
        assert [one async for one in room.export(db, vault, ANN)]


@pytest.mark.usefixtures("small_heap")
@pytest.mark.skipif(is_traced(), reason="a tracer holds the loop longer than the code")
async def test_a_long_conversation_does_not_block_the_loop(
    long_talk: room.Turn, database: Database, vault: Vault, clock: Clock
) -> None:
    """Other tasks run after every page, and the watchdog reports nothing."""
    watchdog, ended = LoopWatchdog(), asyncio.Event()
    with capture_logs() as said:
        watchdog.start()
        others = asyncio.ensure_future(turns_of_the_loop(ended))
        await use(database, vault, clock, long_talk.conversation_id)
        ended.set()
        watchdog.stop()
    assert await others > 3 * MESSAGES / PAGE
    assert not [one for one in said if one["event"] == "loop_held"]
