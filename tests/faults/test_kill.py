"""Processes killed without a word: in the middle of answers, and at every step of an end."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from backend.conversations import get_message
from backend.db import Database, KeyRing, Vault, decode_master_key, metadata, new_master_key
from backend.generation import Continue, Run
from backend.generation.tables import runs
from backend.llm import Done, Text
from backend.llm.simulation.fake import Batch, FakeAdapter, Pause
from backend.metering.tables import quotas
from backend.nursery import Nursery
from backend.runlog.memory import MemoryLog
from backend.uuid7 import uuid7
from tests.conftest import address_of
from tests.faults.victim import words
from tests.fixtures.databases import create_tables
from tests.fixtures.generation import USER, Room, text_of, until

RUNS = 50


async def _runs(room: Room) -> list[Run]:
    async with room.database.snapshot() as db:
        rows = (await db.execute(sa.select(runs))).all()
    return [
        Run(
            id=row.id,
            user_id=row.user_id,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            state=row.state,
        )
        for row in rows
    ]


def _victim(url: str, key: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.victim", url, key, str(RUNS)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def _length_three_seconds_before_death(victim: "subprocess.Popen[str]") -> int:
    """Let it write for a while, kill it, and tell what every answer had three seconds before."""
    assert victim.stdout is not None
    reports: list[tuple[float, int]] = []
    for line in victim.stdout:
        if line.strip().isdigit():
            reports.append((time.monotonic(), int(line)))
        if len(reports) > 4 and reports[-1][0] - reports[0][0] > 6.0:
            break
    victim.kill()
    died = time.monotonic()
    victim.wait()
    victim.stdout.close()
    return max(length for at, length in reports if at <= died - 3.0)


async def test_kill_9_in_the_middle_of_fifty_answers(database: Database) -> None:
    """After a restart each has its text as it was at most three seconds before, is marked
    interrupted, has its quota back, and can be continued."""
    key = new_master_key()
    victim = _victim(address_of(database), key)
    least = await asyncio.to_thread(_length_three_seconds_before_death, victim)
    assert least > 0
    more = FakeAdapter([Batch(Text("and the rest."), Done("stop"))])
    async with Nursery() as nursery:
        vault = Vault(KeyRing(decode_master_key(key)))
        room = Room(database, vault, more, nursery, MemoryLog())
        await room.generation.start()
        ended = await _runs(room)
        assert len(ended) == RUNS
        for run in ended:
            message = await room.message(run)
            assert (run.state, message.state) == ("interrupted", "interrupted")
            assert len(message.text) >= least
            assert words(0, 5_000).startswith(message.text)
            assert await room.quota(run.user_id) == (0, 0)
            assert text_of(await room.events(run)) == message.text
            ahead = await room.events(run, after=10_000)
            assert (ahead[0]["n"], ahead[0]["type"]) == (10_001, "start")
        for run in ended:
            before = (await room.message(run)).text
            on = await room.generation.continue_answer(
                run.user_id, "en", Continue(id=uuid7(), message_id=run.message_id)
            )
            assert text_of(await room.events(on)) == before + "and the rest."


WHOLE = "First half, second half."


async def _die_at(url: str, key: str, step: int) -> None:
    """Write one answer, and be killed before the given statement of its end."""
    database = Database.open(url)
    async with Nursery() as nursery:
        adapter = FakeAdapter(
            [Batch(Text("First half,")), Pause(0.3), Batch(Text(" second half."), Done("stop"))]
        )
        room = Room(database, Vault(KeyRing(decode_master_key(key))), adapter, nursery, MemoryLog())
        await room.generation.start()
        run = await room.send()
        await until(lambda: room.generation.parts.active.get(run.id).relay.length)  # type: ignore[union-attr]
        await room.generation.parts.checkpointer.save_texts()
        _arm(database, step)
        await until(lambda: room.generation.running == 0)


def _arm(database: Database, step: int) -> None:
    """Count the end's statements, its commit and what follows; die at number `step`."""
    seen = [0]

    def count(*event: Any) -> None:
        ending = len(event) > 2 and str(event[2]).startswith("UPDATE runs SET state")
        if ending or seen[0]:
            seen[0] += 1
        if seen[0] == step:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", count)
    sa.event.listen(engine, "commit", count)
    sa.event.listen(engine.pool, "checkin", count)


def _survives(url: str, key: str, step: int) -> bool:
    """Whether a process that is to die at `step` lives to its end."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_die_at(url, key, step))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return not os.WIFSIGNALED(status)


async def _state_after_restart(url: str, key: str) -> str:
    """The state that the run is in once another process has started; checks that all agrees."""
    database = Database.open(url)
    try:
        async with Nursery() as nursery:
            vault = Vault(KeyRing(decode_master_key(key)))
            room = Room(database, vault, FakeAdapter.saying("x"), nursery, MemoryLog())
            await room.generation.start()
            (run,) = await _runs(room)
            async with database.snapshot() as db:
                message = await get_message(db, vault, USER, run.message_id)
                quota = (await db.execute(sa.select(quotas.c.used, quotas.c.held))).one()
            assert message.state == run.state
            assert text_of(await room.events(run)) == message.text
            if run.state == "complete":
                assert (message.text, tuple(quota)) == (WHOLE, (1, 0))
            else:
                assert (run.state, message.text) == ("interrupted", "First half,")
                assert tuple(quota) == (0, 0)
            return run.state
    finally:
        await database.close()


async def _prepare(url: str) -> None:
    database = Database.open(url)
    await create_tables(database)
    await database.close()


def test_a_kill_at_every_step_of_the_end(tmp_path: Path) -> None:
    """Whenever the process dies, the run is wholly ended or, after a restart, wholly interrupted;
    message, quota and replay agree with it."""
    assert metadata.tables
    key, states = new_master_key(), list[str]()
    for step in range(1, 40):
        url = f"sqlite:///{tmp_path / f'{step}.db'}"
        asyncio.run(_prepare(url))
        survived = _survives(url, key, step)
        states.append(asyncio.run(_state_after_restart(url, key)))
        if survived:
            break
    assert survived
    first_complete = states.index("complete")
    assert first_complete >= 6, states
    assert set(states[:first_complete]) == {"interrupted"}
    assert set(states[first_complete:]) == {"complete"}
