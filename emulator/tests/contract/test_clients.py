"""Bots written with other people's libraries, unmodified, live through the same stories.

aiogram and grammY have tests of their own beside this one.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hatch_build import find_node, install_packages
from telegram_emulator.actions import PressButton, PressStart, SendFile, SendText
from telegram_emulator.testing import IVAN, Phone

# Their packages are installed once: two workers must not do it at the same moment.
pytestmark = pytest.mark.xdist_group("clients")

CLIENTS = Path(__file__).parent / "clients"
PATIENCE = 400
"""Looks at the chat, a tenth of a second apart, before a bot counts as silent."""
PROGRAMS = sorted(path.name for path in CLIENTS.iterdir() if path.suffix in (".py", ".mjs"))


@contextlib.asynccontextmanager
async def running(program: str, phone: Phone) -> AsyncIterator[None]:
    """The bot polls the emulator meanwhile."""
    environment = dict(os.environ)
    command = sys.executable
    if program.endswith(".mjs"):
        node = find_node()
        install_packages(node, CLIENTS)
        command, environment = node.program, node.environment
    environment |= {"BOT_TOKEN": phone.token, "API_ROOT": phone.origin}
    process = await asyncio.create_subprocess_exec(command, program, cwd=CLIENTS, env=environment)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):  # it may have failed by itself
            process.kill()
        await process.wait()


async def last(phone: Phone, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The newest message, once it is the one `wanted`."""
    for _ in range(PATIENCE):
        if (messages := await phone.messages(IVAN)) and wanted(messages[-1]):
            return messages[-1]
        await asyncio.sleep(0.1)
    raise AssertionError(f"the bot did not say it; last: {(await phone.messages(IVAN))[-1:]}")


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_bot_of_another_library_works(phone: Phone, program: str) -> None:
    """A parameter, old Markdown, a button, an edit, files both ways, an album, an error."""
    async with running(program, phone):
        await phone.act(PressStart(IVAN, "deep"))
        hello = await last(phone, lambda message: message.get("text") == "Hello deep")
        assert hello["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
        await phone.act(PressButton(IVAN, hello["message_id"], "go"))
        assert (await last(phone, lambda message: message.get("text") == "Gone"))["edit_date"]
        await phone.act(SendText(IVAN, "file"))
        document = (await last(phone, lambda message: "document" in message))["document"]
        assert (document["file_name"], document["file_size"]) == ("a.txt", 7)
        await phone.act(SendText(IVAN, "album"))
        assert (await last(phone, lambda message: "photo" in message))["media_group_id"]
        await phone.act(SendText(IVAN, "wrong"))
        await last(phone, lambda message: message.get("text") == "Bad Request: chat not found")
        await phone.act(SendFile(IVAN, "document", "b.txt", "text/plain", b"sent there"))
        await last(phone, lambda message: message.get("text") == "sent there")
