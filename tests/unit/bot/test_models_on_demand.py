"""aiogram's models come to life when they are used. Each test has a process of its own, since
aiogram can be imported only once.

Exercises backend/bot/models_on_demand.py.
"""

import subprocess
import sys


def _run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_type_and_method_can_be_built() -> None:
    """Names that a model's own module does not have are found."""
    program = """
import backend.bot
from aiogram import methods, types
for module in (types, methods):
    for name in module.__all__:
        if hasattr(model := getattr(module, name), "model_rebuild"):
            model.model_rebuild(raise_errors=True)
print("built")
"""
    assert _run(program) == "built"


def test_an_update_is_read_by_itself() -> None:
    """The first use builds what it needs and no more."""
    program = """
import backend.bot
from aiogram.types import Message, Sticker, Update
assert not Sticker.__pydantic_complete__
chat = {"id": 1, "type": "private"}
update = Update.model_validate(
    {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": chat, "text": "hello"}}
)
assert type(update.message) is Message
assert not Sticker.__pydantic_complete__
print(update.message.text)
"""
    assert _run(program) == "hello"


def test_the_emulator_can_give_every_result() -> None:
    """Lists of models, such as getUpdates gives, are built as well."""
    program = """
import backend.bot
from telegram_emulator.api.methods import all_methods
from telegram_emulator.api.server import _result_type
for method in all_methods().values():
    _result_type(method.model)
print(len(all_methods()) > 40)
"""
    assert _run(program) == "True"


def test_the_emulator_in_the_same_process_takes_no_names_away() -> None:
    """Local mode makes the emulator before the bot; the bot's models are built all the same."""
    program = """
import tempfile
from pathlib import Path
from backend.local_mode import build_emulator
from backend.settings import Settings
with tempfile.TemporaryDirectory() as folder:
    build_emulator(Settings(data_dir=Path(folder), bot_token="1:AAaa"))
    from backend.bot.models_on_demand import build_models
    build_models()
print("built")
"""
    assert _run(program) == "built"
