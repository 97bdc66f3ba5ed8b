"""The type of what carries out an action."""

from collections.abc import Callable, Mapping
from typing import Any

from telegram_emulator.hub import Hub

Actions = Mapping[type, Callable[[Hub, Any], Any]]
"""By type of action: plain or awaitable; None as a result means `Done`."""
