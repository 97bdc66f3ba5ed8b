"""What a receipt adds before the first byte of a request leaves, beside sending without one.

Wall time from a body that is ready to the moment when it may be sent: its hash, the receipt's
record, and the commit to SQLite. The recipe, from which the body can be made again, is kept with
the answer's first checkpoint or its end; what it would cost before sending is shown beside it.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

import msgspec
import uvloop
from msgspec import Struct

from backend.db import Database, KeyRing, Vault
from backend.db.migrate import migrate
from backend.generation.run.attempts import AttemptReceipts
from backend.llm import ChatRequest, Model, Sent
from backend.llm.receipts import ReceiptEntry, TextSource
from backend.privacy import ProviderClaims, Receipts
from backend.uuid7 import uuid7
from benchmarks.database import fresh_database
from benchmarks.report import Row, store

MOST_MILLISECONDS = 0.3
MESSAGES = (1, 20, 200)
WORDS = "Number {}: the tide comes in twice a day, a little later each time. "
PERSON = 7


class Asked(Struct, frozen=True):
    """A request's body, and the stored messages that it was made of."""

    body: bytes
    sources: tuple[TextSource, ...]


class Costs(Struct):
    """Medians of one round, in milliseconds."""

    without: float
    receipt: float
    with_recipe: float


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """On SQLite, for conversations of several lengths."""
    count = 1_000 if seconds >= 8 else 100
    rows: list[Row] = []
    for messages in MESSAGES:
        asked = _asked(messages)
        with fresh_database("SQLite") as url:
            costs = uvloop.run(_rounds(url, asked, rounds, count))
        kilobytes = len(asked.body) / 1000
        added = [one.receipt - one.without for one in costs]
        recipe = [one.with_recipe - one.without for one in costs]
        say(f"receipts: {messages} messages, {kilobytes:.1f} kB: {median(added):.2f} ms added")
        name = f"{messages} message{'s' if messages > 1 else ''}, {kilobytes:.1f} kB"
        rows.append(Row.at_most(f"added, {name}", added, MOST_MILLISECONDS, 3))
        rows.append(Row(f"were the recipe kept first, {name}", f"{median(recipe):.3f}"))
    store("receipts", "before the first byte leaves, ms", rows)


async def _rounds(url: str, asked: Asked, rounds: int, count: int) -> list[Costs]:
    database = Database.open(url)
    await migrate(database)
    writer = Receipts(Vault(KeyRing(os.urandom(32))), _now, lambda provider: ProviderClaims())
    try:
        bench = _Bench(database, writer, asked)
        await bench.round(count // 10)  # warms up
        return [await bench.round(count) for _ in range(rounds)]
    finally:
        await database.close()


class _Bench:
    """Takes the three ways in turn, so that a busy machine is felt by all of them."""

    def __init__(self, database: Database, writer: Receipts, asked: Asked) -> None:
        self._database = database
        self._writer = writer
        self._asked = asked
        model = Model("any", "bench", "any", "Any", context_tokens=8_000, max_output_tokens=1_000)
        self._request = ChatRequest(model=model, system="", turns=())
        self._attempts = AttemptReceipts(database, writer, PERSON, self._entry, recipes_later=True)

    async def round(self, count: int) -> Costs:
        ways = (self._without, self._receipt, self._with_recipe)
        taken: tuple[list[float], ...] = ([], [], [])
        for _ in range(count):
            for way, times in zip(ways, taken, strict=True):
                started = time.perf_counter()
                await way()
                times.append((time.perf_counter() - started) * 1e3)
                self._attempts.recipes_are_kept()  # by the checkpoint or the answer's end
        return Costs(*(median(times) for times in taken))

    async def _without(self) -> None:
        Sent("bench", "model", "", "https://provider.example", len(self._asked.body))

    async def _receipt(self) -> None:
        await self._attempts.before_send(self._sent(), self._request)

    async def _with_recipe(self) -> None:
        entry = self._entry(self._sent(), self._request)
        async with self._database.unit_of_work() as db:
            await self._writer.open_with_recipe(db, entry)

    def _sent(self) -> Sent:
        return Sent.of("bench", "model", "https://provider.example/v1", self._asked.body)

    def _entry(self, sent: Sent, request: ChatRequest) -> ReceiptEntry:
        now = _now()
        return ReceiptEntry(
            user_id=PERSON,
            purpose="send",
            sent=sent,
            sent_at=now,
            run_id=uuid7(now),
            message_id=uuid7(now),
            message_ids=tuple(one.id for one in self._asked.sources),
            fields=("system", "turns"),
            prompts=("system@1",),
            sources=self._asked.sources,
        )


def _asked(messages: int) -> Asked:
    texts = [WORDS.format(number) * 6 for number in range(messages)]
    turns = [{"role": "user", "content": text} for text in texts]
    body = msgspec.json.encode({"model": "any", "stream": True, "messages": turns})
    return Asked(body, tuple(TextSource("message", uuid7(_now()), text) for text in texts))


def _now() -> datetime:
    return datetime.now(UTC)
