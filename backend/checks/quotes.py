"""Verifies that a quotation is in a page; never decided by a model."""

from typing import Final
from urllib.parse import quote as percent_encoded

MIN_QUOTE: Final = 12
MAX_QUOTE: Final = 500
"""The length of a quotation in characters: a shorter one says nothing, a longer one is no
sentence."""
WHOLE: Final = 120
"""Up to this length a link contains the whole quotation, above it only both ends."""
END_WORDS: Final = 5

_UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0xA4CF),  # Chinese, Japanese
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts without spaces between words."""


def normalised(text: str) -> str:
    """The text with every run of white space replaced by one space."""
    return " ".join(text.split())


def stands_in(quotation: str, page: str) -> bool:
    """Whether the quotation is in the page word for word, ignoring white space.

    Only whole words match: “able to pay” is not in “unable to pay”.
    """
    wanted, whole = normalised(quotation), normalised(page)
    if not MIN_QUOTE <= len(wanted) <= MAX_QUOTE:
        return False
    at = whole.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        begins = at == 0 or not _one_word(whole[at - 1], wanted[0])
        ends = end == len(whole) or not _one_word(wanted[-1], whole[end])
        if begins and ends:
            return True
        at = whole.find(wanted, at + 1)
    return False


def link_to(url: str, quotation: str) -> str:
    """The page's address with a text fragment, which makes browsers scroll to the quotation.

    https://wicg.github.io/scroll-to-text-fragment/
    """
    words = normalised(quotation)
    if not words:
        return url
    parts = [words]
    if len(words) > WHOLE and len(words.split(" ")) > 2 * END_WORDS:
        each = words.split(" ")
        parts = [" ".join(each[:END_WORDS]), " ".join(each[-END_WORDS:])]
    # A dash, a comma and an ampersand have a meaning in text fragments.
    directive = ",".join(percent_encoded(part, safe="").replace("-", "%2D") for part in parts)
    return f"{url}{'' if '#' in url else '#'}:~:text={directive}"


def _one_word(before: str, after: str) -> bool:
    both = before.isalnum() and after.isalnum()
    return both and not (_is_unspaced(before) or _is_unspaced(after))


def _is_unspaced(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _UNSPACED)
