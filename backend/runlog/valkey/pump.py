"""The writing half of the Valkey log: sends this process's runs to their streams.

A run's frames stay here until the run is dropped, and readers in this process are served from here,
so an outage of Valkey does not delay them. The pump sends the new frames of all runs in one call,
at most every 10 ms. Unacknowledged frames are sent again by number, so nothing is duplicated or
lost when the connection or Valkey returns.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog

from backend.db import Cipher
from backend.runlog.frames import RunFrames
from backend.runlog.port import CHUNK_FRAMES
from backend.runlog.valkey.scripts import APPEND, AWAY, LIFETIMES, stream_key
from backend.runlog.valkey.sealing import seal_frames
from backend.valkey_client import ScriptOfKeys

log = structlog.get_logger("tanya.generation")

TICK = 0.010
RUNS_PER_CALL = 500
BACK_OFF = (0.05, 0.1, 0.2, 0.5)


class Owned(RunFrames):
    """A run of this process: `acked` is the last number that Valkey is known to hold."""

    __slots__ = ("_dirty", "acked", "ended", "key")

    def __init__(
        self, run_id: UUID, on_stop: Callable[[], None], dirty: Callable[["Owned"], None]
    ) -> None:
        super().__init__(on_stop)
        self.key = stream_key(run_id)
        self.acked = 0
        self.ended = False
        self._dirty = dirty

    def append(self, payloads: list[bytes]) -> int:
        """See RunWriter."""
        last = super().append(payloads)
        self._dirty(self)
        return last

    async def close(self) -> None:
        """See RunWriter."""
        await super().close()
        self._dirty(self)

    @property
    def carried(self) -> bool:
        """Whether Valkey has all of it."""
        return self.acked == self.last and (self.ended or not self.closed)


class Pump:
    """Sends new events; one task."""

    def __init__(self, client: Any, cipher: Cipher) -> None:
        self._cipher = cipher
        self._append = ScriptOfKeys(client, APPEND)
        self._dirty: set[Owned] = set()
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.away = False

    def mark(self, run: Owned) -> None:
        """The run has something to send."""
        self._dirty.add(run)
        self._quiet.clear()
        self._wake.set()

    def forget(self, run: Owned) -> None:
        """Send nothing more of the run."""
        self._dirty.discard(run)

    async def drained(self, patience: float) -> None:
        """Wait until all is sent, for `patience` seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._quiet.wait()

    async def work(self) -> None:
        """Send until cancelled."""
        failures = 0
        if self._dirty:
            self._wake.set()
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._send(list(self._dirty)[:RUNS_PER_CALL])
                failures = 0
                self._came_back()
                pause = TICK
            except AWAY as error:
                pause = BACK_OFF[min(failures, len(BACK_OFF) - 1)]
                failures += 1
                self._went_away(error)
            (self._wake if self._dirty else self._quiet).set()
            await asyncio.sleep(pause)

    async def _send(self, runs: list[Owned]) -> None:
        if not runs:
            return
        keys: list[str] = []
        own: list[tuple[int, int, bytes, int]] = []
        for run in runs:
            last = min(run.acked + CHUNK_FRAMES, run.last)
            ended = run.closed and last == run.last
            keys.append(run.key)
            told = seal_frames(self._cipher, run.key, run.frames.joined(run.acked, last))
            own.append((run.acked + 1, last, told, int(ended)))
        held = await self._append(keys, LIFETIMES, own)
        for run, have, (_, _, _, ends) in zip(runs, held, own, strict=True):
            self._acknowledge(run, have, bool(ends))

    def _acknowledge(self, run: Owned, have: int, ended: bool) -> None:
        if have < 0:
            # Another process considered this one dead and ended the run: that end counts.
            run.acked, run.ended = run.last, True
            self.forget(run)
            return
        run.acked = have
        run.ended = ended and have == run.last
        if run.carried:
            self.forget(run)

    def _went_away(self, error: Exception) -> None:
        if not self.away:
            self.away = True
            log.warning("valkey_away", error=type(error).__name__)

    def _came_back(self) -> None:
        if self.away:
            self.away = False
            log.info("valkey_back")
