"""The bot's own account with Telegram: its client, its name, what it may do."""
