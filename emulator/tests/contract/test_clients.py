"""Bots with other client libraries, unmodified, run the same twenty stories."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hatch_build import find_node, install_packages
from telegram_emulator.testing import Phone
from tests.contract.stories import STORIES

CLIENTS = Path(__file__).parent / "clients"
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


def test_there_are_twenty_stories_and_six_libraries() -> None:
    """The list is complete."""
    assert (len(STORIES), len(PROGRAMS)) == (20, 6)


@pytest.mark.parametrize("program", PROGRAMS)
async def test_every_story_with_every_library(phone: Phone, program: str) -> None:
    """All twenty stories; failures are reported with the reason."""
    failed: dict[str, str] = {}
    async with running(program, phone):
        for story in STORIES:
            try:
                await story(phone)
            except AssertionError as error:
                failed[story.__name__] = str(error)
            if failed and story is STORIES[0]:
                break  # it does not run at all
    assert failed == {}
