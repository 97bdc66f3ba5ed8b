"""Parses Markdown of models and people into a closed set of blocks, from which messages of the bot
and public pages are rendered. Nothing in it can be fetched or run."""

from backend.markup.document import (
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
    runs_text,
    trimmed,
)
from backend.markup.inline import is_linkable
from backend.markup.reader import read_markdown

__all__ = [
    "Block",
    "CodeBlock",
    "DetailsBlock",
    "Divider",
    "Document",
    "Heading",
    "Item",
    "LinkSpan",
    "ListBlock",
    "Mark",
    "MathBlock",
    "Paragraph",
    "Quote",
    "Row",
    "Runs",
    "Style",
    "StyledRun",
    "Table",
    "is_linkable",
    "read_markdown",
    "runs_text",
    "trimmed",
]
