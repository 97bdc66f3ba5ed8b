"""The blocks of an answer. None names a resource that Telegram would fetch: no picture, media, map
or custom emoji. Nothing else can be sent."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec


class Style(StrEnum):
    """How a run of text is set."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKETHROUGH = "strikethrough"
    MARKED = "marked"
    SUBSCRIPT = "subscript"
    SUPERSCRIPT = "superscript"
    CODE = "code"
    MATH = "math"


class LinkSpan(msgspec.Struct, frozen=True):
    """A link that opens only when the person taps it."""

    url: str


Mark: TypeAlias = Style | LinkSpan


class StyledRun(msgspec.Struct, frozen=True):
    """Text with the marks that apply to all of it, outermost first, none of them twice."""

    text: str
    marks: tuple[Mark, ...] = ()


Runs: TypeAlias = tuple[StyledRun, ...]


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph; line breaks in it are newlines."""

    runs: Runs


class Heading(msgspec.Struct, frozen=True):
    """A heading of level 1 (largest) to 6."""

    runs: Runs
    level: int


class CodeBlock(msgspec.Struct, frozen=True):
    """Code, without the newline at its end."""

    text: str
    language: str = ""


class MathBlock(msgspec.Struct, frozen=True):
    """A displayed formula in LaTeX."""

    expression: str


class Divider(msgspec.Struct, frozen=True):
    """A horizontal rule."""


class Item(msgspec.Struct, frozen=True):
    """A list's item: numbered if `number` is given, a task if `checked` is."""

    blocks: "Document"
    number: int | None = None
    checked: bool | None = None


class ListBlock(msgspec.Struct, frozen=True):
    """A list of items."""

    items: tuple[Item, ...]


class Quote(msgspec.Struct, frozen=True):
    """A block quotation."""

    blocks: "Document"


class DetailsBlock(msgspec.Struct, frozen=True):
    """Blocks that are folded away below a summary."""

    summary: Runs
    blocks: "Document"


Align: TypeAlias = Literal["left", "center", "right"]
Row: TypeAlias = tuple[Runs, ...]


class Table(msgspec.Struct, frozen=True):
    """A table; every row has as many cells as `align`."""

    head: Row
    rows: tuple[Row, ...]
    align: tuple[Align, ...]


Block: TypeAlias = (
    Paragraph | Heading | CodeBlock | MathBlock | Divider | ListBlock | Quote | DetailsBlock | Table
)
Document: TypeAlias = tuple[Block, ...]


def runs_text(runs: Runs) -> str:
    """The words of some runs."""
    return "".join(run.text for run in runs)


def trimmed(found: Iterable[StyledRun]) -> Runs:
    """Without white space at the ends, and without runs that are empty then."""
    runs = list(found)
    first, last = 0, len(runs)
    while first < last and _is_blank(runs[first]):
        first += 1
    while last > first and _is_blank(runs[last - 1]):
        last -= 1
    kept = runs[first:last]
    if kept and Style.CODE not in kept[0].marks:
        kept[0] = StyledRun(kept[0].text.lstrip(), kept[0].marks)
    if kept and Style.CODE not in kept[-1].marks:
        kept[-1] = StyledRun(kept[-1].text.rstrip(), kept[-1].marks)
    return tuple(kept)


def _is_blank(run: StyledRun) -> bool:
    return not run.text.strip()
