"""A start imports only what it needs. Each test has a process of its own."""

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
"""Modules that are slow to import and not needed before a bot or a person does something."""
MOST_MODELS = 110
"""The limit of aiogram modules after a start; it has more than 600."""


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
    """From the command to the response of getMe nothing slow is imported."""
    loaded = set(_run(f"{START}\nprint(*sys.modules)", tmp_path).split())
    assert loaded.isdisjoint(HEAVY), loaded & HEAVY
    models = {name for name in loaded if name.startswith("aiogram.")}
    assert len(models) < MOST_MODELS, sorted(models)


def test_every_method_finds_its_types(tmp_path: Path) -> None:
    """Models that are imported one by one can resolve all their types."""
    program = """
import telegram_emulator
from telegram_emulator.api.methods import all_methods
for method in all_methods().values():
    method.model.model_rebuild(raise_errors=True)
print(len(all_methods()) > 170)
"""
    assert _run(program, tmp_path).strip() == "True"


def test_all_of_aiogram_can_still_be_imported(tmp_path: Path) -> None:
    """A bot in the same process can use all of aiogram, in whatever order it is imported."""
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
