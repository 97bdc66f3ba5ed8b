"""Delivers updates over HTTP, as telegram-bot-api's WebhookActor.cpp does.

A 2xx accepts an update; anything else is retried: at once the first time, then after a delay that
doubles up to one or two minutes, or after the response's Retry-After (up to an hour). Updates of
one chat are delivered one after another, those of several chats at once, up to `max_connections`.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from telegram_emulator.changes import Changes
from telegram_emulator.clock import Clock
from telegram_emulator.events import WebhookEvent
from telegram_emulator.faults import FaultBox
from telegram_emulator.nursery import Nursery
from telegram_emulator.schemas import Webhook
from telegram_emulator.store import Store
from telegram_emulator.traffic import Traffic
from telegram_emulator.updates import Updates
from telegram_emulator.world import QueuedUpdate, WebhookRecord

if TYPE_CHECKING:
    import aiohttp

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
ANSWER_WITHIN = 60.0
MOST_DELAY = 60
MOST_RETRY_AFTER = 3600
GIVE_UP_AFTER = timedelta(hours=23)
IDLE = 1.0
"""Seconds between looks at waiting updates; a new update wakes it at once."""

Reply = Callable[[str, dict[str, Any]], Awaitable[object]]


@dataclass
class _Attempt:
    """The state of an update whose delivery failed."""

    delay: int = 1
    fails: int = 0
    not_before: float = 0.0


class Deliveries:
    """Delivers waiting updates while a webhook is set."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        changes: Changes,
        traffic: Traffic,
        faults: FaultBox,
        updates: Updates,
    ) -> None:
        self._store = store
        self._world = store.world
        self._clock = clock
        self._changes = changes
        self._traffic = traffic
        self._faults = faults
        self._updates = updates
        self._attempts: dict[int, _Attempt] = {}
        self._busy: set[int] = set()  # chats with a running delivery
        self._gone_since: datetime | None = None
        self._reply: Reply | None = None
        self._heard = False

    def heard(self) -> None:
        """Note that the bot called or accepted an update."""
        if not self._heard:
            self._heard = True
            self._tell()

    def start(self, nursery: Nursery, reply: Reply) -> None:
        """Start delivering; `reply` runs a method from a webhook's response."""
        self._reply = reply
        nursery.start_task(self._run(nursery), name="emulator-webhook")

    async def _run(self, nursery: Nursery) -> None:
        while not self._world.webhook.url:
            await self._updates.arrival(self._pause())
        import aiohttp  # imported here: most bots under development poll, and it is slow to import

        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                self._send_ready(nursery, session)
                await self._updates.arrival(self._pause())

    def _pause(self) -> float:
        if not self._world.webhook.url:
            return 3600.0
        now = self._clock.real().timestamp()
        waits = [a.not_before - now for a in self._attempts.values() if a.not_before > now]
        return min([IDLE, *waits])

    def _send_ready(self, nursery: Nursery, session: "aiohttp.ClientSession") -> None:
        if not self._world.webhook.url:
            return
        now = self._clock.real().timestamp()
        passed: set[int] = set()  # chats whose first update is not ready keep their order
        for update in self._updates.pending():
            if len(self._busy) >= self._world.webhook.max_connections:
                return
            attempt = self._attempts.get(update.update_id)
            if update.key in self._busy or update.key in passed:
                continue
            if attempt is not None and attempt.not_before > now:
                passed.add(update.key)
                continue
            self._busy.add(update.key)
            nursery.start_task(self._deliver(session, update), name="emulator-delivery")

    async def _deliver(self, session: "aiohttp.ClientSession", update: QueuedUpdate) -> None:
        try:
            await self._attempt(session, update)
        finally:
            self._busy.discard(update.key)
            self._updates.interrupt()

    async def _attempt(self, session: "aiohttp.ClientSession", update: QueuedUpdate) -> None:
        import aiohttp

        webhook = self._world.webhook
        headers = {"Content-Type": "application/json"}
        if webhook.secret_token:
            headers[SECRET_HEADER] = webhook.secret_token
        body = {"update_id": update.update_id, update.kind: update.body}
        try:
            if self._faults.webhook_down:
                raise aiohttp.ClientConnectionError("Connection refused")
            async with session.post(
                webhook.url,
                data=msgspec.json.encode(body),
                headers=headers,
                allow_redirects=False,
            ) as response:
                text = await response.read()
                status = response.status
                retry_after = response.headers.get("Retry-After", "0")
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self._failed(update, str(error) or "Connection timed out", 0)
            return
        self._traffic.add("update", update.kind, status=status, ok=status < 300, request=body)
        if 200 <= status < 300:
            await self._taken(update, text)
        else:
            self._count_gone(status)
            reason = f"Wrong response from the webhook: {status} {response.reason}"
            self._failed(update, reason, int(retry_after) if retry_after.isdigit() else 0)

    def _count_gone(self, status: int) -> None:
        """A webhook that responds 410 for most of a day is removed."""
        if status != 410:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = self._clock.now()
        elif self._clock.now() - self._gone_since > GIVE_UP_AFTER:
            self._world.webhook = WebhookRecord()
            self.changed()

    async def _taken(self, update: QueuedUpdate, answer: bytes) -> None:
        self._gone_since = None
        self._attempts.pop(update.update_id, None)
        self._updates.forget(update)
        self._heard = True
        self._tell()
        call = _method_in(answer)
        if call is not None and self._reply is not None:
            name = str(call.pop("method"))
            await self._reply(name, call)

    def _failed(self, update: QueuedUpdate, reason: str, retry_after: int) -> None:
        attempt = self._attempts.setdefault(update.update_id, _Attempt())
        wait = min(retry_after, MOST_RETRY_AFTER)
        if retry_after == 0 and attempt.fails > 0:
            attempt.delay = min(attempt.delay * 2, random.randint(MOST_DELAY, MOST_DELAY * 2))
            wait = attempt.delay
        attempt.fails += 1
        attempt.not_before = self._clock.real().timestamp() + wait
        self._traffic.add("update", f"{update.kind} (refused)", ok=False, status=0, response=reason)
        self._world.webhook.last_error = reason
        self._world.webhook.last_error_at = self._clock.now()
        self._store.changed()
        self._tell()

    def retry_now(self) -> None:
        """Forget all delays, for example when the webhook is reachable again."""
        self._attempts.clear()
        self._updates.interrupt()

    def view(self) -> Webhook:
        """The webhook for the page."""
        record = self._world.webhook
        return Webhook(
            url=record.url,
            waiting=len(self._world.queue),
            heard=self._heard,
            last_error=record.last_error,
            last_error_at=record.last_error_at,
        )

    def _tell(self) -> None:
        self._changes.emit(WebhookEvent(self.view()))

    def changed(self) -> None:
        """The webhook was set or removed."""
        self._attempts.clear()
        self._store.changed()
        self._updates.interrupt()
        self._tell()


def _method_in(answer: bytes) -> dict[str, Any] | None:
    """The method call in a webhook's response, if any; methods that only read, or that change how
    updates are received, are ignored."""
    try:
        call = msgspec.json.decode(answer, type=dict[str, Any])
    except msgspec.MsgspecError:
        return None
    name = str(call.get("method", "")).lower()
    forbidden = name in ("", "setwebhook", "deletewebhook", "close", "logout")
    return None if forbidden or name.startswith("get") else call
