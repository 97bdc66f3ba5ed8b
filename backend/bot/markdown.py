"""A model's Markdown made safe to send: nothing in it may make Telegram fetch an address.

A rich message may hold pictures, sound and film by address, in Markdown and in HTML, and Telegram
fetches them without asking (core.telegram.org/bots/api#rich-message-formatting-options). Whoever
can make a model write such an address would learn what was said. So images become links, and
other HTML becomes plain text by an invisible character after its "<"; code stays as it is.
"""

import re

JOINER = "\u2060"
"""Of no width, and no line is broken there."""
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(([^)\n]*)\)")
_IMAGE_START = re.compile(r"!(?=\[)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>`]*>)")
_MEDIA = re.compile(
    r"<(?=/?(?:img|image|video|audio|source|picture|figure|iframe|embed|object|svg|link|tg-))",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^( *)(`{3,}|~{3,})([^\n]*)$")
_DEEPEST_SURE = 3
"""A fence indented further may be no fence at all (CommonMark §4.4)."""


def tame(markdown: str) -> str:
    """The same text, without anything that would be fetched."""
    lines: list[str] = []
    fence: tuple[int, str] | None = None
    for line in markdown.split("\n"):
        if fence is not None and _leaves(line, fence[0]):
            fence = None
        found = _FENCE.match(line)
        if fence is not None:
            lines.append(line if fence[0] <= _DEEPEST_SURE else _tame_media(line))
            if found and _closes(found, fence[1]):
                fence = None
        elif found and not (found[2][0] == "`" and "`" in found[3]):
            fence = len(found[1]), found[2]
            lines.append(_tame_media(line))
        else:
            lines.append(_tame_media(_TAG.sub("<" + JOINER, line)))
    return "\n".join(lines)


def _tame_media(line: str) -> str:
    line = _MEDIA.sub("<" + JOINER, line)
    return _IMAGE_START.sub("!" + JOINER, _IMAGE.sub(r"[\1](\2)", line))


def _leaves(line: str, indent: int) -> bool:
    """Whether a line ends the list item that the fence is in, and so the fence."""
    return bool(line.strip()) and len(line) - len(line.lstrip(" ")) < indent


def _closes(found: "re.Match[str]", marker: str) -> bool:
    return found[2].startswith(marker) and not found[3].strip()
