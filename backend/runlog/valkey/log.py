"""The run log of several processes, over Valkey Streams and pub/sub.

The process that owns a run keeps its frames and serves the readers it has; `pump` sends them to
Valkey, and `mirror` copies other processes' runs. If Valkey fails, readers in the owner's process
notice nothing; others wait until it is back, or are disconnected after 15 s and reconnect. Answers
are finished in the database, which does not need Valkey.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from valkey.asyncio.retry import Retry
from valkey.backoff import NoBackoff

from backend.db import Cipher
from backend.errors import StopNotDelivered
from backend.nursery import Nursery, end
from backend.runlog.frames import RunFrames
from backend.runlog.port import KEEP_ALIVE_SECONDS, EventSink, Subscriber
from backend.runlog.readers import Readers
from backend.runlog.sse import frame
from backend.runlog.valkey.mirror import Mirrors
from backend.runlog.valkey.pump import Owned, Pump
from backend.runlog.valkey.scripts import (
    APPEND,
    AWAY,
    COUNT_PRESENT,
    LIFETIMES,
    PRESENT_SECONDS,
    STOP_CHANNEL,
    STOP_SECONDS,
    seen_key,
    stop_key,
    stream_key,
    watch_key,
)
from backend.runlog.valkey.sealing import seal_frames
from backend.valkey_client import ScriptOfKeys, open_subscriber, open_valkey, publish_all

log = structlog.get_logger("tanya.generation")

ANSWER_SECONDS = 1.0
RETRY_SECONDS = 2


class ValkeyLog:
    """See RunLog. `process_id` identifies this process; all processes have the same cipher."""

    shared = True

    def __init__(
        self,
        url: str,
        nursery: Nursery,
        process_id: str,
        cipher: Cipher,
        *,
        keep_alive: float = KEEP_ALIVE_SECONDS,
    ) -> None:
        options: dict[str, Any] = {
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
            "socket_keepalive": True,
            "retry": Retry(NoBackoff(), 1),
            "health_check_interval": 0,
        }
        self._client = open_valkey(url, **options)
        self._nursery = nursery
        self._tasks: list[asyncio.Task[None]] = []
        self._owned: dict[UUID, Owned] = {}
        self._cipher = cipher
        self._pump = Pump(self._client, cipher)
        subscriber = partial(open_subscriber, url, self._client, **options)
        self._mirrors = Mirrors(
            self._client, subscriber, process_id, cipher, self._stop_owned, self._stop_missed
        )
        self._readers = Readers(keep_alive)
        self._append = ScriptOfKeys(self._client, APPEND)
        self._count_present = self._client.register_script(COUNT_PRESENT)

    def open(self, run_id: UUID, on_stop: Callable[[], None]) -> Owned:
        """See RunLog."""
        run = self._owned[run_id] = Owned(run_id, on_stop, self._pump.mark)
        return run

    async def knows(self, run_id: UUID) -> bool:
        """See RunLog."""
        if run_id in self._owned:
            return True
        return await self._asked(self._client.exists(stream_key(run_id))) > 0

    def follow(self, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
        """See RunLog."""
        return self._readers.follow(lambda: self._find(run_id), after)

    def subscribe(self, run_id: UUID, after: int, sink: EventSink) -> Subscriber:
        """See RunLog."""
        return self._readers.subscribe(self._find(run_id), after, sink)

    def _find(self, run_id: UUID) -> RunFrames:
        """The run, or a copy of another process's."""
        return self._owned.get(run_id) or self._mirrors.get(run_id)

    async def stop(self, run_id: UUID) -> None:
        """See RunLog.

        Raises:
            StopNotDelivered: the run is another process's and Valkey is away.
        """
        if run_id in self._owned:
            self._stop_owned(run_id.hex)
        else:
            try:
                await self._client.set(stop_key(run_id), b"1", ex=STOP_SECONDS)
                await publish_all(self._client, [(STOP_CHANNEL, run_id.hex.encode())])
            except AWAY:
                raise StopNotDelivered(retry_after=RETRY_SECONDS) from None

    async def watchers(self, run_id: UUID) -> int:
        """See RunLog; another process with readers counts as one."""
        run = self._owned.get(run_id)
        here = len(run.readers) if run else 0
        count = self._count_present(keys=[watch_key(run_id)], args=[PRESENT_SECONDS])
        return here + await self._asked(count)

    async def seen(self, run_id: UUID) -> bool:
        """See RunLog."""
        if (run := self._owned.get(run_id)) is not None and run.seen:
            return True
        return await self._asked(self._client.exists(seen_key(run_id))) > 0

    async def drop(self, run_id: UUID) -> None:
        """See RunLog. The stream lapses by itself."""
        if (run := self._owned.pop(run_id, None)) is not None:
            self._pump.forget(run)
            run.lost = True
            run.wake()

    async def end_abandoned(self, run_id: UUID, end: bytes) -> None:
        """See RunLog."""
        key = stream_key(run_id)
        try:
            tail = await self._client.xrevrange(key, count=1)
            if not tail or tail[0][0].endswith(b"-1"):
                return
            last = int(tail[0][0].partition(b"-")[0])
            told = seal_frames(self._cipher, key, frame(last + 1, end))
            await self._append([key], LIFETIMES, [(last + 1, last + 1, told, 1)])
        except AWAY as error:
            # Its readers are disconnected when the stream expires, and then find the end in the
            # database.
            log.warning("end_not_told", run_id=str(run_id), error=type(error).__name__)

    async def start(self) -> None:
        """See RunLog. Valkey may be down at the start."""
        repeat = self._nursery.repeat
        self._tasks = [
            repeat(self._pump.work, name="valkey-pump", every=0),
            repeat(self._mirrors.listen, name="valkey-listen", every=0),
            repeat(self._mirrors.compare, name="valkey-compare", every=0),
        ]

    async def aclose(self) -> None:
        """See RunLog. Waits up to two seconds for what is still to be sent."""
        await self._pump.drained(0.0 if self._pump.away else 2.0)
        self._readers.close()
        self._mirrors.close()
        for run_id in list(self._owned):
            await self.drop(run_id)
        await end(self._tasks)
        await self._client.aclose()

    async def _stop_missed(self) -> None:
        """Stop the runs whose stop was told while nobody listened here: what is published is heard
        only by those who are connected."""
        going = [run_id for run_id, run in self._owned.items() if not run.closed]
        if not going:
            return
        pipe = self._client.pipeline(transaction=False)
        for run_id in going:
            pipe.exists(stop_key(run_id))
        for run_id, stopped in zip(going, await pipe.execute(), strict=True):
            if stopped:
                self._stop_owned(run_id.hex)

    def _stop_owned(self, run_hex: str) -> None:
        run = self._owned.get(UUID(hex=run_hex))
        if run is not None and run.on_stop is not None and not run.closed:
            run.on_stop()

    async def _asked(self, question: Awaitable[Any]) -> int:
        """Valkey's reply; 0 if it is down or too slow for the end of an answer to wait for."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return int(await question)
        except (*AWAY, TimeoutError):
            return 0
