"""The aiogram edge: Telegram's updates in, the rooms' use cases, messages out."""

# Before anything imports aiogram.
import backend.bot.models_on_demand  # noqa: F401
