"""The Bot API server: reads calls, refuses wrong ones, dispatches, answers in Telegram's form."""

from telegram_emulator.api.bodies import read_request
from telegram_emulator.api.server import Answer, BotApiServer, refusal

__all__ = ["Answer", "BotApiServer", "read_request", "refusal"]
