"""The two ways to read a run, told apart by nothing that a test can see."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Protocol
from uuid import UUID

from backend.runlog.port import RunLog


class Read(Protocol):
    """A run's events after a number, as a log gives them."""

    def __call__(self, log: RunLog, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
        """Read them."""
        ...


def followed(log: RunLog, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
    """By iterating over them."""
    return log.follow(run_id, after)


class Cup:
    """A sink with room for one chunk."""

    def __init__(self) -> None:
        self.full = False
        self.chunks: deque[bytes] = deque()
        self.ended = False
        self.filled = asyncio.Event()

    def write(self, chunk: bytes) -> None:
        """Take it."""
        assert not self.full
        assert not self.ended
        self.chunks.append(chunk)
        self.full = True
        self.filled.set()

    def end(self) -> None:
        """There will be no more."""
        assert not self.ended
        self.ended = True
        self.filled.set()


async def subscribed(log: RunLog, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
    """By having them written into a sink that has room again when its reader comes back."""
    cup = Cup()
    subscriber = log.subscribe(run_id, after, cup)
    try:
        while not cup.ended:
            await cup.filled.wait()
            cup.filled.clear()
            if cup.chunks:
                yield cup.chunks.popleft()
                cup.full = False
                subscriber.wake()
    finally:
        subscriber.leave()
