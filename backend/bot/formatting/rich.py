"""A document as the blocks of a rich message (Bot API 10.2, core.telegram.org/bots/api)."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from aiogram import types as t

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
    Mark,
    MathBlock,
    Paragraph,
    Quote,
    Row,
    Runs,
    Style,
    StyledRun,
    Table,
)

RichText = t.RichTextUnion
RichBlock = t.InputRichBlockUnion

_STYLES: dict[Style, Callable[[RichText], RichText]] = {
    Style.BOLD: lambda text: t.RichTextBold(text=text),
    Style.ITALIC: lambda text: t.RichTextItalic(text=text),
    Style.UNDERLINE: lambda text: t.RichTextUnderline(text=text),
    Style.STRIKETHROUGH: lambda text: t.RichTextStrikethrough(text=text),
    Style.MARKED: lambda text: t.RichTextMarked(text=text),
    Style.SUBSCRIPT: lambda text: t.RichTextSubscript(text=text),
    Style.SUPERSCRIPT: lambda text: t.RichTextSuperscript(text=text),
    Style.CODE: lambda text: t.RichTextCode(text=text),
}


def to_rich_blocks(document: Document) -> list[RichBlock]:
    """The blocks, in their order."""
    return [_block(block) for block in document]


def _block(block: Block) -> RichBlock:
    match block:
        case Paragraph():
            return t.InputRichBlockParagraph(text=_text(block.runs))
        case Heading():
            return t.InputRichBlockSectionHeading(text=_text(block.runs), size=block.level)
        case CodeBlock():
            return t.InputRichBlockPreformatted(text=block.text, language=block.language or None)
        case MathBlock():
            return t.InputRichBlockMathematicalExpression(expression=block.expression)
        case Divider():
            return t.InputRichBlockDivider()
        case ListBlock():
            return t.InputRichBlockList(items=[_item(item) for item in block.items])
        case Quote():
            return t.InputRichBlockBlockQuotation(blocks=to_rich_blocks(block.blocks))
        case DetailsBlock():
            inner = to_rich_blocks(block.blocks)
            return t.InputRichBlockDetails(summary=_text(block.summary), blocks=inner)
        case Table():
            return _table(block)


def _item(item: Item) -> t.InputRichBlockListItem:
    return t.InputRichBlockListItem(
        blocks=to_rich_blocks(item.blocks),
        has_checkbox=True if item.checked is not None else None,
        is_checked=item.checked or None,
        value=item.number,
        type="1" if item.number is not None else None,
    )


def _table(table: Table) -> RichBlock:
    head = [_row(table, table.head, is_header=True)] if any(table.head) else []
    rows = [_row(table, row) for row in table.rows]
    return t.InputRichBlockTable(cells=[*head, *rows], is_bordered=True)


def _row(table: Table, row: Row, *, is_header: bool = False) -> list[t.RichBlockTableCell]:
    return [
        t.RichBlockTableCell(
            align=align, valign="top", text=_text(runs) or None, is_header=is_header or None
        )
        for align, runs in zip(table.align, row, strict=True)
    ]


def _text(runs: Runs) -> RichText:
    parts = _nested([(run, run.marks) for run in runs])
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else parts


def _nested(runs: Sequence[tuple[StyledRun, tuple[Mark, ...]]]) -> list[RichText]:
    """Runs with the marks that are still to be set around each; those that share the outermost
    one share its element."""
    parts: list[RichText] = []
    for marks, group in groupby(runs, key=lambda pair: pair[1][:1]):
        inside = list(group)
        if not marks:
            parts += [run.text for run, _ in inside]
        elif marks[0] is Style.MATH:
            parts += [t.RichTextMathematicalExpression(expression=run.text) for run, _ in inside]
        else:
            parts.append(_marked(marks[0], [(run, rest[1:]) for run, rest in inside]))
    return parts


def _marked(mark: Mark, runs: Iterable[tuple[StyledRun, tuple[Mark, ...]]]) -> RichText:
    parts = _nested(list(runs))
    text: RichText = parts[0] if len(parts) == 1 else parts
    if isinstance(mark, LinkSpan):
        return t.RichTextUrl(text=text, url=mark.url)
    return _STYLES[mark](text)
