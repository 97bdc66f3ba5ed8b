"""From a tree of tags to the Bot API's `RichBlock`s and `RichText`s."""

from typing import Any

from backend.emulator.text.builder import BotApi
from backend.emulator.text.rich_tree import BLOCKS, HEADINGS, INLINE, Node


def blocks_of(node: Node) -> list[BotApi]:
    """The blocks inside `node`; loose text between blocks becomes paragraphs."""
    blocks: list[BotApi] = []
    loose: list[Node | str] = []
    for child in [*node.children, Node("p")]:
        if isinstance(child, str) or child.name not in BLOCKS:
            loose.append(child)
            continue
        if text := _stripped(_text(loose)):
            blocks.append({"type": "paragraph", "text": text})
        loose = []
        blocks.extend(_block(child))
    return blocks


def _block(node: Node) -> list[BotApi]:
    name = node.name
    if name in HEADINGS:
        return [{"type": "heading", "text": _content(node), "size": int(name[1])}]
    if name in ("p", "summary", "caption", "cite", "li", "td", "th"):
        text = _content(node)
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
            return {"type": "pullquote", "text": _content(node)}
        case "footer":
            return {"type": "footer", "text": _content(node)}
        case "tg-thinking":
            return {"type": "thinking", "text": _content(node)}
        case "tg-math-block":
            return {"type": "mathematical_expression", "expression": node.plain().strip()}
        case _:
            return None


def _items(node: Node) -> list[BotApi]:
    items: list[BotApi] = []
    number = int(node.attributes.get("start") or 1)
    for element in node.elements("li"):
        boxes = [e for e in element.elements("input", "p") if e.name == "input"]
        paragraphs = element.elements("p")
        if not boxes and paragraphs:
            boxes = paragraphs[0].elements("input")
        item: BotApi = {"label": "•", "blocks": blocks_of(element)}
        if node.name == "ol":
            item |= {"label": f"{number}.", "value": number, "type": "1"}
            number += 1
        if boxes:
            item["has_checkbox"] = True
            if "checked" in boxes[0].attributes:
                item["is_checked"] = True
        items.append(item)
    return items


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
    block: BotApi = {
        "type": "expandable_blockquote" if expandable else "blockquote",
        "blocks": blocks_of(body),
    }
    if credit:
        block["credit"] = _content(credit[0])
    return block


def _details(node: Node) -> BotApi:
    summary = node.elements("summary")
    body = Node("", {}, [c for c in node.children if c not in summary])
    block: BotApi = {
        "type": "details",
        "summary": _content(summary[0]) if summary else "",
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
    if caption := node.elements("caption"):
        block["caption"] = _content(caption[0])
    return block


def _cells(row: Node) -> list[Node]:
    return row.elements("td", "th")


def _cell(node: Node) -> BotApi:
    style = node.attributes.get("style", "").removeprefix("text-align:")
    cell: BotApi = {
        "align": node.attributes.get("align") or style or "left",
        "valign": node.attributes.get("valign") or "top",
        "text": _content(node),
    }
    if node.name == "th":
        cell["is_header"] = True
    for name in ("colspan", "rowspan"):
        if node.attributes.get(name, "").isdigit():
            cell[name] = int(node.attributes[name])
    return cell


def _content(node: Node) -> Any:
    return _stripped(_text(node.children))


def _text(children: list[Node | str]) -> list[Any]:
    """RichText pieces of inline children."""
    pieces: list[Any] = []
    for child in children:
        piece = child if isinstance(child, str) else _inline(child)
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        elif piece not in ("", []):
            pieces.append(piece)
    return pieces


def _inline(node: Node) -> Any:
    if node.name in INLINE:
        return {"type": INLINE[node.name], "text": _content(node)}
    match node.name:
        case "br":
            return "\n"
        case "span" if node.attributes.get("class") == "tg-spoiler":
            return {"type": "spoiler", "text": _content(node)}
        case "tg-math":
            return {"type": "mathematical_expression", "expression": node.plain()}
        case "a":
            return _link(node)
        case "img":
            return node.attributes.get("alt", "")
        case "tg-anchor":
            return {"type": "anchor", "name": node.attributes.get("name", "")}
        case "input":
            return ""
        case _:
            return _unwrapped(_text(node.children))


def _link(node: Node) -> Any:
    target = node.attributes.get("href", "")
    if target.startswith("#"):
        return {"type": "anchor_link", "text": _content(node), "anchor_name": target[1:]}
    if not target:
        return {"type": "anchor", "name": node.attributes.get("name", "")}
    return {"type": "url", "text": _content(node), "url": target}


def _stripped(pieces: list[Any]) -> Any:
    """Without white space at the ends, and without a list around a single piece."""
    if pieces and isinstance(pieces[0], str):
        pieces[0] = pieces[0].lstrip()
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].rstrip()
    return _unwrapped([piece for piece in pieces if piece != ""])


def _unwrapped(pieces: list[Any]) -> Any:
    if not pieces:
        return ""
    return pieces[0] if len(pieces) == 1 else pieces
