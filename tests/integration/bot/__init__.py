"""The bot with a real database and the emulated Telegram."""
