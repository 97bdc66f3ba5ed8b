"""How much is written to the disk for one chat, at thirty new chats a second, on both databases.

SQLite: what the server's process hands to the disk (`/proc/<pid>/io`), its log and the checkpoints
included. PostgreSQL: the write-ahead log. What the chats keep is the size of their rows.

The floor is a plain program that puts the same rows into an empty database of the same schema, in
as many transactions a chat as the server takes, with a checkpoint a second.
"""

import asyncio
import multiprocessing
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
import click
from msgspec import Struct

from backend.db import Database
from backend.db.migrate import migrate
from benchmarks import people, rig, server
from benchmarks.database import TOKENS, fresh_database
from benchmarks.load import Batch
from benchmarks.machine import cores
from benchmarks.report import Row, spread, store

A_SECOND: Final = 30
TRANSACTIONS: Final = 5
"""Of a chat with its title: `tests/integration/generation/test_few_transactions.py`."""
MOST_KILOBYTES: Final = 40.0
CHECKPOINT_SECONDS: Final = 1.5
"""After this long what was written is in the database file too."""
WRITTEN_BY_CHATS: Final = (
    "billing_charges",
    "billing_quotas",
    "billing_reservations",
    "conversations",
    "messages",
    "receipt_heads",
    "receipt_recipes",
    "receipts",
    "runs",
    "user_keys",
)


class Written(Struct, frozen=True):
    """Bytes for a chat: written in all, and kept in rows."""

    written: float
    kept: float


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """SQLite with its floor, then PostgreSQL."""
    count = A_SECOND * max(5, int(seconds))
    sqlite: list[Written] = []
    floors: list[float] = []
    postgres: list[Written] = []
    for number in range(1, rounds + 1):
        with fresh_database("SQLite") as url:
            sqlite.append(_sqlite(url, count))
            floors.append(_floor(Path(url.removeprefix("sqlite:///")), count))
        with fresh_database("PostgreSQL") as url:
            postgres.append(_postgres(url, count))
        say(
            f"disk, round {number}: a chat keeps {sqlite[-1].kept / 1e3:.1f} kB; SQLite writes "
            f"{sqlite[-1].written / 1e3:.1f} kB, a plain program {floors[-1] / 1e3:.1f} kB, "
            f"PostgreSQL {postgres[-1].written / 1e3:.1f} kB"
        )
    store("disk", f"a chat at {A_SECOND} chats/s", _rows(sqlite, floors, postgres))


def _rows(sqlite: list[Written], floors: list[float], postgres: list[Written]) -> list[Row]:
    over = [one.written / floor for one, floor in zip(sqlite, floors, strict=True)]
    written = [one.written / 1e3 for one in sqlite]
    return [
        Row("kept in rows, kB", spread([one.kept / 1e3 for one in sqlite], 1)),
        Row.at_most("SQLite: written, kB", written, MOST_KILOBYTES, 1),
        Row("SQLite: a plain program, kB", spread([floor / 1e3 for floor in floors], 1)),
        Row("SQLite: beside the plain program", spread(over, 2)),
        Row("PostgreSQL: written to its log, kB", spread([p.written / 1e3 for p in postgres], 1)),
    ]


def _sqlite(url: str, count: int) -> Written:
    path = url.removeprefix("sqlite:///")
    with _asking(url, count) as (one, ask):
        time.sleep(CHECKPOINT_SECONDS)
        before, kept = _bytes_written(one.pid), _kept(path)
        ask()
        time.sleep(CHECKPOINT_SECONDS)
        written = _bytes_written(one.pid) - before
    return Written(written / count, (_kept(path) - kept) / count)


def _postgres(url: str, count: int) -> Written:
    with _asking(url, count) as (_, ask):
        before = asyncio.run(_log_position(url))
        ask()
        time.sleep(CHECKPOINT_SECONDS)
        return Written((asyncio.run(_log_position(url)) - before) / count, 0.0)


@contextmanager
def _asking(url: str, count: int) -> Iterator[tuple[server.Server, Callable[[], None]]]:
    """A server, and what asks it one question of each of `count` people and waits for the ends."""
    allowed = cores()
    with (
        rig.running(allowed) as around,
        server.running(around.provider_port, allowed, {"DATABASE_URL": url}) as [one],
    ):
        requests = people.questions(one.port, count, TOKENS, 50)

        def ask() -> None:
            around.open(Batch(one.port, requests, A_SECOND, TOKENS, people.END_OF_RUN))
            around.until(lambda c: c.ended == count, count / A_SECOND + 60, "the chats")

        yield one, ask


def _bytes_written(pid: int | str) -> int:
    path = Path(f"/proc/{pid}/io")
    if not path.exists():
        raise click.ClickException("what is written to the disk can be measured on Linux only")
    counts = dict(line.split(": ") for line in path.read_text().splitlines())
    return int(counts["write_bytes"]) - int(counts["cancelled_write_bytes"])


def _kept(path: str) -> int:
    """Bytes of all rows of the tables, without what the database puts around them."""
    with closing(sqlite3.connect(path)) as db:
        (size,) = db.execute(
            "SELECT sum(payload) FROM dbstat JOIN sqlite_master USING (name) WHERE type = 'table'"
        ).fetchone()
    return int(size)


async def _log_position(url: str) -> int:
    db = await asyncpg.connect(url)
    try:
        return int(await db.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'"))
    finally:
        await db.close()


def _floor(filled: Path, count: int) -> float:
    """Bytes that a plain program writes for a chat; in a process of its own, to be counted."""
    context = multiprocessing.get_context("spawn")
    there, here = context.Pipe()
    process = context.Process(target=_write_plainly, args=(here, filled))
    process.start()
    written = float(there.recv())
    process.join()
    return written / count


def _write_plainly(pipe: Any, filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as source:
        chats = _rows_of_chats(source)
    path = filled.with_name("floor.db")
    asyncio.run(_make_empty(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA wal_autocheckpoint=0")
        before, looked = _bytes_written("self"), time.monotonic()
        for rows in chats:
            for part in range(TRANSACTIONS):
                db.execute("BEGIN IMMEDIATE")
                for statement, values in rows[part::TRANSACTIONS]:
                    db.execute(statement, values)
                db.execute("COMMIT")
            time.sleep(1 / A_SECOND)
            if time.monotonic() - looked > 1:
                db.execute("PRAGMA wal_checkpoint(PASSIVE)")
                looked = time.monotonic()
        db.execute("PRAGMA wal_checkpoint(PASSIVE)")
        pipe.send(_bytes_written("self") - before)


async def _make_empty(path: Path) -> None:
    database = Database.open(f"sqlite:///{path}")
    await migrate(database)
    await database.close()


def _rows_of_chats(source: sqlite3.Connection) -> list[list[tuple[str, tuple[Any, ...]]]]:
    """Each person's rows, as statements, in the order of their dependence."""
    found: dict[int, list[tuple[str, tuple[Any, ...]]]] = defaultdict(list)
    for table in sorted(WRITTEN_BY_CHATS, key=lambda name: name != "conversations"):
        rows = source.execute(f"SELECT * FROM {table} ORDER BY rowid")
        names = [column[0] for column in rows.description]
        person = names.index("user_id")
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        for row in rows:
            found[row[person]].append((statement, row))
    return list(found.values())
