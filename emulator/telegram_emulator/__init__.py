"""A Telegram for one machine: a Bot API server, Stars, a clock, faults, and a client's page.

Any Bot API client runs against it unmodified. `telegram-emulator --token … --app …` starts one
(README.md); another ASGI application mounts `Emulator(Config(…)).routes`.
"""

# Before anything imports aiogram.
import telegram_emulator.models_on_demand  # noqa: F401

# isort: split
from telegram_emulator.bot_token import kept_token
from telegram_emulator.browser_guard import BrowserGuard
from telegram_emulator.config import Config
from telegram_emulator.emulator import Emulator
from telegram_emulator.errors import ConfigInvalid, EmulatorError, StateFromLater, StateInUse

__all__ = [
    "BrowserGuard",
    "Config",
    "ConfigInvalid",
    "Emulator",
    "EmulatorError",
    "StateFromLater",
    "StateInUse",
    "kept_token",
]

__version__ = "0.1.0"
