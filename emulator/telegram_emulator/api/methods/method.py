"""The type of a played method."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram.methods import TelegramMethod

from telegram_emulator.hub import Hub


@dataclass(frozen=True)
class Method:
    """aiogram's model of the call, and the function that carries it out, plain or async."""

    model: type[TelegramMethod[Any]]
    handle: Callable[[Hub, Any], Any]
