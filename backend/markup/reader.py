"""From the parser's tokens to a document."""

import re
from collections.abc import Sequence
from typing import cast

from markdown_it.token import Token

from backend.markup.document import (
    Align,
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
    StyledRun,
    Table,
)
from backend.markup.inline import read_inline
from backend.markup.parser import parse

MOST_FOLDED = 3
"""How many details may be open at once; the tags of others are shown as they were written."""

_CITATION = re.compile("\ue200[^\ue200\ue201]{0,400}\ue201|[\ue200-\ue2ff]")
"""OpenAI's citation marks, in characters of private use; nothing else may be shown of them."""
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")


def read_markdown(markdown: str) -> Document:
    """The document that a model's Markdown describes. Never fails: anything is some Markdown, and
    every word of it is kept. Takes time linear in the length."""
    tokens, references = parse(_CITATION.sub("", markdown))
    reader = _Reader(tokens)
    blocks = reader.blocks("")
    unused = [ref for ref in references.values() if ref["href"] not in reader.hrefs]
    # A list of sources is often written as definitions that nothing refers to.
    return (*blocks, *(Paragraph((_definition(ref),)) for ref in unused))


def _definition(reference: dict[str, str]) -> StyledRun:
    url = reference["href"]
    return StyledRun(" ".join(filter(None, (url, reference["title"]))), (LinkSpan(url),))


class _Reader:
    """Reads tokens in their order, each once."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._folded = 0
        self.hrefs: set[str] = set()

    def blocks(self, end: str) -> Document:
        """The blocks up to the token of type `end`, which is passed, or to the last token."""
        found: list[Block] = []
        folded: list[tuple[list[Block], Runs]] = []  # what stands before open details, its summary
        summary: Runs = ()
        while (token := self._next()) is not None and token.type != end:
            if token.type == "details_open" and self._folded < MOST_FOLDED:
                folded.append((found, summary))
                found, summary = [], ()
                self._folded += 1
            elif token.type == "details_close" and folded:
                found, summary = _fold(found, summary, folded.pop())
                self._folded -= 1
            elif token.type in ("details_open", "details_close"):
                found.append(Paragraph((StyledRun(token.content),)))
            elif token.type == "summary_open":
                found, summary = self._summary(found, summary, bool(folded))
            else:
                found += self._block(token)
        while folded:
            found, summary = _fold(found, summary, folded.pop())
            self._folded -= 1
        return tuple(found)

    def _next(self) -> Token | None:
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def _summary(
        self, found: list[Block], summary: Runs, in_details: bool
    ) -> tuple[list[Block], Runs]:
        runs = self._runs()
        if in_details and not summary:
            return found, runs
        return [*found, Paragraph(runs)], summary

    def _block(self, token: Token) -> list[Block]:
        match token.type:
            case "paragraph_open":
                runs = self._runs()
                return [Paragraph(runs)] if runs else []
            case "heading_open":
                runs = self._runs()
                return [Heading(runs, int(token.tag[1]))] if runs else []
            case "fence" | "code_block":
                return _code(token)
            case "answer_math_block":
                return [MathBlock(token.content)]
            case "hr":
                return [Divider()]
            case "blockquote_open":
                blocks = self.blocks("blockquote_close")
                return [Quote(blocks)] if blocks else []
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token)
            case "table_open":
                return [self._table(token)]
        return []

    def _runs(self) -> Runs:
        """What is inside the line that has been opened; its end is passed."""
        inline, _ = self._next(), self._next()
        runs = read_inline((inline.children if inline else None) or [])
        self.hrefs.update(
            mark.url for run in runs for mark in run.marks if isinstance(mark, LinkSpan)
        )
        return runs

    def _list(self, token: Token) -> list[Block]:
        ordered = token.type == "ordered_list_open"
        number = int(token.attrs.get("start", 1)) if ordered else None
        items: list[Item] = []
        while (inner := self._next()) is not None and inner.type == "list_item_open":
            item = _item(self.blocks("list_item_close"), number)
            if item.blocks:
                items.append(item)
            number = None if number is None else number + 1
        return [ListBlock(tuple(items))] if items else []

    def _table(self, token: Token) -> Block:
        rows: list[tuple[Runs, ...]] = []
        while (inner := self._next()) is not None and inner.type == "tr_open":
            cells: list[Runs] = []
            while (cell := self._next()) is not None and cell.type == "td_open":
                cells.append(self._runs())
            rows.append(tuple(cells))
        align = tuple(cast("Align", name) for name in token.info.split())
        return Table(rows[0], tuple(rows[1:]), align)


def _fold(
    inside: list[Block], summary: Runs, outside: tuple[list[Block], Runs]
) -> tuple[list[Block], Runs]:
    """What stands around details once they have ended."""
    if not inside and not summary:
        return outside
    before, outer_summary = outside
    blocks = tuple(inside) or (Paragraph(summary),)
    return [*before, DetailsBlock(summary or (StyledRun("…"),), blocks)], outer_summary


def _code(token: Token) -> list[Block]:
    text = token.content.removesuffix("\n")
    language = found[0] if (found := _LANGUAGE.match(token.info.strip())) else ""
    if language == "math" and text.strip():
        return [MathBlock(text.strip())]
    if text.strip():
        return [CodeBlock(text, language)]
    # A fence around nothing: what stands on its line may be meant as text, so it is kept.
    info = token.info.strip()
    return [Paragraph((StyledRun(info),))] if info else []


def _item(blocks: Document, number: int | None) -> Item:
    """An item; one that begins with a box is a task."""
    first = blocks[0] if blocks else None
    if not isinstance(first, Paragraph) or not (box := _TASK.match(first.runs[0].text)):
        return Item(blocks, number)
    rest = first.runs[0].text[box.end() :]
    runs = (StyledRun(rest, first.runs[0].marks), *first.runs[1:]) if rest else first.runs[1:]
    if first.runs[0].marks or not runs:
        return Item(blocks, number)
    return Item((Paragraph(runs), *blocks[1:]), number, box[1] != " ")
