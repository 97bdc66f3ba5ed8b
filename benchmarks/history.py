"""How long searching and exporting a long history takes, and how long each blocks the event loop.

And what a turn costs in a conversation of 2,000 messages, beside one of 20, asked in turn.

One person has 100,000 messages, another 6,000 conversations. Searched is for what nobody said, to
the end, as the app does it: page after page. Before both went in slices, a search held the event
loop for 6.5 s and an export for 2.9 s.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import uvloop
from msgspec import Struct
from msgspec.structs import replace

from backend.container import Container
from backend.conversations import Conversation, Message, search_conversations
from backend.conversations.copies import import_messages
from backend.uuid7 import uuid7
from benchmarks import rig
from benchmarks.database import (
    FIRST_PERSON,
    agree_all,
    fresh_database,
    open_container,
    take_turn,
)
from benchmarks.machine import cores
from benchmarks.report import Row, store

MESSAGES: Final = 100_000
CONVERSATIONS: Final = 6_000
OF_A_TALK: Final = 100
"""Messages of each conversation that is searched."""
MOST_HELD: Final = 100.0
"""Milliseconds: what the watchdog would log."""
LONG, SHORT = 2_000, 20
"""Messages of the conversations in which turns are taken."""
TURNS: Final = 12
MOST_TIMES: Final = 2.0
MOST_HELD_BY_TURN: Final = 10.0
TICK_SECONDS: Final = 0.001
ROWS_AT_ONCE: Final = 500
TEXT: Final = "What was said of the tides and of the moon, and what was answered. " * 6


class Measured(Struct):
    """Seconds in all, and the longest milliseconds in which nothing else had its turn.

    `waited` is how much of those the loop's thread stood ready and had no core.
    """

    seconds: float
    held: float = 0.0
    waited: float = 0.0


class TurnCosts(Struct):
    """Milliseconds of CPU of a turn, by the length of its conversation; the longest hold in the
    long ones."""

    short: float
    long: float
    held: float


class _Ticks:
    """Checks the clock every millisecond: a late tick means that the loop was blocked."""

    def __init__(self) -> None:
        self.longest = self.waited = 0.0
        self._loop = asyncio.get_running_loop()
        self._last, self._ready = time.perf_counter(), _without_core()
        self._timer = self._loop.call_later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        now, ready = time.perf_counter(), _without_core()
        late, waited = now - self._last - TICK_SECONDS, ready - self._ready
        if late - waited > self.longest - self.waited:
            self.longest, self.waited = late, waited
        self._last, self._ready = now, ready
        self._timer = self._loop.call_later(TICK_SECONDS, self._tick)

    def stop(self) -> None:
        self._tick()
        self._timer.cancel()


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Once: it takes long, and what it shows is a bound."""
    part = 1 if seconds >= 8 else 10
    with fresh_database("SQLite") as url:
        search, export = uvloop.run(_run(url, MESSAGES // part, CONVERSATIONS // part))
    rows: list[Row] = []
    for what, one in (("search", search), ("export", export)):
        say(
            f"history: {what} took {one.seconds:.2f} s, held the loop for {one.held:.0f} ms at most"
        )
        rows += [
            Row(f"{what}, seconds in all", f"{one.seconds:.2f}"),
            Row.at_most(f"{what}, longest hold of the loop, ms", [one.held], MOST_HELD, 0),
        ]
    with fresh_database("SQLite") as url:
        turns = uvloop.run(_run_turns(url))
    say(
        f"history: a turn costs {turns.short:.1f} ms of CPU after {SHORT} messages, "
        f"{turns.long:.1f} after {LONG}"
    )
    rows += [
        Row(f"a turn after {SHORT} messages, ms of CPU", f"{turns.short:.1f}"),
        Row(f"a turn after {LONG:,} messages, ms of CPU", f"{turns.long:.1f}"),
        Row.at_most("beside each other", [turns.long / turns.short], MOST_TIMES, 2),
        Row.at_most("longest hold of the loop in it, ms", [turns.held], MOST_HELD_BY_TURN, 0),
    ]
    title = f"search of {MESSAGES // part:,} messages, export of {CONVERSATIONS // part:,} chats"
    store("history", title, rows)


async def _run(url: str, messages: int, conversations: int) -> tuple[Measured, Measured]:
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            await fill(container, FIRST_PERSON, messages, messages // OF_A_TALK)
            await fill(container, FIRST_PERSON + 1, 2 * conversations, conversations)
            async with _measuring() as search:
                await _search(container, FIRST_PERSON)
            async with _measuring() as export:
                async for _ in container.exporter.whole(FIRST_PERSON + 1, "en"):
                    pass
            return search, export


@asynccontextmanager
async def _measuring() -> AsyncIterator[Measured]:
    measured, ticks, began = Measured(0.0), _Ticks(), time.perf_counter()
    yield measured
    ticks.stop()
    measured.seconds = time.perf_counter() - began
    measured.waited = ticks.waited * 1e3
    measured.held = ticks.longest * 1e3 - measured.waited


async def _search(container: Container, person: int) -> None:
    after: str | None = None
    while True:
        async with container.database.snapshot() as db:
            page = await search_conversations(
                db, container.vault, person, "never said by anybody", after=after
            )
        assert not page.items
        if (after := page.next_cursor) is None:
            return


async def _run_turns(url: str) -> TurnCosts:
    """Both kinds in turn, each of a person of its own, so that a noisy machine is noisy to both."""
    people = {FIRST_PERSON: SHORT, FIRST_PERSON + 1: LONG}
    spent = dict.fromkeys(people.values(), 0.0)
    held = 0.0
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            await agree_all(container, *people)
            ends = {person: await _long_talk(container, person, n) for person, n in people.items()}
            for number in range(TURNS):
                for person, count in people.items():
                    before = time.process_time()
                    async with _measuring() as measured:
                        chat, leaf = ends[person]
                        ends[person] = chat, await take_turn(container, person, chat, leaf)
                    if number >= 2:  # the first ones compile statements
                        spent[count] += time.process_time() - before
                        held = max(held, measured.held if count == LONG else 0.0)
    each = 1e3 / (TURNS - 2)
    return TurnCosts(spent[SHORT] * each, spent[LONG] * each, held)


async def _long_talk(container: Container, person: int, count: int) -> tuple[UUID, UUID]:
    """A conversation of so many messages, and its last one."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    head = _head(began, 0)
    said = _talk(head.id, began, 0, count)
    head = replace(head, leaf_id=said[-1].id)
    async with container.database.unit_of_work() as db:
        await import_messages(db, container.vault, person, (head,), said)
    return head.id, said[-1].id


async def fill(
    container: Container, person: int, messages: int, conversations: int, text: str = TEXT
) -> None:
    """Questions and answers, in turn, of as many conversations."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    each = messages // conversations
    heads = [_head(began, number) for number in range(conversations)]
    said = [
        one for at, head in enumerate(heads) for one in _talk(head.id, began, at * each, each, text)
    ]
    for start in range(0, len(heads), ROWS_AT_ONCE):
        async with container.database.unit_of_work() as db:
            await import_messages(
                db, container.vault, person, heads[start : start + ROWS_AT_ONCE], ()
            )
    for start in range(0, len(said), ROWS_AT_ONCE):
        async with container.database.unit_of_work() as db:
            await import_messages(
                db, container.vault, person, (), said[start : start + ROWS_AT_ONCE]
            )


def _head(at: datetime, number: int) -> Conversation:
    return Conversation(
        id=uuid7(at),
        title=f"Talk {number}",
        pinned=False,
        leaf_id=None,
        created_at=at,
        updated_at=at,
    )


def _talk(head: UUID, began: datetime, first: int, count: int, text: str = TEXT) -> list[Message]:
    said: list[Message] = []
    for number in range(count):
        at = began + timedelta(minutes=first + number)
        said.append(
            Message(
                id=uuid7(at),
                conversation_id=head,
                parent_id=said[-1].id if said else None,
                role="assistant" if number % 2 else "user",
                text=text,
                state="complete",
                created_at=at,
                updated_at=at,
            )
        )
    return said


def _without_core() -> float:
    """Seconds for which this thread was ready and had no core; 0 where the system tells not."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
