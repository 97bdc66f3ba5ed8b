"""What a turn costs the database, how many chats can begin, and how both grow.

A turn runs through the whole room of generation in this process; counted is the CPU between the
beginning and the end of its transactions, sealing and all that is done inside of them too.
"""

import asyncio
import cProfile
import pstats
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
import uvloop
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.container import Container
from backend.conversations.sealing import seal_title
from backend.conversations.tables import conversations as conversation_rows
from backend.data_dir import new_bot_token
from backend.db.migrate import migrate
from backend.generation import SendMessage
from backend.lifecycle import stop_container
from backend.server import tune_garbage_collection
from backend.settings import Settings
from backend.uuid7 import uuid7
from benchmarks import people, rig, server, services
from benchmarks.load import Batch
from benchmarks.machine import OUT, cores, pin
from benchmarks.report import Row, spread, store
from benchmarks.server import CATALOG, MASTER_KEY

TURNS = 200
FIRST_PERSON = 900_000_000
TOKENS = 20
CHATS = 400
AT_ONCE = 16
OWN = (1, 1_000, 100_000)
"""Conversations of one person."""
IN_ALL = 1_000_000
OTHERS = 10
"""Conversations of each other person."""
ROWS_AT_ONCE = 20_000


class Meter:
    """CPU seconds inside of transactions since `reset`; statements since `count`."""

    def __init__(self, container: Container) -> None:
        self.cpu = 0.0
        self.statements = 0
        database: Any = container.database
        database.unit_of_work = self._timed(database.unit_of_work)
        database.snapshot = self._timed(database.snapshot)
        if database.dialect != "sqlite":  # on SQLite they go through the two above
            database.write = self._timed_call(database.write)
            database.read = self._timed_call(database.read)
        self._engine = database.engine.sync_engine

    def count(self) -> None:
        """Count statements from now on, which makes each of them dearer."""
        sa.event.listen(self._engine, "before_cursor_execute", self._count)

    def reset(self) -> None:
        """Begin anew."""
        self.cpu = 0.0

    def _count(self, *_: object) -> None:
        self.statements += 1

    def _timed_call(
        self, run: Callable[[Callable[[AsyncConnection], Awaitable[Any]]], Awaitable[Any]]
    ) -> Callable[[Callable[[AsyncConnection], Awaitable[Any]]], Awaitable[Any]]:
        async def timed(work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
            started = time.process_time()
            try:
                return await run(work)
            finally:
                self.cpu += time.process_time() - started

        return timed

    def _timed(
        self, begin: Callable[[], AbstractAsyncContextManager[AsyncConnection]]
    ) -> Callable[[], AbstractAsyncContextManager[AsyncConnection]]:
        @asynccontextmanager
        async def timed() -> AsyncIterator[AsyncConnection]:
            started = time.process_time()
            try:
                async with begin() as db:
                    yield db
            finally:
                self.cpu += time.process_time() - started

        return timed


class Turns(Struct, frozen=True):
    """Means over many turns; milliseconds of CPU."""

    first: float
    later: float
    statements: float


class Grown(Struct, frozen=True):
    """Milliseconds of CPU with so many conversations."""

    turn: float
    page: float


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Both databases; growth on SQLite."""
    quick = seconds < 8
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    for name in ("SQLite", "PostgreSQL"):
        turns: list[Turns] = []
        chats: list[tuple[float, float]] = []
        for number in range(1, rounds + 1):
            with fresh_database(name) as url:
                turns.append(uvloop.run(_turns(url, 40 if quick else TURNS)))
            with fresh_database(name) as url:
                chats.append(_chats(url, CHATS // 4 if quick else CHATS))
            say(
                f"database {name}, round {number}: first turn {turns[-1].first:.2f} ms, later "
                f"{turns[-1].later:.2f} ms in {turns[-1].statements:.0f} statements; "
                f"{chats[-1][0]:.0f} chats/s, {chats[-1][1]:.1f} ms of CPU each"
            )
        store("database", name, _rows(name, turns, chats))
    with fresh_database("SQLite") as url:
        store("database", "what dominates a chat on SQLite", uvloop.run(_dominant(url)))
    with fresh_database("SQLite") as url:
        grown = uvloop.run(_growth(url, say, 20_000 if quick else IN_ALL))
        store("database", "growth on SQLite, ms of CPU: turn / page of the list", grown)


class _Files:
    """A fresh SQLite file, or a PostgreSQL, for as long as it is used."""

    def __init__(self, name: str) -> None:
        OUT.mkdir(exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(prefix="db-", dir=OUT)
        self._postgres = services.postgres() if name == "PostgreSQL" else None

    def __enter__(self) -> str:
        if self._postgres is not None:
            return self._postgres.__enter__().url
        return f"sqlite:///{Path(self._folder.name) / 'bench.db'}"

    def __exit__(self, *error: Any) -> None:
        if self._postgres is not None:
            self._postgres.__exit__(*error)
        self._folder.cleanup()


def fresh_database(name: str) -> _Files:
    """The address of an empty SQLite or PostgreSQL, while the context is open."""
    return _Files(name)


@asynccontextmanager
async def open_container(url: str, around: rig.Rig) -> AsyncIterator[Container]:
    """All of the server's parts in this process, without the web."""
    with tempfile.TemporaryDirectory() as name:
        catalog = Path(name) / "models.toml"
        catalog.write_text(CATALOG.format(provider=around.provider_port))
        container = Container(
            Settings(
                data_dir=Path(name),
                database_url=url,
                master_key=MASTER_KEY,
                bot_token=new_bot_token(),
                models_file=str(catalog),
                local_model_enabled=False,
                simulated_providers=False,
            )
        )
        await migrate(container.database)
        await container.models.start(container.nursery)
        await container.generation.start()
        tune_garbage_collection()
        pin(0, cores().server)
        try:
            yield container
        finally:
            pin(0, cores().all)
            await stop_container(container)


async def agree_all(container: Container, *persons: int) -> None:
    """Have people agree to the bench's provider."""
    for person in persons:
        await container.consents.agree(person, people.PROVIDER)


async def take_turn(container: Container, person: int, chat: UUID, parent: UUID | None) -> UUID:
    """One question and its whole answer; returns the answer's id."""
    run = await container.generation.send(
        person,
        "en",
        SendMessage(
            id=uuid7(),
            conversation_id=chat,
            parent_id=parent,
            text=f"bench:{TOKENS}:0",
            create=parent is None,
        ),
    )
    async for _ in await container.generation.follow(person, run.id, 0):
        pass
    return run.message_id


async def _titled() -> None:
    """Give a title the time to be made."""
    await asyncio.sleep(0.02)


async def _turns(url: str, count: int) -> Turns:
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            await agree_all(container, *range(FIRST_PERSON, FIRST_PERSON + 10 + count))
            meter = Meter(container)
            for person in range(5):  # statements are compiled on first use
                await take_turn(container, FIRST_PERSON + person, uuid7(), None)
            await _titled()
            first = later = 0.0
            for person in range(FIRST_PERSON + 10, FIRST_PERSON + 10 + count):
                chat = uuid7()
                meter.reset()
                answer = await take_turn(container, person, chat, None)
                await _titled()
                first += meter.cpu
                meter.reset()
                await take_turn(container, person, chat, answer)
                later += meter.cpu
            meter.count()
            await take_turn(container, FIRST_PERSON + 10, uuid7(), None)
            return Turns(first / count * 1e3, later / count * 1e3, meter.statements)


def _chats(url: str, count: int) -> tuple[float, float]:
    """New chats a second over HTTP, as many at once as fill the server; CPU of each, in ms."""
    allowed = cores()
    more = {"DATABASE_URL": url}
    with (
        rig.running(allowed) as around,
        server.running(around.provider_port, allowed, more) as [one],
    ):
        requests = people.questions(one.port, count, TOKENS, 0)
        before = around.moment(one.pid)
        batch = Batch(one.port, requests, 1e6, TOKENS, people.END_OF_RUN, at_once=AT_ONCE)
        around.open(batch)
        around.until(lambda c: c.ended == count, 120, "the chats")
        after = around.moment(one.pid)
        wall = after.counts.latest - before.target.at
        return count / wall, after.target.since(before.target)[0] / count * 1e3


async def _dominant(url: str) -> list[Row]:
    """Where the time of a first turn goes, by package."""
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            await agree_all(container, *range(FIRST_PERSON, FIRST_PERSON + 200))
            for person in range(5):
                await take_turn(container, FIRST_PERSON + person, uuid7(), None)
            profile = cProfile.Profile()
            profile.enable()
            for person in range(100, 200):
                await take_turn(container, FIRST_PERSON + person, uuid7(), None)
            await _titled()
            profile.disable()
    shares: Counter[str] = Counter()
    for (path, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if "poll" not in name and "run_until_complete" not in name:
            shares[_package(path, name)] += own
    whole = sum(shares.values())
    return [Row(name, f"{own / whole:.0%}") for name, own in shares.most_common(8)]


def _package(path: str, name: str) -> str:
    if "site-packages/" in path:
        return path.partition("site-packages/")[2].partition("/")[0]
    if "/backend/" in path:
        return "backend." + path.partition("/backend/")[2].partition("/")[0].removesuffix(".py")
    if path == "~":
        return "SQLite itself" if "sqlite3" in name else "built-in functions"
    return "standard library"


async def _growth(url: str, say: Callable[[str], None], in_all: int) -> list[Row]:
    """One person's conversations grow, then everybody's."""
    rows: list[Row] = []
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            await agree_all(container, *range(FIRST_PERSON, FIRST_PERSON + 3))
            meter = Meter(container)
            await take_turn(container, FIRST_PERSON + 1, uuid7(), None)
            have = 0
            for wanted in (min(count, in_all) for count in OWN):
                await _add(container, [FIRST_PERSON] * (wanted - have))
                have = wanted
                rows.append(await _row(container, meter, f"{wanted:,} of one person"))
                say(f"  {rows[-1].name}: {rows[-1].value}")
            others = [FIRST_PERSON + 1_000 + n // OTHERS for n in range(in_all - have)]
            await _add(container, others)
            rows.append(await _row(container, meter, f"{in_all:,} in all"))
            say(f"  {rows[-1].name}: {rows[-1].value}")
    return rows


async def _row(container: Container, meter: Meter, name: str) -> Row:
    turn, page, times = 0.0, 0.0, 5  # a person may ask twenty times a day
    for number in range(times):
        person = FIRST_PERSON if number else FIRST_PERSON + 2
        meter.reset()
        await take_turn(container, person, uuid7(), None)
        await _titled()
        turn += meter.cpu if number else 0.0
        meter.reset()
        async with container.database.snapshot() as db:
            await conversations.list_conversations(db, container.vault, FIRST_PERSON, limit=30)
        page += meter.cpu if number else 0.0
    return Row(name, f"{turn / (times - 1) * 1e3:.2f} / {page / (times - 1) * 1e3:.2f}")


async def _add(container: Container, owners: list[int]) -> None:
    """Conversations in bulk; only the first person's titles can be read."""
    now = datetime.now(UTC)
    async with container.database.unit_of_work() as db:
        cipher = await container.vault.cipher(db, FIRST_PERSON)
    for start in range(0, len(owners), ROWS_AT_ONCE):
        rows: list[dict[str, Any]] = []
        for owner in owners[start : start + ROWS_AT_ONCE]:
            chat = uuid7()
            title = None
            if owner == FIRST_PERSON:
                title = seal_title(cipher, chat, "About something")
            rows.append(
                {"user_id": owner, "id": chat, "title": title, "created_at": now, "updated_at": now}
            )
        async with container.database.unit_of_work() as db:
            await db.execute(sa.insert(conversation_rows), rows)


def _rows(name: str, turns: list[Turns], chats: list[tuple[float, float]]) -> list[Row]:
    later = [t.later for t in turns]
    judged = Row.at_most("a turn, ms of CPU", later, 2.5, 2)
    return [
        judged if name == "SQLite" else Row(judged.name, judged.value),
        Row("its statements", spread([t.statements for t in turns], 0)),
        Row("a first turn with its title, ms", spread([t.first for t in turns], 2)),
        Row("new chats a second", spread([c[0] for c in chats], 0)),
        Row("the server's CPU for each, ms", spread([c[1] for c in chats], 1)),
    ]
