"""The bot's own account at Telegram: its client, its name, its settings."""
