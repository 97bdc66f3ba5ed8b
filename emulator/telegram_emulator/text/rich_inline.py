"""Converts a tree of tags to the Bot API's `RichText`s, the content of a line."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from telegram_emulator.text.builder import BotApi
from telegram_emulator.text.rich_media import button
from telegram_emulator.text.rich_tree import INLINE, Node


def content(node: Node) -> Any:
    """All text inside of a node."""
    return stripped(inline_text(node.children))


def inline_text(children: list[Node | str]) -> list[Any]:
    """RichText pieces of inline children."""
    found: list[Any] = []
    for child in children:
        # A line break in the source is a space, as in HTML; `<br>` breaks a line.
        piece = re.sub(r"[ \t\r\n]+", " ", child) if isinstance(child, str) else _inline(child)
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] = re.sub(r" *\n *", "\n", found[-1] + piece)
        elif piece not in ("", []):
            found.append(piece)
    return found


def _inline(node: Node) -> Any:
    if node.name == "code":
        return {"type": "code", "text": node.plain()}
    if node.name in INLINE:
        return {"type": INLINE[node.name], "text": content(node)}
    match node.name:
        case "br":
            return "\n"
        case "span" if node.attributes.get("class") == "tg-spoiler":
            return {"type": "spoiler", "text": content(node)}
        case "tg-math":
            return {"type": "mathematical_expression", "expression": node.plain()}
        case "a":
            return _link(node)
        case "img":
            return _picture_in_text(node.attributes)
        case "tg-emoji":
            return _emoji(node.attributes.get("emoji-id", ""), node.plain())
        case "tg-time":
            given = node.attributes
            return _moment(given.get("unix", ""), given.get("format", ""), content(node))
        case "tg-reference":
            name = node.attributes.get("name", "")
            return {"type": "reference", "name": name, "text": content(node)}
        case "tg-button":
            return {"type": "button", "button": button(node, content)}
        case "tg-anchor":
            return {"type": "anchor", "name": node.attributes.get("name", "")}
        case "input":
            return ""
        case _:
            return _unwrapped(inline_text(node.children))


def _link(node: Node) -> Any:
    target = node.attributes.get("href", "")
    if "tg-footnote" in node.attributes:
        return {"type": "reference_link", "text": content(node), "reference_name": target[1:]}
    if target.startswith("mailto:"):
        return {"type": "email_address", "text": content(node), "email_address": target[7:]}
    if target.startswith("tel:"):
        return {"type": "phone_number", "text": content(node), "phone_number": target[4:]}
    if target.startswith("#"):
        return {"type": "anchor_link", "text": content(node), "anchor_name": target[1:]}
    if not target:
        return {"type": "anchor", "name": node.attributes.get("name", "")}
    return {"type": "url", "text": content(node), "url": target}


def _picture_in_text(given: dict[str, str]) -> Any:
    """`tg://emoji?id=…` and `tg://time?unix=…&format=…`; for other addresses the alternative
    text."""
    source = given.get("src", "")
    if not source.startswith(("tg://emoji?", "tg://time?")):
        return given.get("alt", "")
    asked = dict(parse_qsl(urlsplit(source).query))
    if "unix" in asked:
        return _moment(asked["unix"], asked.get("format", ""), given.get("alt", ""))
    return _emoji(asked.get("id", ""), given.get("alt", ""))


def _emoji(emoji_id: str, text: str) -> BotApi:
    return {"type": "custom_emoji", "custom_emoji_id": emoji_id, "alternative_text": text}


def _moment(unix: str, form: str, text: Any) -> Any:
    if not unix.isdigit():
        return text
    return {"type": "date_time", "text": text, "unix_time": int(unix), "date_time_format": form}


def stripped(pieces: list[Any]) -> Any:
    """Without white space at the ends; a list of one piece becomes the piece."""
    if pieces and isinstance(pieces[0], str):
        pieces[0] = pieces[0].lstrip()
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].rstrip()
    return _unwrapped([piece for piece in pieces if piece != ""])


def _unwrapped(pieces: list[Any]) -> Any:
    if not pieces:
        return ""
    return pieces[0] if len(pieces) == 1 else pieces
