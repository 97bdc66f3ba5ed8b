"""The one place that starts background tasks: each is named, logged and cancelled at shutdown."""

import asyncio
from collections.abc import Coroutine, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog

log = structlog.get_logger("tanya.nursery")

T = TypeVar("T")

PATIENCE_SECONDS = 3.0
"""What a task may take to clean up before it is told again to end."""


class Nursery:
    """Holds the tasks that outlive the request which started them.

    A task that fails is logged and forgotten; it never takes the others with it.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run `work` in the background.

        Raises:
            RuntimeError: when the nursery is already closing.
        """
        if self._closing:
            work.close()
            raise RuntimeError(f"the nursery is closing, {name!r} was not started")
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            log.error("task_failed", task=task.get_name(), exc_info=error)

    async def close(self) -> None:
        """Cancel what still runs and wait until all of it has ended."""
        self._closing = True
        await end(self._tasks)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until all of them have ended.

    A cancellation can get lost in a library that takes it for a failure of its own (valkey-py,
    when a connection breaks at the same moment): whoever is still there is told again.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=PATIENCE_SECONDS)
