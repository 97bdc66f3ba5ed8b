"""The aiogram edge: Telegram's updates in, the rooms' use cases, messages out."""
