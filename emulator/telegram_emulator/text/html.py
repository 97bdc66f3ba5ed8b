"""parse_mode HTML (core.telegram.org/bots/api#html-style), as strict as Telegram.

It does not use html.parser, which accepts what Telegram refuses.
"""

import re
from dataclasses import dataclass, field

from telegram_emulator.text.builder import BotApi, Builder, TextError

SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
KNOWN = {*SIMPLE, "a", "span", "tg-emoji", "blockquote", "tg-time"}
ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_TAG_NAME = re.compile(r"[A-Za-z0-9-]*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>/\"']*)\s*")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));?")


@dataclass
class _Open:
    name: str
    start: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[BotApi]]:
    """The text and entities of an HTML message.

    Raises:
        TextError: with Telegram's words and the offset in bytes.
    """
    return _Parser(source).run()


def decode_references(text: str) -> str:
    """`text` with the few character references that Telegram supports decoded; others are kept."""
    return _REFERENCE.sub(_decode, text)


def _decode(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return ENTITIES.get(name, match[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out = Builder()
        self._open: list[_Open] = []

    def run(self) -> tuple[str, list[BotApi]]:
        source = self._source
        while self._at < len(source):
            tag = source.find("<", self._at)
            end = len(source) if tag < 0 else tag
            self._out.write(decode_references(source[self._at : end]))
            self._at = end
            if tag >= 0:
                self._tag()
        if self._open:
            name = self._open[-1].name
            raise TextError(f'Can\'t find end tag corresponding to start tag "{name}"')
        return self._out.result()

    def _offset(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _tag(self) -> None:
        if self._source.startswith("</", self._at):
            self._end_tag()
        else:
            self._start_tag()

    def _start_tag(self) -> None:
        begin = self._at
        offset = self._offset(begin)
        name, at = self._name(begin + 1)
        if at >= len(self._source):
            raise TextError(f"Unclosed start tag at byte offset {offset}")
        if name not in KNOWN:
            raise TextError(f'Unsupported start tag "{name}" at byte offset {offset}')
        attributes, self._at = self._attributes(name, at, offset)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise TextError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self._open.append(_Open(name, self._out.length, attributes))

    def _name(self, at: int) -> tuple[str, int]:
        match = _TAG_NAME.match(self._source, at)
        assert match is not None  # the pattern can match nothing
        return match[0].lower(), match.end()

    def _attributes(self, name: str, at: int, offset: int) -> tuple[dict[str, str], int]:
        source, found = self._source, dict[str, str]()
        while True:
            match = _ATTRIBUTE.match(source, at)
            assert match is not None
            at, key = match.end(), match[1].lower()
            if at >= len(source):
                raise TextError(f'Unclosed start tag "{name}" at byte offset {offset}')
            if not key and source[at] == ">":
                return found, at + 1
            if not key and source.startswith("/>", at):
                return found, at + 2
            if not key:
                raise TextError(f'Empty attribute name in the tag "{name}" at byte offset {offset}')
            if source[at] != "=":
                if name in ("blockquote", "span", "tg-time"):  # <blockquote expandable>
                    found[key] = ""
                    continue
                raise TextError(
                    "Expected equal sign in declaration of an attribute of the tag "
                    f'"{name}" at byte offset {offset}'
                )
            found[key], at = self._value(name, at + 1, offset)

    def _value(self, name: str, at: int, offset: int) -> tuple[str, int]:
        source = self._source
        while at < len(source) and source[at].isspace():
            at += 1
        if at < len(source) and source[at] in "\"'":
            end = source.find(source[at], at + 1)
            if end < 0:
                raise TextError(f'Unclosed start tag "{name}" at byte offset {offset}')
            return decode_references(source[at + 1 : end]), end + 1
        match = re.compile(r"[^\s>]*").match(source, at)
        assert match is not None
        return decode_references(match[0]), match.end()

    def _end_tag(self) -> None:
        begin = self._at
        offset = self._offset(begin)
        if not self._open:
            raise TextError(f"Unexpected end tag at byte offset {offset}")
        name, at = self._name(begin + 2)
        while at < len(self._source) and self._source[at].isspace():
            at += 1
        if not self._source.startswith(">", at):
            raise TextError(f"Unclosed end tag at byte offset {offset}")
        opened = self._open.pop()
        if name and name != opened.name:
            raise TextError(
                f"Unmatched end tag at byte offset {offset}, "
                f'expected "</{opened.name}>", found "</{name}>"'
            )
        self._at = at + 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        if entity := self._entity(opened):
            self._out.mark(opened.start, entity)

    def _entity(self, opened: _Open) -> BotApi | None:
        name, attributes = opened.name, opened.attributes
        if name == "a":
            url = attributes.get("href") or self._out.text_since(opened.start)
            return link(url)
        if name == "span":
            return {"type": "spoiler"}
        if name == "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
        if name == "blockquote":
            expandable = "expandable" in attributes
            return {"type": "expandable_blockquote" if expandable else "blockquote"}
        if name == "tg-time":
            return {"type": "date_time", "unix_time": int(attributes.get("unix", "0") or 0)}
        if name == "code" and self._open and self._open[-1].name == "pre":
            # <pre><code class="language-x"> is one entity, with the language on the pre.
            language = attributes.get("class", "").removeprefix("language-")
            self._open[-1].attributes["language"] = language
            return None
        entity: BotApi = {"type": SIMPLE[name]}
        if name == "pre" and attributes.get("language"):
            entity["language"] = attributes["language"]
        return entity


def link(url: str) -> BotApi | None:
    """The entity of a link, or None if Telegram would not create one."""
    mention = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if mention:
        user = {"id": int(mention[1]), "is_bot": False, "first_name": ""}
        return {"type": "text_mention", "user": user}
    if re.match(r"(https?|tg|ton)://", url) or re.fullmatch(r"[\w.-]+\.[a-z]{2,}(/\S*)?", url):
        return {"type": "text_link", "url": url if "://" in url else f"http://{url}/"}
    return None
