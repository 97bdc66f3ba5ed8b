"""Splits a document into messages, between blocks where possible.

The document is flattened into indivisible pieces (a paragraph, a line of code, a table's row), each
with its containers. The pieces are filled into messages in order, and each message rebuilds the
containers around its pieces: a list continues as a list, code as code, a table with its header.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import TypeAlias

import msgspec

from backend.bot.formatting.split import PLAIN_LIMIT, fitting, pieces, utf16_length
from backend.markup import (
    Block,
    CodeBlock,
    DetailsBlock,
    Document,
    Heading,
    Item,
    ListBlock,
    MathBlock,
    Paragraph,
    Quote,
    Row,
    Runs,
    Style,
    StyledRun,
    Table,
    runs_text,
    trimmed,
)

MOST_BLOCKS = 450
"""Blocks in a message, list items and table rows among them; Telegram takes 500."""

_OVERHEAD = 8
"""Units that a piece may need besides its text as plain text: an empty line, a rule."""
_MARKER = 24
"""Units that a list item's marker may take behind its indentation."""


class CodeLine(msgspec.Struct, frozen=True):
    """A part of a code block, with its newline."""

    text: str


class TableRow(msgspec.Struct, frozen=True):
    """A row of a table."""

    cells: Row


class TextCut(msgspec.Struct, frozen=True):
    """A part of a paragraph or heading that does not fit into one message."""

    runs: Runs


ParentBlock: TypeAlias = (
    ListBlock | Item | Quote | DetailsBlock | CodeBlock | Table | Paragraph | Heading
)
Leaf: TypeAlias = Block | CodeLine | TableRow | TextCut


class Uncut(msgspec.Struct, frozen=True):
    """An indivisible piece, its containers, and its units."""

    leaf: Leaf
    path: tuple[ParentBlock, ...]
    units: int


def is_short(document: Document) -> bool:
    """Whether an answer is a plain message: paragraphs that fit into one, without what only a rich
    message can show. Only of plain messages people can quote a part
    (core.telegram.org/bots/features)."""
    rich = {Style.MATH, Style.MARKED, Style.SUBSCRIPT, Style.SUPERSCRIPT}
    units = 0
    for block in document:
        if not isinstance(block, Paragraph):
            return False
        units += utf16_length(runs_text(block.runs)) + 2
        if units > PLAIN_LIMIT or any(rich.intersection(run.marks) for run in block.runs):
            return False
    return True


def split_document(document: Document, limit: int) -> list[Document]:
    """The document's parts, each within `limit` units and MOST_BLOCKS."""
    laid_out = _layout(document, (), limit)
    return [tuple(_built(message, 0)) for message in _filled(laid_out, limit)]


def _layout(blocks: Iterable[Block], path: tuple[ParentBlock, ...], room: int) -> Iterator[Uncut]:
    """The pieces of some blocks; `room` is what a message has left inside the containers around."""
    for block in blocks:
        match block:
            case ListBlock():
                for item in block.items:
                    inside = room - _frame_units(block) - _frame_units(item)
                    yield from _layout(item.blocks, (*path, block, item), inside)
            case Quote():
                yield from _layout(block.blocks, (*path, block), room - _frame_units(block))
            case DetailsBlock():
                yield from _details(block, path, room)
            case CodeBlock():
                yield from _code(block, path, room)
            case Table():
                yield from _table(block, path, room)
            case Paragraph() | Heading():
                yield from _text(block, path, room)
            case MathBlock() if utf16_length(block.expression) > room - _OVERHEAD:
                yield from _code(CodeBlock(block.expression, "latex"), path, room)
            case MathBlock():
                yield Uncut(block, path, utf16_length(block.expression) + _OVERHEAD)
            case _:
                yield Uncut(block, path, _OVERHEAD)


def _details(block: DetailsBlock, path: tuple[ParentBlock, ...], room: int) -> Iterator[Uncut]:
    """A summary too long to be repeated stands before its details."""
    if utf16_length(runs_text(block.summary)) > room // 8:
        yield from _text(Paragraph(block.summary), path, room)
        block = DetailsBlock((StyledRun("…"),), block.blocks)
    yield from _layout(block.blocks, (*path, block), room - _frame_units(block))


