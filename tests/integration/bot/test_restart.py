"""The server stops, or is killed, in the middle of a chat, and the next one continues."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa

from backend.bot.tables import bot_updates
from backend.generation.tables import runs
from backend.i18n import translator
from backend.lifecycle import drain_container
from backend.settings import Settings
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, chatting, text_of
from tests.fixtures.generation import until
from tests.fixtures.ports import free_port
from tests.integration.bot.test_webhook import said

WORDS = " ".join(f"word{number}" for number in range(200))
START = "from backend.cli import main; main()"
HOME = Path(__file__).parents[3]


async def undone(chat: BotChat) -> int:
    """How many updates wait."""
    count = sa.select(sa.func.count()).where(bot_updates.c.done_at.is_(None))
    async with chat.app.container.database.snapshot() as db:
        return int((await db.execute(count)).scalar_one())


def said_but_for_notes(chat: BotChat) -> list[str]:
    """The bot's messages but for the note that a question waits, which comes after a second."""
    return [text for text in chat.said() if text != translator("en")("bot.ask.queued")]


async def test_a_deploy_in_the_middle_of_an_answer(settings: Settings) -> None:
    """After a deploy during an answer the next server continues it, then answers the waiting
    question and the one that arrived while the first server drained: each once, in order."""
    async with chatting(settings) as chat:
        await chat.start()
        chat.answers(WORDS, pace=0.1)
        await chat.say("First?")
        await chat.say("Second?")
        await until(lambda: any("word1" in str(draft) for draft in chat.drafts))
        await drain_container(chat.app.container)
        await chat.app.container.bot.inbox.accept(said(900_000_001, "Third?"))
        await asyncio.sleep(0.3)
        assert len(said_but_for_notes(chat)) == 1
        assert await undone(chat) == 3
    async with chatting(settings) as chat:
        await chat.quiet()
        first, *others = said_but_for_notes(chat)[1:]
        assert first.startswith("word0 word1 ")
        assert first.endswith("An answer.")
        assert others == ["An answer."] * 2
        async with chat.app.container.database.snapshot() as db:
            kinds = (await db.execute(sa.select(runs.c.kind).order_by(runs.c.id))).scalars().all()
        assert kinds == ["send", "continue", "send", "send"]


class Server:
    """A server in a process of its own, which can be killed."""

    def __init__(self, process: asyncio.subprocess.Process, http: aiohttp.ClientSession) -> None:
        self.process = process
        self._http = http

    async def kill(self) -> None:
        """Kill it as the kernel does: none of its code runs any more."""
        self.process.kill()
        await self.process.wait()

    async def act(self, kind: str, **values: Any) -> None:
        """One action of Ann's."""
        body = {"type": kind, "personId": ANN, **values}
        async with self._http.post("/emulator/actions", json=body) as response:
            assert response.status == 200, await response.text()

    async def chat(self) -> dict[str, Any]:
        """Ann's chat."""
        async with self._http.get("/emulator/state") as response:
            state = await response.json()
        found: dict[str, Any] = next(c for c in state["chats"] if c["head"]["personId"] == ANN)
        return found

    async def said(self) -> list[str]:
        """What the bot has sent."""
        messages = (await self.chat())["messages"]
        return [text_of(m["message"]) for m in messages if not m["outgoing"]]


@asynccontextmanager
async def serving(port: int, folder: Path) -> AsyncIterator[Server]:
    """`tanya dev` in a process of its own."""
    settings = {
        "PORT": str(port),
        "DATA_DIR": str(folder),
        "LOCAL_MODEL_ENABLED": "false",
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-c", START, "dev", "--no-browser"]
    process = await asyncio.create_subprocess_exec(*command, cwd=HOME, env=settings)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            async with asyncio.timeout(60):
                while not await _is_ready(http):
                    assert process.returncode is None, "the server did not start"
                    await asyncio.sleep(0.1)
            yield Server(process, http)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _is_ready(http: aiohttp.ClientSession) -> bool:
    try:
        async with http.get("/health/ready") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def test_killed_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    """kill -9 while one question is being answered and another waits: after a restart each is
    answered once, though Telegram delivers neither again."""
    port = free_port()
    async with serving(port, tmp_path) as server:
        await server.act("pressStart")
        await until(lambda: _count(server, 1))
        await server.act("sendText", text="First?")
        await server.act("sendText", text="Second?")

        async def is_writing() -> bool:
            return "simulation" in str((await server.chat())["drafts"])

        await until(is_writing)
        await asyncio.sleep(0.3)  # the emulated Telegram stores its state
        await server.kill()
    async with serving(port, tmp_path) as server:
        await until(lambda: _has(server, "Second?"))
        await asyncio.sleep(1.0)
        said = await server.said()
    assert len(said) == 3
    assert all(answer.endswith('print("simulation")') for answer in said[1:])
    # Whether the first answer quotes its question depends on how much of it was stored at the kill:
    # a continuation of less than a quote answers the request to continue.
    assert "Second?" not in said[1]
    assert said[2].count("Second?") == 1


async def _count(server: Server, count: int) -> bool:
    return len(await server.said()) >= count


async def _has(server: Server, word: str) -> bool:
    return any(word in text for text in await server.said())
