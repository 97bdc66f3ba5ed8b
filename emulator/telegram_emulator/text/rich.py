"""Reads an `InputRichMessage` into the `RichMessage` people see, within Telegram's limits
(core.telegram.org/bots/api#inputrichmessage)."""

from collections.abc import Iterator
from typing import Any

from telegram_emulator.text.builder import BotApi, TextError
from telegram_emulator.text.rich_blocks import blocks_of
from telegram_emulator.text.rich_tree import TooDeep, parse_tree

LONGEST = 32_768
"""In characters of text."""
MOST_BLOCKS = 500
DEEPEST = 16
MOST_COLUMNS = 20
MOST_MEDIA = 50
MEDIA = {"photo", "video", "audio", "animation", "voice_note", "document"}


def read_rich_message(source: BotApi, *, draft: bool) -> BotApi:
    """Convert to a `RichMessage`; only a draft may contain a "Thinking…" block.

    Raises:
        TextError: with Telegram's words where it refuses.
    """
    given = [name for name in ("html", "markdown", "blocks") if source.get(name) is not None]
    if len(given) != 1:
        raise TextError("exactly one of html, markdown and blocks must be specified")
    blocks = source["blocks"] if given == ["blocks"] else _parsed(given[0], source[given[0]])
    blocks = [_labelled(block) for block in blocks]
    _check(blocks, draft)
    message: BotApi = {"blocks": blocks}
    if source.get("is_rtl"):
        message["is_rtl"] = True
    return message


def _parsed(kind: str, text: str) -> list[BotApi]:
    if len(text) > LONGEST * 4:  # markup may be longer than its text, but not without limit
        raise TextError("message is too long")
    try:
        if kind == "markdown":
            # Imported here: a start needs no Markdown parser.
            from telegram_emulator.text.rich_markdown import markdown_to_tags

            return blocks_of(parse_tree(markdown_to_tags(text), lenient=True))
        return blocks_of(parse_tree(text))
    except TooDeep:
        raise
    except TextError as error:
        raise TextError(f"can't parse entities: {error}") from None


def _labelled(block: BotApi) -> BotApi:
    """Input blocks in the form in which they are returned: list items have labels."""
    block = dict(block)
    if "blocks" in block:
        block["blocks"] = [_labelled(inner) for inner in block["blocks"]]
    if block["type"] == "list":
        block["items"] = [
            {
                "label": f"{item['value']}." if item.get("value") else "•",
                **item,
                "blocks": [_labelled(inner) for inner in item["blocks"]],
            }
            for item in block["items"]
        ]
    return block


def _check(blocks: list[BotApi], draft: bool) -> None:
    found = list(_walk(blocks, 1))
    if not found:
        raise TextError("message text is empty")
    if len(found) > MOST_BLOCKS:
        raise TextError("too many blocks in the rich message")
    if max(depth + _text_depth(block) for block, depth in found) > DEEPEST:
        raise TextError("rich message blocks are nested too deep")
    if sum(block["type"] in MEDIA for block, _ in found) > MOST_MEDIA:
        raise TextError("too many media in the rich message")
    for block, _ in found:
        if block["type"] == "thinking" and not draft:
            raise TextError("thinking blocks are allowed only in drafts")
        if block["type"] == "table" and any(len(row) > MOST_COLUMNS for row in block["cells"]):
            raise TextError("too many columns in the table")
    if len(plain_text({"blocks": blocks})) > LONGEST:
        raise TextError("message is too long")


def _walk(blocks: list[BotApi], depth: int) -> Iterator[tuple[BotApi, int]]:
    """Every block with its depth; list items and table rows count as blocks."""
    for block in blocks:
        yield block, depth
        for item in block.get("items", []):
            yield {"type": "item"}, depth + 1
            yield from _walk(item["blocks"], depth + 1)
        for _ in block.get("cells", []):
            yield {"type": "row"}, depth + 1
        yield from _walk(block.get("blocks", []), depth + 1)


def _text_depth(block: BotApi) -> int:
    """How deep formatting is nested in a block's text."""
    return max(_marks(block.get("text")), _marks(block.get("summary")))


def _marks(text: Any) -> int:
    if isinstance(text, list):
        return max(map(_marks, text), default=0)
    return 1 + _marks(text.get("text")) if isinstance(text, dict) else 0


def plain_text(value: Any) -> str:
    """All text of a rich message, a line per block: for notifications, limits and tests."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(plain_text(item) for item in value)
    # An expandable quotation has its text twice, for older and for newer clients.
    own = () if "blocks" in value else ("text", "expression", "alternative_text")
    names = ("summary", *own)
    parts = [plain_text(value[name]) for name in names if name in value]
    for name in ("blocks", "items"):
        parts += [plain_text(item) for item in value.get(name, [])]
    for row in value.get("cells", []):
        parts.append("\t".join(plain_text(cell) for cell in row))
    return "\n".join(parts)
