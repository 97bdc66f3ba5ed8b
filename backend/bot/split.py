"""Long answers cut into messages at Markdown's own seams.

A rich message takes 32,768 characters and a plain one 4,096 UTF-16 units (Bot API 10.3). A cut
is made between blocks where it can be, else between lines, words, characters; a fenced code
block that must be cut is closed before the cut and opened again after it.
"""

import re
from collections.abc import Iterator

RICH_LIMIT = 32_768
PLAIN_LIMIT = 4_096

# The longest fence that is closed and opened again; a longer one is cut like any line.
LONGEST_FENCE = 64
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$")
_SEAMS = ("\n\n", "\n", " ")


def utf16_length(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` UTF-16 units that together say all of `text`.

    White space at a cut is dropped; a piece is never empty.
    """
    return list(_pieces(text.strip("\n"), limit))


def tail(text: str, limit: int) -> str:
    """The end of `text` that fits into `limit` UTF-16 units, from the start of a line if it can
    be: what a preview shows of a text that is too long for it."""
    if utf16_length(text) <= limit:
        return text
    kept = text[len(text) - _fitting(text[::-1], limit) :]
    start = kept.find("\n", 0, len(kept) // 2)
    return kept[start + 1 :]


def _pieces(text: str, limit: int) -> Iterator[str]:
    while text.strip():
        if utf16_length(text) <= limit:
            yield text
            return
        head, rest = _cut(text, limit - LONGEST_FENCE * 2)
        fence = _open_fence(head)
        # Opened again it must be less than before: a cut right behind its opening is not.
        if fence is not None and len(fence[1]) + 1 + len(rest) < len(text):
            marker, opening = fence
            head, rest = f"{head}\n{marker}", f"{opening}\n{rest}"
        if head.strip():
            yield head
        text = rest


def _cut(text: str, room: int) -> tuple[str, str]:
    """The longest head that fits and ends at the best seam in its second half."""
    end = _fitting(text, room)
    head, rest = text[:end], text[end:]
    for seam in _SEAMS:
        at = text.rfind(seam, end // 2, end)
        if at > 0:
            head, rest = text[:at].rstrip("\n "), text[at + len(seam) :].lstrip("\n")
            break
    before, _, last = head.rpartition("\n")
    if before.strip() and _open_fence(before) is None and _open_fence(last) is not None:
        return before.rstrip("\n "), text[len(before) + 1 :]  # an opening stays with its code
    return head, rest


def _fitting(text: str, room: int) -> int:
    """How many characters of `text` fit into `room` UTF-16 units; never half a pair."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > room:
            return index
    return len(text)


def _open_fence(text: str) -> tuple[str, str] | None:
    """The marker and the opening line of a code block that `text` leaves open."""
    open_with: tuple[str, str] | None = None
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if not found:
            continue
        marker, info = found.groups()
        if open_with is None:
            # An info string of backticks is no fence (CommonMark §4.5).
            if "`" not in info or marker[0] == "~":
                open_with = (marker, line)
        elif marker.startswith(open_with[0]) and not info.strip():
            open_with = None
    if open_with is None or len(open_with[1]) > LONGEST_FENCE:
        return None
    return open_with
