"""How Telegram reads text: parse modes, entities, rich messages."""

from backend.emulator.text.formatting import (
    Formatted,
    TextError,
    format_text,
    utf16_length,
)
from backend.emulator.text.rich import read_rich_message

__all__ = ["Formatted", "TextError", "format_text", "read_rich_message", "utf16_length"]
