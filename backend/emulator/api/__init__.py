"""The Bot API server: reads calls, refuses wrong ones, dispatches, answers in Telegram's form."""

from backend.emulator.api.server import Answer, BotApiServer

__all__ = ["Answer", "BotApiServer"]
