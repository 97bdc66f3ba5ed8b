"""Web pages: the words that a reader came for, without menus, scripts and advertisements."""

import re
from typing import Final

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from backend.reading.plain import decode, tidy
from backend.reading.schemas import MAX_TEXT, CannotRead, Found

ENOUGH: Final = 200
"""Characters of main content below which the heuristic has likely missed it."""
MAX_TITLE: Final = 200
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.I)


def read_html(data: bytes, charset: str) -> Found:
    """The page's title and main text."""
    if not charset and (named := _META_CHARSET.search(data[:4096])):
        charset = named[1].decode("ascii", "replace")
    try:
        tree = HTMLTree.parse(decode(data, charset))
        text = _main_text(tree)
        title = " ".join((tree.title or "").split())[:MAX_TITLE]
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


def _main_text(tree: HTMLTree) -> str:
    main = str(extract_plain_text(tree, main_content=True, alt_texts=False))
    if len(main.strip()) >= ENOUGH:
        return main
    everything = str(extract_plain_text(tree, main_content=False, alt_texts=False))
    return everything if len(everything.strip()) > 2 * len(main.strip()) else main
