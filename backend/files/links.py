"""Selects the links of a message that are read: only where the person asks for it."""

import re
from typing import Final

MAX_LINKS: Final = 2
MOST_WORDS: Final = 12
MOST_CHARACTERS: Final = 100
"""A message with at most this much other text is about its links."""

_LINK: Final = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]{3,2000}", re.IGNORECASE)
_TAIL: Final = ".,;:!?…»”’*_~)"


def links_to_read(text: str, *, about_links: bool) -> tuple[str, ...]:
    """At most two addresses, in their order, each once. `about_links`: the question's task is
    about what a link leads to, such as a summary."""
    found = [_trimmed(match[0]) for match in _LINK.finditer(text)]
    if not found:
        return ()
    rest = " ".join(_LINK.sub(" ", text).split())
    mostly = len(rest) <= MOST_CHARACTERS and len(rest.split()) <= MOST_WORDS
    if not about_links and not mostly:
        return ()
    return tuple(dict.fromkeys(found))[:MAX_LINKS]


def is_links_alone(text: str) -> bool:
    """Whether a message holds nothing but links."""
    return bool(_LINK.search(text)) and not _LINK.sub("", text).strip()


def _trimmed(link: str) -> str:
    """Without the sentence's own marks; a closing bracket stays if it was opened inside."""
    while link[-1] in _TAIL and not (link[-1] == ")" and link.count("(") >= link.count(")")):
        link = link[:-1]
    return link
