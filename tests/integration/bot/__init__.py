"""The bot's edge with a real database, and with the emulated Telegram."""
