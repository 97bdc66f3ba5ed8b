"""parse_mode MarkdownV2 (core.telegram.org/bots/api#markdownv2-style), as strict as Telegram."""

from dataclasses import dataclass

from telegram_emulator.text.builder import BotApi, Builder, TextError
from telegram_emulator.text.html import link

RESERVED = "_*[]()~`>#+-=|{}.!"
TYPES = {
    "__": ("underline", "Underline"),
    "_": ("italic", "Italic"),
    "*": ("bold", "Bold"),
    "~": ("strikethrough", "Strikethrough"),
    "||": ("spoiler", "Spoiler"),
}


@dataclass
class _Open:
    mark: str
    start: int
    offset: int  # in bytes, for the error
    name: str


def parse_markdown_v2(source: str) -> tuple[str, list[BotApi]]:
    """The text and entities of a MarkdownV2 message.

    Raises:
        TextError: with Telegram's words.
    """
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out = Builder()
        self._open: list[_Open] = []
        self._quote: int | None = None

    def run(self) -> tuple[str, list[BotApi]]:
        while self._at < len(self._source):
            self._step()
        self._end_quote()
        if self._open:
            last = self._open[-1]
            raise TextError(f"Can't find end of {last.name} entity at byte offset {last.offset}")
        return self._out.result()

    def _step(self) -> None:
        source, at = self._source, self._at
        character = source[at]
        if character == "\\" and at + 1 < len(source) and 0 < ord(source[at + 1]) <= 126:
            self._write(source[at + 1], 2)
        elif self._at_line_start() and character == ">":
            self._begin_quote()
        elif character == "\n":
            if self._quote is not None and not source.startswith(">", at + 1):
                self._end_quote()
            self._write("\n", 1)
        elif character == "`":
            self._code()
        elif character == "[" or source.startswith("![", at):
            self._open_link()
        elif character == "]" and any(entity.mark == "[" for entity in self._open):
            self._close_link()
        elif mark := self._mark():
            self._toggle(mark)
        elif character in RESERVED:
            raise TextError(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            self._write(character, 1)

    def _write(self, text: str, taken: int) -> None:
        self._out.write(text)
        self._at += taken

    def _at_line_start(self) -> bool:
        return self._at == 0 or self._source[self._at - 1] == "\n"

    def _offset(self) -> int:
        return len(self._source[: self._at].encode())

    def _mark(self) -> str | None:
        for mark in TYPES:
            if self._source.startswith(mark, self._at):
                # "___" closes italic first if italic is open.
                if mark == "__" and self._open and self._open[-1].mark == "_":
                    return "_"
                return mark
        return None

    def _toggle(self, mark: str) -> None:
        if self._open and self._open[-1].mark == mark:
            opened = self._open.pop()
            self._out.mark(opened.start, {"type": TYPES[mark][0]})
        elif any(entity.mark == mark for entity in self._open):
            last = self._open[-1]
            raise TextError(f"Can't find end of {last.name} entity at byte offset {last.offset}")
        else:
            name = TYPES[mark][1]
            self._open.append(_Open(mark, self._out.length, self._offset(), name))
        self._at += len(mark)

    def _code(self) -> None:
        block = self._source.startswith("```", self._at)
        fence = "```" if block else "`"
        offset = self._offset()
        at = self._at + len(fence)
        text, end = self._until(fence, at)
        if end < 0:
            name = "Pre" if block else "Code"
            raise TextError(f"Can't find end of {name} entity at byte offset {offset}")
        entity: BotApi = {"type": "pre" if block else "code"}
        if block:
            first, newline, rest = text.partition("\n")
            if newline and first and not any(c.isspace() for c in first):
                entity["language"], text = first, rest
            elif newline and not first:
                text = rest
        start = self._out.length
        self._out.write(text)
        self._out.mark(start, entity)
        self._at = end + len(fence)

    def _until(self, fence: str, at: int) -> tuple[str, int]:
        """The unescaped text up to `fence` and where that is, or -1."""
        text: list[str] = []
        while at < len(self._source):
            if self._source.startswith(fence, at):
                return "".join(text), at
            if self._source[at] == "\\" and at + 1 < len(self._source):
                at += 1
            text.append(self._source[at])
            at += 1
        return "", -1

    def _open_link(self) -> None:
        taken = 2 if self._source[self._at] == "!" else 1
        name = "CustomEmoji" if taken == 2 else "TextUrl"
        self._open.append(_Open("[", self._out.length, self._offset(), name))
        self._at += taken

    def _close_link(self) -> None:
        opened = self._open[-1]
        if opened.mark != "[":
            raise TextError(
                f"Can't find end of {opened.name} entity at byte offset {opened.offset}"
            )
        self._open.pop()
        self._at += 1
        url = self._out.text_since(opened.start)
        if self._source.startswith("(", self._at):
            offset = self._offset()
            url, end = self._until(")", self._at + 1)
            if end < 0:
                raise TextError(f"Can't find end of a URL at byte offset {offset}")
            self._at = end + 1
        self._mark_link(opened, url)

    def _mark_link(self, opened: _Open, url: str) -> None:
        if opened.name == "TextUrl":
            if entity := link(url):
                self._out.mark(opened.start, entity)
            return
        if not url.startswith("tg://emoji?id="):
            raise TextError("Custom emoji URL must have scheme tg")
        emoji = url.removeprefix("tg://emoji?id=")
        self._out.mark(opened.start, {"type": "custom_emoji", "custom_emoji_id": emoji})

    def _begin_quote(self) -> None:
        if self._quote is None:
            self._quote = self._out.length
        self._at += 1

    def _end_quote(self) -> None:
        if self._quote is not None:
            self._out.mark(self._quote, {"type": "blockquote"})
            self._quote = None
