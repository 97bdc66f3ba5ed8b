"""A document as text with entities (core.telegram.org/bots/api#messageentity), for ordinary
messages."""

from aiogram.types import MessageEntity

from backend.bot.formatting.split import utf16_length
from backend.markup import (
    Block,
    CodeBlock,
    DetailsBlock,
    Divider,
    Document,
    Heading,
    Item,
    LinkSpan,
    ListBlock,
    MathBlock,
    Paragraph,
    Quote,
    Runs,
    Style,
    Table,
    runs_text,
)

_ENTITIES = {
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.UNDERLINE: "underline",
    Style.STRIKETHROUGH: "strikethrough",
    Style.MARKED: "bold",
    Style.CODE: "code",
    Style.MATH: "code",
}
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
MOST_ENTITIES = 100
"""Telegram ignores the entities beyond these (core.telegram.org/method/messages.sendMessage)."""


def to_text(document: Document) -> tuple[str, list[MessageEntity]]:
    """The text, and the entities in it."""
    writer = _Writer()
    writer.blocks(document, 0)
    return writer.result()


def _raised(text: str) -> str:
    """An exponent in signs of its own, where there are some for all of it: x² is not x2."""
    raised = text.translate(_RAISED)
    return text if set(raised) & set(text) else raised


class _Writer:
    """Writes blocks one after the other and notes where entities are."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._entities: list[MessageEntity] = []
        self._in_quote = False

    def result(self) -> tuple[str, list[MessageEntity]]:
        entities = sorted(self._entities, key=lambda entity: (entity.offset, -entity.length))
        return "".join(self._parts), entities[:MOST_ENTITIES]

    def blocks(self, blocks: Document, depth: int) -> None:
        for index, block in enumerate(blocks):
            if index:
                self._write("\n" if depth else "\n\n")
            self._block(block, depth)

    def _block(self, block: Block, depth: int) -> None:
        match block:
            case Paragraph():
                self._runs(block.runs)
            case Heading():
                start = self._length
                self._write(runs_text(block.runs))
                self._mark("bold", start)
            case CodeBlock():
                self._pre(block.text, block.language)
            case MathBlock():
                self._pre(block.expression, "latex")
            case Divider():
                self._write("———")
            case ListBlock():
                for index, item in enumerate(block.items):
                    self._write("\n" if index else "")
                    self._item(item, depth)
            case Quote():
                self._quote(block, depth)
            case DetailsBlock():
                self._runs(block.summary)
                self._write("\n\n")
                self.blocks(block.blocks, depth)
            case Table():
                self._table(block)

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += utf16_length(text)

    def _mark(
        self, kind: str, start: int, *, url: str | None = None, language: str | None = None
    ) -> None:
        if length := self._length - start:
            self._entities.append(
                MessageEntity(type=kind, offset=start, length=length, url=url, language=language)
            )

    def _runs(self, runs: Runs) -> None:
        for run in runs:
            start = self._length
            self._write(_raised(run.text) if Style.SUPERSCRIPT in run.marks else run.text)
            if Style.CODE in run.marks or Style.MATH in run.marks:
                self._mark("code", start)  # cannot be combined with another entity
                continue
            for mark in run.marks:
                if isinstance(mark, LinkSpan):
                    self._mark("text_link", start, url=mark.url)
                elif mark in _ENTITIES:
                    self._mark(_ENTITIES[mark], start)

    def _pre(self, text: str, language: str) -> None:
        start = self._length
        self._write(text)
        self._mark("pre", start, language=language or None)

    def _item(self, item: Item, depth: int) -> None:
        marker = "• " if item.number is None else f"{item.number}. "
        if item.checked is not None:
            marker = "☑ " if item.checked else "☐ "
        self._write("  " * depth + marker)
        self.blocks(item.blocks, depth + 1)

    def _quote(self, quote: Quote, depth: int) -> None:
        """Quotations cannot be nested in entities; the outermost is marked."""
        start, outermost = self._length, not self._in_quote
        self._in_quote = True
        self.blocks(quote.blocks, depth)
        if outermost:
            self._in_quote = False
            self._mark("blockquote", start)

    def _table(self, table: Table) -> None:
        rows = [table.head, *table.rows] if any(table.head) else table.rows
        self._pre("\n".join(" | ".join(map(runs_text, row)) for row in rows), "")
