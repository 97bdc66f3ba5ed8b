"""Converts a tree of tags to the Bot API's `RichBlock`s."""

import re

from telegram_emulator.text.builder import BotApi
from telegram_emulator.text.rich_inline import content, inline_text, stripped
from telegram_emulator.text.rich_media import button, figure, media_block, titled
from telegram_emulator.text.rich_tree import BLOCKS, HEADINGS, MEDIA, Node


def blocks_of(node: Node) -> list[BotApi]:
    """The blocks inside `node`; text between blocks becomes paragraphs."""
    blocks: list[BotApi] = []
    loose: list[Node | str] = []
    for child in [*node.children, Node("p")]:
        if isinstance(child, str) or not _is_block(child):
            loose.append(child)
            continue
        if text := stripped(inline_text(loose)):
            blocks.append({"type": "paragraph", "text": text})
        loose = []
        blocks.extend(_block(child))
    return blocks


def _is_block(node: Node) -> bool:
    return node.name in BLOCKS or _is_picture(node)


def _is_picture(node: Node) -> bool:
    """An `<img>` from the web. Emoji and times (`![👍](tg://emoji?id=…)`) are part of the text."""
    source = node.attributes.get("src", "").lower()
    return node.name == "img" and source.startswith(("http://", "https://"))


def _block(node: Node) -> list[BotApi]:
    name = node.name
    if name in MEDIA:
        return [media_block(node) | titled(node)]
    if name in ("figure", "tg-collage", "tg-slideshow"):
        return figure(node, content)
    if name == "p" and any(isinstance(c, Node) and _is_picture(c) for c in node.children):
        return blocks_of(Node("", {}, node.children))
    if name in HEADINGS:
        return [{"type": "heading", "text": content(node), "size": int(name[1])}]
    if name in ("p", "summary", "caption", "cite", "li", "td", "th"):
        text = content(node)
        return [{"type": "paragraph", "text": text}] if text else []
    if name in ("ul", "ol"):
        return [{"type": "list", "items": _items(node)}]
    if name == "pre":
        return [_preformatted(node)]
    if name == "blockquote":
        return [_quotation(node)]
    if name == "table":
        return [_table(node)]
    if name == "details":
        return [_details(node)]
    simple = _simple(node)
    return [simple] if simple else blocks_of(node)


def _simple(node: Node) -> BotApi | None:
    match node.name:
        case "hr":
            return {"type": "divider"}
        case "aside":
            return {"type": "pullquote", **_credited(node)}
        case "tg-button-row":
            buttons = [button(one, content) for one in node.elements("tg-button")]
            align = node.attributes.get("align")
            return {"type": "buttons", "buttons": buttons} | ({"align": align} if align else {})
        case "footer":
            return {"type": "footer", "text": content(node)}
        case "tg-thinking":
            return {"type": "thinking", "text": content(node)}
        case "tg-math-block":
            return {"type": "mathematical_expression", "expression": node.plain().strip()}
        case _:
            return None


def _items(node: Node) -> list[BotApi]:
    items: list[BotApi] = []
    elements = node.elements("li")
    backwards = "reversed" in node.attributes
    step = -1 if backwards else 1
    number = _whole(node, "start", len(elements) if backwards else 1)
    for element in node.elements("li"):
        boxes = [e for e in element.elements("input", "p") if e.name == "input"]
        paragraphs = element.elements("p")
        if not boxes and paragraphs:
            boxes = paragraphs[0].elements("input")
        item: BotApi = {"label": "•", "blocks": blocks_of(element)}
        if node.name == "ol":
            number = _whole(element, "value", number)
            kind = element.attributes.get("type") or node.attributes.get("type") or "1"
            item |= {"label": f"{numeral(number, kind)}.", "value": number, "type": kind}
            number += step
        if boxes:
            item["has_checkbox"] = True
            if "checked" in boxes[0].attributes:
                item["is_checked"] = True
        items.append(item)
    return items


def _whole(node: Node, name: str, otherwise: int) -> int:
    value = node.attributes.get(name, "")
    return int(value) if re.fullmatch(r"-?\d{1,9}", value) else otherwise


ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl"}
ROMAN |= {10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}


def numeral(number: int, kind: str) -> str:
    """A list item's number: `kind` is 1, a, A, i or I. Numbers without such a form are decimal."""
    if kind.lower() == "a" and number > 0:
        letters = ""
        while number:
            number, digit = divmod(number - 1, 26)
            letters = chr(ord("a") + digit) + letters
    elif kind.lower() == "i" and 0 < number < 4000:
        letters = ""
        for value, sign in ROMAN.items():
            letters += sign * (number // value)
            number %= value
    else:
        return str(number)
    return letters.upper() if kind.isupper() else letters


def _preformatted(node: Node) -> BotApi:
    block: BotApi = {"type": "pre", "text": node.plain().removesuffix("\n")}
    for code in node.elements("code"):
        language = code.attributes.get("class", "").removeprefix("language-")
        if language:
            block["language"] = language
    return block


def _quotation(node: Node) -> BotApi:
    expandable = "expandable" in node.attributes
    credit = node.elements("cite")
    body = Node("", {}, [c for c in node.children if c not in credit])
    block: BotApi = {"type": "blockquote", "blocks": blocks_of(body)}
    if expandable:
        # Up to 10.4 it had a text, since 10.5 it has blocks; both are given for old and new
        # clients.
        block = {**block, "type": "expandable_blockquote", "text": content(body)}
    if credit:
        block["credit"] = content(credit[0])
    return block


def _credited(node: Node) -> BotApi:
    credit = node.elements("cite")
    said: BotApi = {"text": content(Node("", {}, [c for c in node.children if c not in credit]))}
    return said | ({"credit": content(credit[0])} if credit else {})


def _details(node: Node) -> BotApi:
    summary = node.elements("summary")
    body = Node("", {}, [c for c in node.children if c not in summary])
    block: BotApi = {
        "type": "details",
        "summary": content(summary[0]) if summary else "",
        "blocks": blocks_of(body),
    }
    if "open" in node.attributes:
        block["is_open"] = True
    return block


def _table(node: Node) -> BotApi:
    rows = node.elements("tr")
    for part in node.elements("thead", "tbody"):
        rows += part.elements("tr")
    block: BotApi = {"type": "table", "cells": [[_cell(c) for c in _cells(r)] for r in rows]}
    for name in ("bordered", "striped"):
        if name in node.attributes:
            block[f"is_{name}"] = True
    if caption := node.elements("caption"):
        block["caption"] = content(caption[0])
    return block


def _cells(row: Node) -> list[Node]:
    return row.elements("td", "th")


def _cell(node: Node) -> BotApi:
    style = node.attributes.get("style", "").removeprefix("text-align:")
    cell: BotApi = {
        "align": node.attributes.get("align") or style or "left",
        "valign": node.attributes.get("valign") or "top",
        "text": content(node),
    }
    if node.name == "th":
        cell["is_header"] = True
    for name in ("colspan", "rowspan"):
        if node.attributes.get(name, "").isdigit():
            cell[name] = int(node.attributes[name])
    return cell
