"""Web pages: the main text, without menus, scripts and advertisements.

The extractor only says where the main text is. What is given is all visible text there: an
extractor judges by lengths and drops single words, which can turn a sentence into its opposite.
"""

import re
from typing import Final

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from backend.reading.page_layout import Layout, flatten
from backend.reading.plain import decode_checked, tidy
from backend.reading.schemas import MAX_TEXT, CannotRead, Found

ENOUGH: Final = 200
"""Characters of main text below which the heuristic has likely missed it."""
MAX_EXTRACTOR_DEPTH: Final = 500
"""Nesting above which the extractor, whose time grows with its square, is not asked."""
MAX_TITLE: Final = 200
MAIN_SHARE: Final = 0.8
"""The smallest element that contains this share of the extracted text is the main content."""

_FIRST_MARK: Final = 0xF0000
_MAX_MARKS: Final = 0xFFFD
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([\w.:-]{2,40})", re.I)  # fmt: skip  # noqa: E501


def read_html(data: bytes, charset: str, language: str = "") -> Found:
    """The page's title and main text. `charset` is the server's word; else the page's own."""
    if not charset and (named := _META_CHARSET.search(data[:4096])):
        charset = _ascii_superset(named[1].decode("ascii", "replace"))
    try:
        tree = HTMLTree.parse(decode_checked(data, charset, language).replace("\0", ""))
        title = " ".join((tree.title or "").split())[:MAX_TITLE]
        text = _main_text(tree)
    except (ValueError, TypeError, RuntimeError) as error:
        raise CannotRead("damaged") from error
    text = tidy(text).strip()
    return Found(
        kind="page",
        media_type="text/html",
        text=text[:MAX_TEXT],
        truncated=len(text) > MAX_TEXT,
        title=tidy(title),
    )


def _ascii_superset(label: str) -> str:
    """A page that says utf-16 in ASCII bytes is not: browsers take it for UTF-8."""
    return "utf-8" if label.lower().startswith(("utf-16", "utf-32")) else label


def _main_text(tree: HTMLTree) -> str:
    root = tree.body or tree.document
    if root is None:
        return ""
    layout = flatten(root)
    chosen = _chosen(tree, layout) if layout.depth <= MAX_EXTRACTOR_DEPTH else set[int]()
    if sum(layout.lengths[number] for number in chosen) < ENOUGH:
        return layout.render(range(len(layout.lengths)))
    return layout.render(_widened(layout, chosen))


def _chosen(tree: HTMLTree, layout: Layout) -> set[int]:
    """The numbers of the texts that the extractor takes for main ones: each is marked with a
    character of its own in a private plane, and the marks that come back are read."""
    for number, node in enumerate(layout.nodes[:_MAX_MARKS]):
        if layout.lengths[number]:
            node.value = chr(_FIRST_MARK + number) + (node.value or "")
    main = str(extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False))
    marks = {ord(character) - _FIRST_MARK for character in main if ord(character) >= _FIRST_MARK}
    return {number for number in marks if number < min(_MAX_MARKS, len(layout.nodes))}


def _widened(layout: Layout, chosen: set[int]) -> set[int]:
    """All texts of the element that holds most of the chosen ones, and of the blocks that the
    others are in; without menus, unless the extractor itself took them."""
    home = layout.around_paragraph(layout.smallest_with(chosen, MAIN_SHARE))
    kept = {number for number in range(home.first, home.last)
            if not layout.is_aside(number, whole_page=home.tag == "body")}  # fmt: skip
    for number in chosen:
        if not home.first <= number < home.last:
            block = layout.block_of(number)
            kept.update(range(block.first, block.last))
    return kept | chosen
