"""Laws of the inbox: in whatever order and however often updates arrive, and whatever process dies,
each update is handled once, in its person's order, and none is lost."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from backend.bot.inbox.lane_worker import MOST_ATTEMPTS
from backend.bot.inbox.updates import lane_of, parse_update
from backend.bot.tables import bot_lanes, bot_updates
from backend.db import Database
from backend.generation.tables import owners
from tests.conftest import Clock
from tests.fixtures.inbox import Desk, Processes, Update, message, of_kind

PEOPLE = (1, 2, 3)


class Deliver(Struct, frozen=True):
    """Telegram delivers an update, perhaps again."""

    number: int


class Kill(Struct, frozen=True):
    """The process dies and another starts."""


class Fail(Struct, frozen=True):
    """Handling of an update fails so many times."""

    number: int
    times: int


class Wait(Struct, frozen=True):
    """Some time passes."""

    turns: int


Step = Deliver | Kill | Fail | Wait
Bodies = dict[int, bytes]


@st.composite
def bodies(draw: st.DrawFn) -> Bodies:
    """Updates of a few people, by number: messages, buttons and urgent ones."""
    made = {}
    for number in range(1, draw(st.integers(1, 8)) + 1):
        person = draw(st.sampled_from(PEOPLE))
        kind = draw(st.sampled_from(["message"] * 4 + ["callback_query", "pre_checkout_query"]))
        plain = kind == "message"
        made[number] = message(number, person) if plain else of_kind(number, kind, person)
    return made


@st.composite
def stories(draw: st.DrawFn, *others: st.SearchStrategy[Step]) -> tuple[Bodies, list[Step]]:
    """Each update at least once, in any order, with repeats and other events."""
    made = draw(bodies())
    again = draw(st.lists(st.sampled_from(sorted(made)), max_size=5))
    steps: list[Step] = [Deliver(number) for number in (*made, *again)]
    steps += draw(st.lists(st.one_of(st.builds(Wait, st.integers(0, 30)), *others), max_size=6))
    return made, draw(st.permutations(steps))


class StrictDesk(Desk):
    """A slow handler that records updates handled out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.accepted: dict[int, str] = {}
        self.busy: set[int] = set()
        self.failing: Counter[int] = Counter()
        self.out_of_turn: list[tuple[int, set[int]]] = []

    async def handle(self, updates: list[Update]) -> None:
        """See Desk."""
        number = int(updates[0]["update_id"])
        self.begun.append(number)
        earlier = {n for n in self._waiting_with(number) if n < number or n in self.busy}
        if earlier:
            self.out_of_turn.append((number, earlier))
        self.busy.add(number)
        try:
            for _ in range(number % 4):
                await asyncio.sleep(0)
        finally:
            self.busy.discard(number)
        if self.failing[number] > 0:
            self.failing[number] -= 1
            raise RuntimeError("the test asked for it")
        self.handled.append(number)

    def _waiting_with(self, number: int) -> set[int]:
        lane, ended = self.accepted.get(number), {*self.handled, *self.apologies}
        return {n for n, its in self.accepted.items() if its == lane and n not in {*ended, number}}


@asynccontextmanager
async def a_desk() -> AsyncIterator[tuple[Processes, StrictDesk]]:
    """Processes over a fresh database with the two tables that an inbox needs."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'inbox.db'}")
        async with database.unit_of_work() as db:
            for table in (bot_updates, bot_lanes, owners):
                await db.execute(sa.schema.CreateTable(table))
        desk = StrictDesk()
        processes = Processes(database, Clock(datetime(2026, 11, 23, 12, tzinfo=UTC)), desk)
        yield processes, desk
        await processes.close()
        await database.close()


def lane(number: int, made: Bodies) -> str:
    """The lane of an update."""
    return lane_of(parse_update(made[number]))


async def play(processes: Processes, desk: StrictDesk, made: Bodies, steps: list[Step]) -> int:
    """Run a story to its end; returns how many processes died in it."""
    inbox, deaths = await processes.start("0"), 0
    for step in steps:
        match step:
            case Deliver(number):
                desk.accepted.setdefault(number, lane(number, made))
                await inbox.accept(made[number])
            case Fail(number, times):
                desk.failing[number] += times
            case Wait(turns):
                for _ in range(turns):
                    await asyncio.sleep(0)
            case Kill():
                await processes.kill(str(deaths))
                await processes.mark_dead(str(deaths))
                deaths += 1
                inbox = await processes.start(str(deaths))
    await processes.done(*made)
    return deaths


law = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@law
@given(stories())
async def test_each_is_handled_once_and_in_order(story: tuple[Bodies, list[Step]]) -> None:
    """An update never starts before earlier, arrived ones of the same person are done; repeats are
    ignored."""
    async with a_desk() as (processes, desk):
        await play(processes, desk, *story)
        assert Counter(desk.handled) == Counter(list(story[0]))
        assert desk.out_of_turn == []


@law
@given(stories(st.just(Kill())))
async def test_nothing_is_lost_when_processes_die(story: tuple[Bodies, list[Step]]) -> None:
    """Another process continues what a dead one left, in order; only updates in progress are
    repeated, and one that was in progress at too many deaths is given up with an apology."""
    made = story[0]
    async with a_desk() as (processes, desk):
        deaths = await play(processes, desk, *story)
        assert {*desk.handled, *desk.apologies} == set(made)
        assert max(Counter(desk.handled).values(), default=0) <= 1 + deaths
        assert deaths >= MOST_ATTEMPTS - 1 or desk.apologies == []
        assert desk.out_of_turn == []


@law
@given(stories(st.builds(Fail, st.integers(1, 8), st.integers(1, MOST_ATTEMPTS))))
async def test_a_failing_update_is_retried_until_given_up(
    story: tuple[Bodies, list[Step]],
) -> None:
    """A failing update is retried later and finally handled; the others are handled once."""
    async with a_desk() as (processes, desk):
        await play(processes, desk, *story)
        assert Counter([*desk.handled, *desk.apologies]) == Counter(list(story[0]))
        begun = Counter(desk.begun)
        assert all(begun[number] == MOST_ATTEMPTS for number in desk.apologies)
