"""A page's visible texts in their order, the elements around them, and text in lines again."""

import contextlib
import re
from collections.abc import Collection
from itertools import accumulate
from typing import Final, cast

from msgspec import Struct
from resiliparse.parse.html import DOMContext, ElementNode, Node, NodeType, traverse_dom

from backend.reading.page_lines import BLOCKS, Lines

MAX_NODES: Final = 100_000
"""Nodes of a page that are looked at."""

HIDDEN: Final = frozenset((
    *("head", "script", "style", "noscript", "template", "iframe", "object", "embed", "svg"),
    *("audio", "video", "canvas", "datalist", "rp"),
))  # fmt: skip
PARAGRAPHS: Final = frozenset((
    *("p", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("li", "ul", "ol", "dl", "dt", "dd", "figure", "figcaption", "details"),
))  # fmt: skip
MENUS: Final = frozenset(("nav", "menu"))
MARGINS: Final = frozenset(("nav", "menu", "footer", "aside"))
_HIDING_STYLE: Final = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.I)  # fmt: skip  # noqa: E501


class Element(Struct):
    """An element, and the numbers of the texts in it: from `first` to before `last`."""

    tag: str
    parent: int
    first: int
    depth: int = -1
    last: int = 0
    hidden: bool = False
    menu: bool = False
    margin: bool = False


class Layout:
    """What `flatten` makes of a page."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.lengths: list[int] = []
        self.depth = 0
        self.elements: list[Element] = [Element("", -1, 0)]
        self._texts: list[str] = []
        self._homes: list[int] = []
        self._steps: list[int] = []  # a text's number; an element's, ~ that of an ending one
        self._current = 0
        self._count = 0

    def enter(self, context: DOMContext) -> None:
        """Called for each node, before what is in it."""
        self._count += 1
        self.depth = max(self.depth, context.depth)
        if self._count > MAX_NODES:
            raise _Enough
        self.close(context.depth)
        node = cast(Node, context.node)
        if node.type is NodeType.TEXT:
            value = node.value or ""
            around = self.elements[self._current]
            if value and not around.hidden:
                self._steps.append(len(self._texts) << 1)
                self._texts.append(value)
                self._homes.append(self._current)
                self.lengths.append(len(value.strip()))
                self.nodes.append(node)
        elif node.type is NodeType.ELEMENT:
            self._open(cast(ElementNode, node), context.depth)

    def close(self, depth: int) -> None:
        """End the elements that are open from this depth on: those that the next node is not in.
        The parser calls nothing at the end of an element without content, such as `br`."""
        while self._current > 0 and self.elements[self._current].depth >= depth:
            element = self.elements[self._current]
            element.last = len(self._texts)
            self._steps.append(~(self._current << 1))
            self._current = element.parent
        self.elements[0].last = len(self._texts)

    def _open(self, node: ElementNode, depth: int) -> None:
        around = self.elements[self._current]
        tag = node.tag or ""
        role = node.getattr("role") or ""
        element = Element(
            tag,
            self._current,
            len(self._texts),
            depth,
            hidden=around.hidden or tag in HIDDEN or _is_hidden(node),
            menu=around.menu or tag in MENUS or role == "navigation",
            margin=around.margin or tag in MARGINS or role in ("navigation", "contentinfo"),
        )
        self._current = len(self.elements)
        self.elements.append(element)
        self._steps.append(self._current << 1 | 1)

    def smallest_with(self, chosen: Collection[int], share: float) -> Element:
        """The smallest element that holds `share`, above a half, of the chosen texts."""
        weights = [0] * len(self.lengths)
        for number in chosen:
            weights[number] = self.lengths[number]
        sums = [0, *accumulate(weights)]
        least = sums[-1] * share
        # Those that hold so much lie within one another: the last one in order is the innermost.
        return [e for e in self.elements if sums[e.last] - sums[e.first] >= least][-1]

    def around_paragraph(self, element: Element) -> Element:
        """The element itself, or, of one that holds a paragraph or a list, the one around it:
        one long paragraph may have most of the text that has several."""
        while element.tag in PARAGRAPHS and element.parent > 0:
            element = self.elements[element.parent]
        return element

    def block_of(self, number: int) -> Element:
        """The block element that contains a text."""
        element = self.elements[self._homes[number]]
        while element.tag not in BLOCKS and element.parent >= 0:
            element = self.elements[element.parent]
        return element

    def is_aside(self, number: int, *, whole_page: bool) -> bool:
        """Whether a text is in a menu or, of a whole page, in its margins."""
        element = self.elements[self._homes[number]]
        return element.menu or (whole_page and element.margin)

    def render(self, kept: Collection[int]) -> str:
        """The kept texts as lines: a block, a row or a list's item each begins one."""
        lines = Lines()
        for step in self._steps:
            if step < 0:
                lines.leave(self.elements[~step >> 1].tag)
            elif step & 1:
                lines.enter(self.elements[step >> 1].tag)
            elif step >> 1 in kept:
                lines.add(self._texts[step >> 1])
        return lines.text()


class _Enough(Exception):
    """More nodes than are looked at."""


def flatten(root: Node) -> Layout:
    """The visible texts of everything in `root`."""
    layout = Layout()
    with contextlib.suppress(_Enough):
        traverse_dom(root, layout.enter)
    layout.close(0)
    return layout


def _is_hidden(node: ElementNode) -> bool:
    if node.hasattr("hidden") or (node.tag == "dialog" and not node.hasattr("open")):
        return True
    return _HIDING_STYLE.search(node.getattr("style") or "") is not None
