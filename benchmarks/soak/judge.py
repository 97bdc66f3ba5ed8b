"""Whether anything was lost: what people were told beside what is stored, once all is quiet."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

import aiohttp
import msgspec
import sqlalchemy as sa
from msgspec import Struct

from backend.bot.tables import bot_updates
from backend.db import Database
from backend.generation.tables import runs
from backend.ledger import ledger
from backend.ledger.tables import movements
from benchmarks.soak.people import Visit
from benchmarks.soak.stage import Stage

QUIET_SECONDS: Final = 120.0
PAGE: Final = 100
AT_ONCE: Final = 8
TRIES: Final = 5


class Verdict(Struct):
    """Counts, and in `lost` a line for each thing that should not be."""

    visits: int
    accepted: int
    complete: int
    ends: dict[str, int]
    resumed: int
    files: int
    payments: int
    lost: list[str]


async def judge(stage: Stage, visits: Sequence[Visit]) -> Verdict:
    """Wait until nothing waits any more, and compare."""
    database = Database.open(stage.database.url)
    try:
        lost = await _unfinished(database)
        async with aiohttp.ClientSession() as http:
            places = asyncio.Semaphore(AT_ONCE)
            for found in await asyncio.gather(
                *(_compare(http, stage, one, places) for one in visits)
            ):
                lost += found
            payments = await _transactions(stage, http)
        lost += await _books(database, payments, visits)
    finally:
        await database.close()
    ends = Counter(one.state for one in visits if one.state)
    return Verdict(
        visits=len(visits),
        accepted=sum(one.accepted for one in visits),
        complete=ends["complete"],
        ends=dict(ends),
        resumed=sum(one.resumed for one in visits),
        files=sum(len(one.files) for one in visits),
        payments=len(payments),
        lost=lost,
    )


async def _unfinished(database: Database) -> list[str]:
    """Updates that are not done and runs that have not ended, after a while for both."""
    waiting = {
        "updates not done": sa.select(sa.func.count()).where(bot_updates.c.done_at.is_(None)),
        "runs without an end": sa.select(sa.func.count()).where(runs.c.state == "running"),
    }
    loop = asyncio.get_running_loop()
    until, found = loop.time() + QUIET_SECONDS, dict[str, int]()
    while loop.time() < until:
        async with database.snapshot() as db:
            found = {name: (await db.execute(one)).scalar_one() for name, one in waiting.items()}
        if not any(found.values()):
            return []
        await asyncio.sleep(1)
    return [f"{count} {name}" for name, count in found.items() if count]


async def _compare(
    http: aiohttp.ClientSession, stage: Stage, visit: Visit, places: asyncio.Semaphore
) -> list[str]:
    """One person's question, answer and files."""
    lost = []
    async with places:
        for file_id, digest in visit.files.items():
            content = await _bytes(http, stage, visit, f"/api/files/{file_id}")
            if hashlib.sha256(content).hexdigest() != digest:
                lost.append(f"file {file_id} is not what was uploaded")
        if not visit.accepted:
            return lost
        if not visit.state:
            lost.append(f"answer to {visit.message} never told its end")
        path = f"/api/conversations/{visit.conversation}/messages"
        found = await _bytes(http, stage, visit, path)
        kept = msgspec.json.decode(found)["items"] if found else []
    asked = [one for one in kept if one["id"] == visit.message]
    answers = [one for one in kept if one["parentId"] == visit.message]
    if len(asked) != 1 or len(answers) != 1:
        return [*lost, f"{len(asked)} questions and {len(answers)} answers of {visit.message}"]
    if answers[0]["state"] == "running":
        lost.append(f"answer to {visit.message} still runs")
    if visit.state == "complete" and answers[0]["text"] != visit.text:
        lost.append(f"answer to {visit.message} is stored otherwise than it was read")
    return lost


async def _bytes(http: aiohttp.ClientSession, stage: Stage, visit: Visit, path: str) -> bytes:
    """What is served there; nothing if it is refused, tried again where the server asks for it."""
    headers = {"Authorization": f"Bearer {visit.token}"}
    for again in range(TRIES):
        url = f"http://127.0.0.1:{stage.ports[(visit.person + again) % 2]}{path}"
        async with http.get(url, headers=headers) as answer:
            if answer.status == 200:
                return await answer.read()
            if answer.status < 429:
                break
        await asyncio.sleep(1)
    return b""


async def _transactions(stage: Stage, http: aiohttp.ClientSession) -> list[str]:
    """The charges that Telegram took, by its own list."""
    found: list[str] = []
    while True:
        page = await stage.call(http, "getStarTransactions", offset=len(found), limit=PAGE)
        found += [one["id"] for one in page["transactions"] if "source" in one]
        if len(page["transactions"]) < PAGE:
            return found


async def _books(database: Database, charges: Sequence[str], visits: Sequence[Visit]) -> list[str]:
    """Every charge is booked once and nothing else is, and the sums are the movements'."""
    booked = sa.select(movements.c.reference).where(movements.c.kind == "payment")
    async with database.snapshot() as db:
        references = [row.reference for row in await db.execute(booked)]
        balanced = await ledger.stored_balances(db) == await ledger.replay(db)
    lost = [f"payment {one} is not booked" for one in set(charges) - set(references)]
    lost += [f"booked {one}, which nobody paid" for one in set(references) - set(charges)]
    if len(references) != len(set(references)):
        lost.append("a payment is booked twice")
    if (told := sum(one.paid for one in visits)) > len(charges):
        lost.append(f"people paid {told} times, Telegram knows {len(charges)}")
    if not balanced:
        lost.append("the ledger's balances are not its movements' sums")
    return lost
