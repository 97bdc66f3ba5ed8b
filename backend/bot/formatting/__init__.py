"""Formats a model's answer as Telegram messages: splits its blocks into messages, and writes them
as rich blocks or as text with entities."""

from backend.bot.formatting.messages import is_short, split_document
from backend.bot.formatting.plain import to_text
from backend.bot.formatting.rich import to_rich_blocks
from backend.markup import Block, Document, read_markdown

__all__ = [
    "Block",
    "Document",
    "is_short",
    "read_markdown",
    "split_document",
    "to_rich_blocks",
    "to_text",
]
