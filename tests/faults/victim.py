"""A process to be killed: it writes many answers and tells how far it has come.

    python -m tests.faults.victim DATABASE_URL MASTER_KEY RUNS

Every quarter of a second it prints the length of the shortest answer. It never ends by itself.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence

from backend.db import Database, KeyRing, Vault, decode_master_key
from backend.llm import ChatRequest, Event, Sent, Text
from backend.nursery import Nursery
from backend.runlog.memory import MemoryLog
from tests.fixtures.generation import Room

TOKENS_A_SECOND = 50


class Endless:
    """Writes numbered words at an even pace."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """See Adapter."""
        yield (Sent("fake", request.model.id, "0" * 64),)
        loop = asyncio.get_running_loop()
        begun, given = loop.time(), 0
        while True:
            due = int((loop.time() - begun) * TOKENS_A_SECOND)
            if due > given:
                yield (Text(words(given, due)),)
                given = due
            await asyncio.sleep(0.02)


def words(first: int, last: int) -> str:
    """The words of an endless answer from one number up to another."""
    return "".join(f"w{n} " for n in range(first, last))


async def main(url: str, master_key: str, runs: int) -> None:
    """Write until killed."""
    database = Database.open(url)
    async with Nursery() as nursery:
        vault = Vault(KeyRing(decode_master_key(master_key)))
        room = Room(database, vault, Endless(), nursery, MemoryLog())
        await room.generation.start()
        for user in range(1, runs + 1):
            await room.send("Count", user_id=user)
        while True:
            shortest = min(running.relay.length for running in room.generation.parts.active)
            print(shortest, flush=True)
            await asyncio.sleep(0.25)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
