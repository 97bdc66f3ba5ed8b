"""The type of functions that carry out actions."""

from collections.abc import Callable, Mapping
from typing import Any

from telegram_emulator.hub import Hub

Actions = Mapping[type, Callable[[Hub, Any], Any]]
"""Handlers by type of action, plain or async; a result of None means `Done`."""
