"""Converts the parameters of a send method to text and entities, within Telegram's limits."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram_emulator.text.builder import BotApi, TextError, utf16_length
from telegram_emulator.text.detect import detect_entities
from telegram_emulator.text.html import parse_html
from telegram_emulator.text.markdown import parse_markdown_v2
from telegram_emulator.text.markdown_legacy import parse_legacy_markdown

__all__ = ["Formatted", "TextError", "format_text", "utf16_length"]

LONGEST_SOURCE = 1 << 15
"""The most bytes of markup that Telegram reads (telegram-bot-api, Client::get_formatted_text)."""


@dataclass(frozen=True)
class Formatted:
    """Text as it is displayed."""

    text: str
    entities: list[BotApi]


def format_text(
    source: str, parse_mode: str | None, entities: Sequence[BotApi], limit: int, too_long: str
) -> Formatted:
    """Parse `source` by `parse_mode` (or use `entities`), trim it and check its length.

    Raises:
        TextError: with Telegram's words, `too_long` for text over `limit` UTF-16 units.
    """
    if len(source.encode()) > LONGEST_SOURCE:
        raise TextError("Text is too long")
    text, marked = _parse(source, parse_mode, entities)
    text, marked = _trim(text, marked)
    if utf16_length(text) > limit:
        raise TextError(too_long)
    return Formatted(text, detect_entities(text, marked))


def _parse(
    source: str, parse_mode: str | None, entities: Sequence[BotApi]
) -> tuple[str, list[BotApi]]:
    mode = (parse_mode or "").lower()
    try:
        if mode in ("", "none"):
            return source, _inside(source, entities)
        if mode == "html":
            return parse_html(source)
        if mode == "markdownv2":
            return parse_markdown_v2(source)
        if mode == "markdown":
            return parse_legacy_markdown(source)
    except TextError as error:
        raise TextError(f"can't parse entities: {error}") from None
    raise TextError("unsupported parse_mode")


def _inside(text: str, entities: Sequence[BotApi]) -> list[BotApi]:
    """Entities given explicitly; those that extend beyond the text are refused, as Telegram
    does."""
    length = utf16_length(text)
    for entity in entities:
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > length:
            start = entity["offset"]
            raise TextError(f"Entity at UTF-16 offset {start} ends after the end of the text")
    return [dict(entity) for entity in entities]


def _trim(text: str, entities: list[BotApi]) -> tuple[str, list[BotApi]]:
    """Cut white space at both ends, and entities with it."""
    left = utf16_length(text) - utf16_length(text.lstrip())
    trimmed = text.strip()
    length = utf16_length(trimmed)
    kept: list[BotApi] = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, length)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return trimmed, kept
