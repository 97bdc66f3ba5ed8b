"""Tanya: an AI assistant that lives inside Telegram."""

__version__ = "0.1.0"
