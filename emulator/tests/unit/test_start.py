"""A start imports what it needs and no more. Each test has a process of its own."""

import subprocess
import sys
from pathlib import Path

START = """
import asyncio, sys
from pathlib import Path
import telegram_emulator.cli
from telegram_emulator import Config, Emulator
from telegram_emulator.api import BotApiServer
from telegram_emulator.server import build_app

async def main():
    emulator = Emulator(Config(token="1:A", state_dir=Path(sys.argv[1])))
    build_app([emulator])
    await emulator.start()
    answer = await BotApiServer(emulator.hub).call("1:A", "getMe", {}, {})
    assert answer.status == 200, answer.body
    await emulator.stop()

asyncio.run(main())
"""
HEAVY = {
    "aiohttp",
    "aiogram.client.bot",
    "aiogram.dispatcher",
    "cryptography",
    "jinja2",
    "markdown_it",
    "webbrowser",
}
"""What takes long to import and is of no use before a bot or a person does something."""
MOST_MODELS = 110
"""Modules of aiogram's after a start; all of them are more than 600."""


def _run(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, folder],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_start_is_light(tmp_path: Path) -> None:
    """From the command to the answer of getMe nothing heavy is imported."""
    loaded = set(_run(f"{START}\nprint(*sys.modules)", tmp_path).split())
    assert loaded.isdisjoint(HEAVY), loaded & HEAVY
    models = {name for name in loaded if name.startswith("aiogram.")}
    assert len(models) < MOST_MODELS, sorted(models)


def test_every_method_finds_its_types(tmp_path: Path) -> None:
    """Models that are imported one by one have all the names they need."""
    program = """
import telegram_emulator
from telegram_emulator.api.methods import all_methods
for method in all_methods().values():
    method.model.model_rebuild(raise_errors=True)
print(len(all_methods()) > 170)
"""
    assert _run(program, tmp_path).strip() == "True"


def test_aiogram_is_whole_for_who_asks(tmp_path: Path) -> None:
    """A bot in the same process has all of aiogram, in whatever order it is imported."""
    program = """
import telegram_emulator
from aiogram import Bot, Dispatcher, F, Router, __version__, methods, types
from aiogram.filters import Command
for module in (types, methods):
    for name in module.__all__:
        if hasattr(model := getattr(module, name), "model_rebuild"):
            model.model_rebuild(raise_errors=True)
print(types.Message is methods.SendMessage.__returning__, Bot.__name__)
"""
    assert _run(program, tmp_path).split() == ["True", "Bot"]
