"""The Bot API server: reads calls, refuses invalid ones, dispatches, and answers in Telegram's
form."""

from telegram_emulator.api.bodies import read_request
from telegram_emulator.api.server import Answer, BotApiServer, refusal

__all__ = ["Answer", "BotApiServer", "read_request", "refusal"]
