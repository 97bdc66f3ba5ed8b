"""Lengths and cuts in Telegram's unit, the UTF-16 code unit, without cutting a character as
people see it: a family emoji, a flag, a letter with its accents."""

from collections.abc import Iterator

import regex

RICH_LIMIT = 32_000
"""UTF-16 units in a rich message; Telegram takes 32,768 characters (Bot API 10.3)."""
PLAIN_LIMIT = 4_096
"""UTF-16 units in an ordinary message (Bot API 10.3)."""

_CLUSTERS = regex.compile(r"\X")
_LONGEST_CLUSTER = 256
"""Characters to look back for the beginning of a cluster."""
_SEAMS = ("\n\n", "\n", " ")


def utf16_length(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def fitting(text: str, limit: int) -> int:
    """How many characters of `text` fit into `limit` units, in whole clusters; where even the
    first cluster is longer, in whole characters. At least one."""
    if len(text) <= limit // 2 or utf16_length(text) <= limit:
        return len(text)
    window = text[: limit + 1]  # every character is at least one unit
    end = units = 0
    for cluster in _CLUSTERS.finditer(window):
        units += utf16_length(cluster[0])
        if units > limit:
            break
        end = cluster.end()
    return end or _fitting_characters(window, limit)


def _fitting_characters(text: str, limit: int) -> int:
    units = 0
    for index, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > limit:
            return max(index, 1)
    return len(text)


def cut(text: str, limit: int) -> int:
    """Where to cut a text that is too long: behind the last empty line, line or word in the
    second half of what fits, else between clusters."""
    end = fitting(text, limit)
    if end == len(text):
        return end
    for seam in _SEAMS:
        at = text.rfind(seam, end // 2, end)
        if at > 0 and _is_boundary(text, at + len(seam)):
            return at + len(seam)
    return end


def _is_boundary(text: str, end: int) -> bool:
    """Whether a cluster ends after the white space before `end`: an accent may combine with it."""
    found = _CLUSTERS.match(text, end - 1)
    return found is not None and found.end() == end


def split(text: str, limit: int) -> list[str]:
    """Pieces that together say all of it. White space at a cut is dropped; none is empty."""
    return [part for piece in pieces(text, limit) if (part := piece.strip("\n "))]


def pieces(text: str, limit: int) -> Iterator[str]:
    """The text in pieces of at most `limit` units, nothing left out."""
    at = 0
    # A copy of what may fit, not of the rest: the whole takes time linear in its length.
    while window := text[at : at + limit + 1]:
        end = cut(window, limit)
        yield window[:end]
        at += end


def tail(text: str, limit: int) -> str:
    """The end of `text` that fits into `limit` units, from the start of a line if it can be: what
    a preview shows of a text that is too long for it."""
    start = len(text)
    units = 0
    while start and units < limit:
        start -= 1
        units += 2 if ord(text[start]) > 0xFFFF else 1
    if units > limit:
        start += 1
    if start == 0:
        return text
    line = text.find("\n", start, (start + len(text)) // 2)
    return text[line + 1 if line >= 0 else _next_boundary(text, start) :]


def _next_boundary(text: str, start: int) -> int:
    """The first end of a cluster at or behind `start`."""
    for cluster in _CLUSTERS.finditer(text, max(0, start - _LONGEST_CLUSTER)):
        if cluster.end() >= start:
            return int(cluster.end())
    return start
