"""Converts media, maps and buttons of rich messages from tags to `RichBlock`s.

Media by address are not fetched: they get an id without a file, and the page shows only their
captions.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from telegram_emulator.text.builder import BotApi, TextError
from telegram_emulator.text.rich_tree import MEDIA, Node

SIZE = {"width": 800, "height": 600}
BUTTON_FIELDS = {"callback_data": "data", "url": "url", "copy_text": "text"}
"""The attribute that holds the action of a `<tg-button>` of each type."""


def media_block(node: Node) -> BotApi:
    """`<img>`, `<video>`, `<audio>` or `<tg-map>` as a block.

    Raises:
        TextError: for what is no address on the web.
    """
    if node.name == "tg-map":
        return _map(node)
    source = node.attributes.get("src", "")
    if urlsplit(source).scheme not in ("http", "https"):
        raise TextError("media URL must be HTTP or HTTPS")
    kind = _kind(node.name, urlsplit(source).path.lower())
    name = sha256(source.encode()).hexdigest()[:24]
    file: BotApi = {"file_id": f"web{name}", "file_unique_id": name}
    block: BotApi = {"type": kind}
    if kind == "photo":
        block["photo"] = [file | SIZE]
    elif kind in ("audio", "voice_note"):
        block[kind] = file | {"duration": 0}
    else:
        block[kind] = file | SIZE | {"duration": 0}
    if "tg-spoiler" in node.attributes:
        block["has_spoiler"] = True
    return block


def _kind(tag: str, path: str) -> str:
    if path.endswith(".gif"):
        return "animation"
    if tag == "video" or path.endswith((".mp4", ".webm", ".mov")):
        return "video"
    if path.endswith((".ogg", ".oga", ".opus")):
        return "voice_note"
    return "audio" if tag == "audio" or path.endswith((".mp3", ".m4a", ".wav")) else "photo"


def _map(node: Node) -> BotApi:
    try:
        latitude, longitude = (float(node.attributes[name]) for name in ("lat", "long"))
        zoom = int(node.attributes.get("zoom") or 14)
    except (KeyError, ValueError):
        raise TextError("wrong map location specified") from None
    location = {"latitude": latitude, "longitude": longitude}
    return {"type": "map", "location": location, "zoom": zoom, **SIZE}


def figure(node: Node, content: Callable[[Node], Any]) -> list[BotApi]:
    """`<figure>`, `<tg-collage>` or `<tg-slideshow>`: media with one caption."""
    inside = list(_media_in(node))
    blocks = [media_block(one) for one in inside]
    caption = _caption(node, content)
    if node.name == "figure":
        return [block | caption for block in blocks[:1]]
    for block, one in zip(blocks, inside, strict=True):
        block |= titled(one)
    kind = node.name.removeprefix("tg-")
    return [{"type": kind, "blocks": blocks, **caption}] if blocks else []


def _media_in(node: Node) -> list[Node]:
    """Media directly inside, or in the paragraphs that Markdown puts around them."""
    found: list[Node] = []
    for child in node.elements("p", *MEDIA):
        found += _media_in(child) if child.name == "p" else [child]
    return found


def _caption(node: Node, content: Callable[[Node], Any]) -> BotApi:
    found = node.elements("figcaption")
    if not found:
        return {}
    credit = found[0].elements("cite")
    words = Node("", {}, [child for child in found[0].children if child not in credit])
    caption: BotApi = {"text": content(words)}
    if credit:
        caption["credit"] = content(credit[0])
    return {"caption": caption}


def titled(node: Node) -> BotApi:
    """The caption from a title in Markdown."""
    title = node.attributes.get("title")
    return {"caption": {"text": title}} if title else {}


def button(node: Node, content: Callable[[Node], Any]) -> BotApi:
    """`<tg-button>` as a `RichMessageButton`.

    Raises:
        TextError: for a type that there is not.
    """
    kind = node.attributes.get("type", "")
    made: BotApi = {"text": content(node)}
    if style := node.attributes.get("style"):
        made["style"] = style
    if kind == "disabled":
        return made | {"disabled": {}}
    if kind not in BUTTON_FIELDS:
        raise TextError("wrong button type specified")
    value = node.attributes.get(BUTTON_FIELDS[kind], "")
    return made | {kind: {"text": value} if kind == "copy_text" else value}