def _text(block: Paragraph | Heading, path: tuple[ParentBlock, ...], room: int) -> Iterator[Uncut]:
    units = utf16_length(runs_text(block.runs)) + _OVERHEAD
    if units <= room:
        yield Uncut(block, path, units)
        return
    # Small parts fill a message up, and are one paragraph again in it.
    for runs, part_units in _cut_runs(block.runs, room // 16):
        yield Uncut(TextCut(runs), (*path, block), part_units)


def _code(block: CodeBlock, path: tuple[ParentBlock, ...], room: int) -> Iterator[Uncut]:
    for line in block.text.split("\n"):
        for part in pieces(line + "\n", room - _OVERHEAD):
            yield Uncut(CodeLine(part), (*path, block), utf16_length(part))


def _table(table: Table, path: tuple[ParentBlock, ...], room: int) -> Iterator[Uncut]:
    """Rows, each cut across its cells if it must be. A head that is too long to be repeated is
    a row like others."""
    rows = table.rows
    if _row_units(table.head) > room // 4:
        empty: Row = tuple(() for _ in table.head)
        table, rows = msgspec.structs.replace(table, head=empty), (table.head, *rows)
    if not rows:
        yield Uncut(TableRow(()), (*path, table), 0)
    for_cell = (room - _frame_units(table) - 1) // len(table.align) - 3
    for row in rows:
        for part in _cut_row(row, for_cell):
            yield Uncut(TableRow(part), (*path, table), _row_units(part))


def _row_units(row: Row) -> int:
    return sum(utf16_length(runs_text(cell)) + 3 for cell in row) + 1


def _cut_row(row: Row, room: int) -> Iterator[Row]:
    """The row in rows whose cells take at most `room` units."""
    cells = [[runs for runs, _ in _cut_runs(cell, room)] for cell in row]
    for index in range(max(map(len, cells), default=0) or 1):
        yield tuple(parts[index] if index < len(parts) else () for parts in cells)


def _cut_runs(runs: Runs, limit: int) -> Iterator[tuple[Runs, int]]:
    """The runs in parts of at most `limit` units, each with its units."""
    part: list[StyledRun] = []
    units = 0
    for run in runs:
        text, length = run.text, utf16_length(run.text)
        if units + length > limit and part:
            end = _words_within(text, limit - units)
            if end:
                part.append(StyledRun(text[:end], run.marks))
            yield tuple(part), units + utf16_length(text[:end])
            part, units, text = [], 0, text[end:]
        for piece in pieces(text, limit):
            if units and part[-1].marks is run.marks and units + utf16_length(piece) > limit:
                yield tuple(part), units
                part, units = [], 0
            part.append(StyledRun(piece, run.marks))
            units += utf16_length(piece)
    if part:
        yield tuple(part), units


def _words_within(text: str, limit: int) -> int:
    """The end of the last whole word within `limit` units, or 0."""
    end = fitting(text, limit) if limit > 1 else 0
    at = text.rfind(" ", 0, end) + 1
    return at if at and not text[at : at + 1].isspace() else 0


def _filled(laid_out: Iterable[Uncut], limit: int) -> Iterator[list[Uncut]]:
    """Pieces message by message."""
    message: list[Uncut] = []
    units = blocks = 0
    for piece in laid_out:
        more_units, more_blocks = _cost(piece, message[-1] if message else None)
        if message and (units + more_units > limit or blocks + more_blocks > MOST_BLOCKS):
            kept = _without_last_headings(message)
            yield message[:kept]
            message = message[kept:]
            units = blocks = 0
            for index, left in enumerate(message):
                cost = _cost(left, message[index - 1] if index else None)
                units, blocks = units + cost[0], blocks + cost[1]
            more_units, more_blocks = _cost(piece, message[-1] if message else None)
        message.append(piece)
        units, blocks = units + more_units, blocks + more_blocks
    if message:
        yield message


def _cost(piece: Uncut, before: Uncut | None) -> tuple[int, int]:
    """The units and blocks that a piece adds to a message behind another one: its own, and those
    of the containers that open with it."""
    shared = 0
    if before is not None:
        for mine, other in zip(piece.path, before.path, strict=False):
            if mine is not other:
                break
            shared += 1
    opened = piece.path[shared:]
    heads = sum(_frame_units(container) for container in opened)
    counted = not isinstance(piece.leaf, CodeLine | TextCut)
    return piece.units + heads, len(opened) + counted


def _frame_units(container: ParentBlock) -> int:
    match container:
        case Table():
            return _row_units(container.head) + _OVERHEAD
        case DetailsBlock():
            return utf16_length(runs_text(container.summary)) + _OVERHEAD
        case Item():
            return _MARKER
        case _:
            return _OVERHEAD


def _without_last_headings(message: list[Uncut]) -> int:
    """How many pieces stay when headings at the end go with what they are the heading of."""
    kept = len(message)
    while kept and isinstance(message[kept - 1].leaf, Heading):
        kept -= 1
    return kept if kept and len(message) - kept < 4 else len(message)


def _built(message: Iterable[Uncut], depth: int) -> Iterator[Block]:
    """The blocks that pieces with the same containers down to `depth` make up."""
    for _, group in groupby(message, key=lambda piece: _key(piece, depth)):
        inside = list(group)
        if len(inside[0].path) == depth:
            leaf = inside[0].leaf
            assert not isinstance(leaf, CodeLine | TableRow | TextCut)  # these have a container
            yield leaf
            continue
        yield _container(inside[0].path[depth], inside, depth + 1)


def _key(piece: Uncut, depth: int) -> int:
    return id(piece.path[depth]) if len(piece.path) > depth else id(piece)


def _container(container: ParentBlock, inside: list[Uncut], depth: int) -> Block:
    match container:
        case CodeBlock():
            text = "".join(piece.leaf.text for piece in inside if isinstance(piece.leaf, CodeLine))
            return CodeBlock(text.removesuffix("\n"), container.language)
        case Table():
            rows = [piece.leaf.cells for piece in inside if isinstance(piece.leaf, TableRow)]
            return Table(container.head, tuple(filter(None, rows)), container.align)
        case Paragraph() | Heading():
            parts = [piece.leaf.runs for piece in inside if isinstance(piece.leaf, TextCut)]
            return msgspec.structs.replace(container, runs=trimmed(chain.from_iterable(parts)))
        case ListBlock():
            return ListBlock(tuple(_items(inside, depth)))
        case DetailsBlock():
            return DetailsBlock(container.summary, tuple(_built(inside, depth)))
        case _:
            return Quote(tuple(_built(inside, depth)))


def _items(inside: list[Uncut], depth: int) -> Iterator[Item]:
    for _, group in groupby(inside, key=lambda piece: _key(piece, depth)):
        parts = list(group)
        item = parts[0].path[depth]
        assert isinstance(item, Item)
        yield msgspec.structs.replace(item, blocks=tuple(_built(parts, depth + 1)))
