"""An emulator served over HTTP on a loopback port, with helpers that act as the page and as a
bot."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from telegram_emulator.actions import AnyAction, AnyResult
from telegram_emulator.config import Config
from telegram_emulator.emulator import Emulator
from telegram_emulator.nursery import Nursery
from telegram_emulator.server import listen, serve

ANN, IVAN, LAYLA = 700000001, 700000002, 700000003
"""The people of a new emulator."""
TOKEN = "123456:TestTokenThatTelegramNeverMade"


class Refused(Exception):
    """An error of the control API."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem)
        self.status = status
        self.reason = problem.get("reason")


class Phone:
    """The emulator as a test uses it: runs actions like the page, and calls methods like a bot."""

    def __init__(self, emulator: Emulator, origin: str, http: aiohttp.ClientSession) -> None:
        self.emulator = emulator
        self.origin = origin
        self.http = http
        self.token = emulator.config.token

    async def act(self, action: AnyAction) -> AnyResult:
        """Run an action through the control API."""
        body = msgspec.json.encode(action)
        headers = {"Content-Type": "application/json"}
        url = f"{self.origin}/emulator/actions"
        async with self.http.post(url, data=body, headers=headers) as response:
            data = await response.read()
            if response.status != 200:
                raise Refused(response.status, msgspec.json.decode(data))
            result: AnyResult = msgspec.json.decode(data, type=AnyResult)
            return result

    async def state(self) -> dict[str, Any]:
        """The state as the page gets it."""
        async with self.http.get(f"{self.origin}/emulator/state") as response:
            state: dict[str, Any] = await response.json()
            return state

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call the Bot API with a JSON body, as any HTTP client could."""
        url = f"{self.origin}{self.emulator.config.api_path}/bot{self.token}/{method}"
        async with self.http.post(url, json=parameters) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    async def messages(self, person_id: int) -> list[dict[str, Any]]:
        """The messages in a person's chat, as Bot API objects."""
        chats = (await self.state())["chats"]
        chat = next(chat for chat in chats if chat["head"]["personId"] == person_id)
        return [message["message"] for message in chat["messages"]]

    async def group(self, chat_id: int) -> dict[str, Any]:
        """A group as the page gets it: members, topics, messages."""
        groups: list[dict[str, Any]] = (await self.state())["groups"]
        return next(group for group in groups if group["id"] == chat_id)

    async def said_in(self, chat_id: int) -> list[dict[str, Any]]:
        """The messages in a group, as Bot API objects."""
        return [one["message"] for one in (await self.group(chat_id))["messages"]]

    async def business(self, owner_id: int, customer_id: int) -> list[dict[str, Any]]:
        """The messages in a connected account's chat with a customer, as Bot API objects."""
        for chat in (await self.state())["business"]:
            if (chat["ownerId"], chat["customerId"]) == (owner_id, customer_id):
                return [one["message"] for one in chat["messages"]]
        return []

    def bot(self) -> Bot:
        """aiogram's real bot, connected to this emulator."""
        api = TelegramAPIServer.from_base(f"{self.origin}{self.emulator.config.api_path}")
        return Bot(self.token, session=AiohttpSession(api=api))


@contextlib.asynccontextmanager
async def served(folder: Path, **changes: Any) -> AsyncIterator[Phone]:
    """Serve an emulator with its state in `folder`, on a free port; `changes` are fields of
    `Config`."""
    config: dict[str, Any] = {"token": TOKEN, "state_dir": folder, **changes}
    emulator = Emulator(Config(**config))
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    ready, nursery = asyncio.Event(), Nursery()
    serving = nursery.start_task(serve([emulator], listening, ready.set), name="served")
    try:
        await asyncio.wait(
            [serving, nursery.start_task(ready.wait(), name="ready")],
            return_when=asyncio.FIRST_COMPLETED,
        )
        async with aiohttp.ClientSession() as http:
            yield Phone(emulator, f"http://127.0.0.1:{port}", http)
    finally:
        await nursery.close()
