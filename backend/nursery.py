"""The one place that starts background tasks: each is named, logged and cancelled at shutdown."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog

from backend.errors import Unavailable

log = structlog.get_logger("tanya.nursery")

T = TypeVar("T")

PATIENCE_SECONDS = 3.0
"""How long a task may take to clean up before it is cancelled again."""
RETRY_SECONDS = 1.0
"""The least pause after a turn of a repeated task that failed."""
FAILING_TURNS = 3
"""A repeated task is failing once so many turns in a row have failed."""


class Nursery:
    """Holds the tasks that outlive the request which started them.

    A task that fails is logged and forgotten; it never takes the others with it. Start what runs
    until shutdown with `repeat`.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._failures: dict[str, int] = {}
        self._closing = False

    def start_task(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
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

    def repeat(
        self,
        turn: Callable[[], Awaitable[object]],
        *,
        name: str,
        every: float,
        first: float = 0.0,
        jitter: float = 0.0,
    ) -> asyncio.Task[None]:
        """Call `turn` repeatedly until the nursery closes, whatever it raises.

        A turn begins `every` seconds after the one before began, or once that has ended if it took
        longer; the first after `first` seconds. Each pause varies by the share `jitter`, so that
        several processes do not run in step. A failed turn is logged, and the next one comes after
        at least `RETRY_SECONDS`. `turn` may itself run endlessly; it is started again if it fails.
        """
        self._failures[name] = 0
        return self.start_task(self._repeat(turn, name, every, first, jitter), name=name)

    def failing(self) -> list[str]:
        """Names of the repeated tasks whose last turns have all failed."""
        return [name for name, count in self._failures.items() if count >= FAILING_TURNS]

    async def _repeat(
        self,
        turn: Callable[[], Awaitable[object]],
        name: str,
        every: float,
        first: float,
        jitter: float,
    ) -> None:
        time = asyncio.get_running_loop().time
        await asyncio.sleep(first)
        while True:
            due = time() + every * random.uniform(1 - jitter, 1 + jitter)
            survived = await self._run_turn(turn, name)
            await asyncio.sleep(max(due - time(), 0.0 if survived else RETRY_SECONDS))

    async def _run_turn(self, turn: Callable[[], Awaitable[object]], name: str) -> bool:
        """One turn; whether it ended without an exception."""
        try:
            await turn()
        except (Unavailable, OSError) as error:
            # Expected and short: one line, without a traceback.
            self._failures[name] += 1
            log.warning("turn_failed", task=name, error=type(error).__name__)
            return False
        except asyncio.CancelledError:
            if _is_cancelled():
                raise
            # A library let a cancellation of its own escape; nobody asked this task to end.
            self._failures[name] += 1
            log.warning("turn_failed", task=name, error="CancelledError")
            return False
        except Exception:
            self._failures[name] += 1
            log.exception("turn_failed", task=name)
            return False
        self._failures[name] = 0
        return True

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


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until all of them have ended.

    A cancellation can get lost in a library that takes it for a failure of its own (valkey-py, when
    a connection breaks at the same moment): tasks that are still running are cancelled again.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=PATIENCE_SECONDS)
