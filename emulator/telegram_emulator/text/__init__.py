"""How Telegram parses text: parse modes, entities, rich messages."""

from telegram_emulator.text.formatting import (
    Formatted,
    TextError,
    format_text,
    utf16_length,
)
from telegram_emulator.text.rich import plain_text, read_rich_message

__all__ = [
    "Formatted",
    "TextError",
    "format_text",
    "plain_text",
    "read_rich_message",
    "utf16_length",
]
