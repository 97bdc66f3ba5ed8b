"""People of a soak: each signs in, perhaps uploads and pays, asks, and reads to the end wherever it
is to be had: a connection that breaks is taken up again at either process.
"""

import asyncio
import hashlib
import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
import msgspec
from msgspec import Struct, field

from backend.identity.init_data import TelegramUser, sign
from backend.plans import plans
from backend.uuid7 import uuid7
from benchmarks.soak.stage import BOT_TOKEN, Stage

FIRST_ID: Final = 800_000_000
EXTRAS: Final = 0.4
"""The share of people who upload something, and of those who pay."""
PATIENCE: Final = 300.0
"""Seconds in which somebody keeps trying without hearing anything; longer than any fault lasts."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=None, connect=5, sock_read=25)
AWAY: Final = (aiohttp.ClientError, TimeoutError, ConnectionError)


class Visit(Struct):
    """What one person did, and what they were told. `state` is the answer's end as they saw it."""

    person: int
    token: str = ""
    conversation: str = ""
    message: str = ""
    accepted: bool = False
    state: str = ""
    text: str = ""
    files: dict[str, str] = field(default_factory=dict)
    """Hashes of what was taken, by the file's id."""
    paid: bool = False
    resumed: int = 0


class Visitor:
    """One person with a connection of their own, from an address of their own. `seated` is called
    when their answer begins, or else when they go."""

    def __init__(
        self,
        stage: Stage,
        number: int,
        chance: random.Random,
        extras: float = EXTRAS,
        seated: Callable[[], None] | None = None,
    ) -> None:
        self._stage = stage
        self._chance = chance
        self._extras = extras
        self._seated = seated
        self._address = f"127.{2 + number // 60_000}.{number // 250 % 250}.{number % 250 + 2}"
        self.visit = Visit(FIRST_ID + number)

    async def come(self) -> Visit:
        """Do everything; gives up only on what nobody took."""
        try:
            return await self._come()
        finally:
            self._sit_down()

    def _sit_down(self) -> None:
        seated, self._seated = self._seated, None
        if seated is not None:
            seated()

    async def _come(self) -> Visit:
        async with aiohttp.ClientSession(
            timeout=TIMEOUT,
            connector=aiohttp.TCPConnector(local_addr=(self._address, 0)),
        ) as http:
            if await self._sign_in(http):
                if self._chance.random() < self._extras:
                    await self._upload(http)
                if self._chance.random() < self._extras:
                    await self._pay(http)
                await self._ask(http)
        return self.visit

    async def _sign_in(self, http: aiohttp.ClientSession) -> bool:
        user = TelegramUser(id=self.visit.person, first_name="Ann", language_code="en")
        launch = {
            "user": msgspec.json.encode(user).decode(),
            "auth_date": str(int(datetime.now(UTC).timestamp())),
        }
        body = {"initData": sign(launch, BOT_TOKEN)}
        session = await self._said(http, "POST", "/api/session", json=body)
        if session is None:
            return False
        self.visit.token = session["token"]
        return await self._said(http, "PUT", "/api/consents/bench") is not None

    async def _upload(self, http: aiohttp.ClientSession) -> None:
        content = ("Notes: " + secrets.token_hex(4_000)).encode()

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData()
            made.add_field("file", content, filename="notes.txt", content_type="text/plain")
            return made

        card = await self._said(http, "POST", "/api/files", make=form)
        if card is not None:
            self.visit.files[card["id"]] = hashlib.sha256(content).hexdigest()

    async def _pay(self, http: aiohttp.ClientSession) -> None:
        """Buy a plan; paid is what Telegram says was paid."""
        person, plan = self.visit.person, plans.of_kind("subscription")[0]
        order = await self._said(
            http, "POST", "/api/subscriptions/checkout", json={"planId": plan.id}
        )
        if order is None:
            return
        stage = self._stage
        someone = {"id": person, "firstName": "Ann", "languageCode": "en"}
        await stage.act(http, "savePerson", person=someone)
        await stage.act(http, "topUp", personId=person, stars=plan.stars)
        opened = await stage.act(http, "openInvoice", personId=person, slug=order["invoiceLink"])
        if opened is None:
            return
        slug = opened["sheet"]["slug"]
        closed = await stage.act(http, "payInvoice", personId=person, slug=slug, outcome="pay")
        self.visit.paid = closed is not None and closed["status"] == "paid"

    async def _ask(self, http: aiohttp.ClientSession) -> None:
        visit = self.visit
        visit.conversation, visit.message = str(uuid7()), str(uuid7())
        words = "What is " + " and ".join(secrets.token_hex(2) for _ in range(20)) + "?"
        question = {"id": visit.message, "text": words, "create": True, "files": [*visit.files]}
        run, last, until = "", 0, _now() + PATIENCE
        while not visit.state and _now() < until:
            ask = ("POST", f"/api/conversations/{visit.conversation}/messages", question)
            follow = ("GET", f"/api/runs/{run}/events?after={last}", None)
            if run:
                visit.resumed += 1
            else:
                visit.text, last = "", 0
            try:
                async with self._request(http, *(follow if run else ask)) as answer:
                    if answer.status != 200:
                        if await self._refused(answer):
                            return
                        continue
                    with self._stage.following():
                        async for number, event in _events(answer):
                            last, until = number, _now() + PATIENCE
                            run = event.get("runId", run)
                            self._take(event)
            except AWAY:
                await asyncio.sleep(0.3)

    def _take(self, event: dict[str, Any]) -> None:
        visit = self.visit
        if event["type"] == "start":
            visit.accepted = True
            self._sit_down()
        elif event["type"] == "text":
            visit.text += event["text"]
        elif event["type"] == "text_withdrawn":
            visit.text = visit.text[: event["start"]]
        elif event["type"] == "end":
            visit.state = event["state"]

    async def _said(self, http: aiohttp.ClientSession, method: str, path: str, **how: Any) -> Any:
        """The body of an answer, tried until somebody gives one; None if it was refused."""
        until, make = _now() + PATIENCE, how.pop("make", None)
        while _now() < until:
            more = {"data": make()} if make else how
            try:
                async with self._request(http, method, path, **more) as answer:
                    if answer.status < 300:
                        return await answer.json() if answer.status != 204 else {}
                    if await self._refused(answer):
                        return None
            except AWAY:
                await asyncio.sleep(0.3)
        return None

    @asynccontextmanager
    async def _request(
        self,
        http: aiohttp.ClientSession,
        method: str,
        path: str,
        json: Any = None,
        data: Any = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        port = self._chance.choice(self._stage.ports)
        headers = {"Authorization": f"Bearer {self.visit.token}"} if self.visit.token else {}
        url = f"http://127.0.0.1:{port}{path}"
        async with http.request(method, url, json=json, data=data, headers=headers) as answer:
            yield answer

    async def _refused(self, answer: aiohttp.ClientResponse) -> bool:
        """Whether it is for good; what says when to come back is waited for."""
        if answer.status in (429, 500, 502, 503):
            wait = answer.headers.get("Retry-After", "1")
            await asyncio.sleep(min(5.0, float(wait)))
            return False
        return True


async def _events(answer: aiohttp.ClientResponse) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """Numbered events of a stream, until it ends or breaks."""
    number = 0
    async for line in answer.content:
        if line.startswith(b"id: "):
            number = int(line[4:])
        elif line.startswith(b"data: "):
            yield number, msgspec.json.decode(line[6:])


def _now() -> float:
    return asyncio.get_running_loop().time()
