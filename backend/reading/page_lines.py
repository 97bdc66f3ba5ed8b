"""Puts a page's texts into lines: white space as a browser collapses it, lists with their marks."""

import re
from typing import Final

BLOCKS: Final = frozenset((
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd"),
    *("details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"),
    *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li"),
    *("main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table"),
    *("tbody", "tfoot", "thead", "tr", "ul"),
))  # fmt: skip
"""Elements that begin and end a line."""
APART: Final = frozenset((
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table", "pre", "dl"),
))  # fmt: skip
"""Those of them that an empty line sets apart."""
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")


class Lines:
    """Takes elements and texts in their order."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._break = 0  # line ends that are due before the next text
        self._gap = False  # a space is due
        self._before = ""  # a list's mark or a cell's tab, due before the next text
        self._lists: list[int] = []  # of each open list the last number, -1 without numbers
        self._preformatted = 0

    def enter(self, tag: str) -> None:
        """An element begins."""
        if tag in BLOCKS:
            self._end_line(tag)
        if tag in ("ul", "menu", "dir"):
            self._lists.append(-1)
        elif tag == "ol":
            self._lists.append(0)
        elif tag == "li":
            self._before = self._mark()
        elif tag in ("td", "th"):
            self._before = "\t"
        elif tag == "br":
            self._break = min(2, self._break + 1)
        elif tag == "pre":
            self._preformatted += 1

    def leave(self, tag: str) -> None:
        """An element ends."""
        if tag in ("ul", "menu", "dir", "ol") and self._lists:
            self._lists.pop()
        elif tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        if tag in BLOCKS:
            self._end_line(tag)

    def add(self, text: str) -> None:
        """A text within the open elements."""
        if self._preformatted:
            self._put(text)
            return
        words = _SPACE.sub(" ", text)
        if words.startswith(" "):
            self._gap = True
        if stripped := words.strip(" "):
            self._put(stripped)
            self._gap = words.endswith(" ")

    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def _put(self, text: str) -> None:
        if self._pieces:
            if self._break:
                self._pieces.append("\n" * self._break)
            elif self._before == "\t":
                self._pieces.append("\t")
            elif self._gap:
                self._pieces.append(" ")
        if self._before not in ("", "\t"):
            self._pieces.append(self._before)
        self._pieces.append(text)
        self._break, self._gap, self._before = 0, False, ""

    def _end_line(self, tag: str) -> None:
        within_list = bool(self._lists) and tag in ("ul", "ol", "p")
        self._break = max(self._break, 2 if tag in APART and not within_list else 1)
        if tag == "tr" or self._before == "\t":
            self._before = ""

    def _mark(self) -> str:
        if not self._lists:
            return "- "
        indent = "  " * (min(len(self._lists), 9) - 1)
        if self._lists[-1] < 0:
            return indent + "- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1]}. "
