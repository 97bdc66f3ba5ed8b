"""People's events across processes, over Valkey's pub/sub: a channel for each person who listens.

If Valkey fails, devices connected to this process still get its own events. Once it is back,
everybody is sent `ready`.
"""

import asyncio
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any, Final

import structlog
from valkey.asyncio.retry import Retry
from valkey.backoff import NoBackoff

from backend.nursery import Nursery
from backend.runlog.person_events import (
    READY,
    LocalPersonEvents,
    PersonEvent,
    PersonReader,
    frame_of,
)
from backend.runlog.port import KEEP_ALIVE_SECONDS
from backend.runlog.valkey.scripts import AWAY
from backend.valkey_client import open_subscriber, open_valkey, publish_all

log = structlog.get_logger("tanya.runlog")

CHANNEL: Final = "tanya:person:"
MOST_UNSENT: Final = 10_000
AT_ONCE: Final = 500
RETRY_SECONDS: Final = 0.5
LISTEN_SECONDS: Final = 5.0


class ValkeyPersonEvents(LocalPersonEvents):
    """See PersonEvents. `process_id` identifies this process."""

    def __init__(
        self, url: str, process_id: str, *, keep_alive: float = KEEP_ALIVE_SECONDS
    ) -> None:
        super().__init__(keep_alive=keep_alive)
        options: dict[str, Any] = {
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
            "retry": Retry(NoBackoff(), 1),
            "health_check_interval": 0,
        }
        self._client = open_valkey(url, **options)
        self._open_subscriber = partial(open_subscriber, url, self._client, **options)
        self._from_here = process_id.encode() + b" "
        self._unsent: deque[tuple[int, bytes]] = deque(maxlen=MOST_UNSENT)
        self._something_unsent = asyncio.Event()
        self._channels: set[str] = set()
        self._channels_changed = asyncio.Event()
        self._pubsub: Any = None

    def publish(self, user_id: int, event: PersonEvent) -> None:
        """See PersonEvents."""
        frame = frame_of(event)
        self.give(user_id, frame)
        self._unsent.append((user_id, frame))
        self._something_unsent.set()

    def start(self, nursery: Nursery) -> None:
        """See PersonEvents. Valkey may be down at the start."""
        super().start(nursery)
        nursery.repeat(self._send, name="person-events-send", every=0)
        nursery.repeat(self._listen, name="person-events-listen", every=0)
        nursery.repeat(self._subscribe, name="person-events-subscribe", every=0)

    async def aclose(self) -> None:
        """See PersonEvents."""
        await super().aclose()
        with suppress(*AWAY):
            await self._client.aclose()

    def add_reader(self, reader: PersonReader) -> PersonReader:
        """See LocalPersonEvents. It is sent `ready` again once other processes' events arrive."""
        super().add_reader(reader)
        self._channels_changed.set()
        return reader

    def remove_reader(self, reader: PersonReader) -> None:
        """See LocalPersonEvents."""
        super().remove_reader(reader)
        self._channels_changed.set()

    async def _send(self) -> None:
        while True:
            await self._something_unsent.wait()
            self._something_unsent.clear()
            while self._unsent:
                batch = [self._unsent.popleft() for _ in range(min(AT_ONCE, len(self._unsent)))]
                try:
                    await publish_all(
                        self._client,
                        [(f"{CHANNEL}{user}", self._from_here + frame) for user, frame in batch],
                    )
                except AWAY as error:
                    log.debug("person_events_not_sent", error=type(error).__name__)
                    await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        """Forward other processes' events until cancelled."""
        while True:
            subscriber = pubsub = None
            self._channels.clear()
            try:
                subscriber = await self._open_subscriber()
                pubsub = subscriber.pubsub()
                # A channel of this process's own, so that there is always one to listen to.
                await pubsub.subscribe(f"{CHANNEL}process:{self._from_here.decode().strip()}")
                # Not earlier: two tasks must not open one connection at the same time.
                self._pubsub = pubsub
                self._channels_changed.set()
                while True:
                    self._take(await pubsub.get_message(timeout=LISTEN_SECONDS))
            except AWAY as error:
                log.debug("person_events_not_heard", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                self._pubsub = None
                await self._close(pubsub, subscriber)

    async def _close(self, *connections: Any) -> None:
        for one in connections:
            if one is not None and one is not self._client:
                with suppress(*AWAY):
                    await one.aclose()

    async def _subscribe(self) -> None:
        """Subscribe for people with readers here, unsubscribe for the others."""
        while True:
            await self._channels_changed.wait()
            self._channels_changed.clear()
            if (pubsub := self._pubsub) is None:
                continue
            wanted = {f"{CHANNEL}{user_id}" for user_id in self._readers}
            new, old = wanted - self._channels, self._channels - wanted
            self._channels = wanted
            with suppress(*AWAY):  # listening then fails too, and starts again
                if new:
                    await pubsub.subscribe(*new)
                if old:
                    await pubsub.unsubscribe(*old)

    def _take(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        person = message["channel"].decode().removeprefix(CHANNEL)
        if not person.lstrip("-").isdigit():
            return
        if message["type"] == "subscribe":
            self.give(int(person), READY)
        elif message["type"] == "message" and not message["data"].startswith(self._from_here):
            self.give(int(person), message["data"].partition(b" ")[2])
