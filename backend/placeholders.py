"""Placeholders for what identifies a person, in words that are not the person's own.

Replaced are names from Telegram's own fields, and text in well-known forms: e-mail addresses, phone
numbers, @usernames, links to profiles, street addresses. A name that is only mentioned in a text
cannot be recognised and stays. The time is linear in the text's length: each pattern starts at a
word's edge and is bounded.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["name", "username", "phone", "email", "address", "link"]

LEAST_NAME: Final = 2
"""A single letter is no name by itself."""
NOTHING_MARKED: Final[Mapping[str, Kind]] = MappingProxyType({})

_HOSTS = (
    r"t\.me|telegram\.me|instagram\.com|facebook\.com|fb\.com|x\.com|twitter\.com|vk\.com|ok\.ru"
    r"|linkedin\.com/in|tiktok\.com|threads\.net|threads\.com|youtube\.com/@|snapchat\.com/add"
    r"|reddit\.com/u|reddit\.com/user|github\.com|wa\.me|bsky\.app/profile"
)
_LINK = (
    rf"(?<![\w@.-])(?:https?://)?(?:www\.|m\.)?(?:{_HOSTS})/?[^\s<>()\[\]\"'/][^\s<>()\[\]\"']{{0,200}}"
    r"|(?<!\w)tg://[^\s<>()\[\]\"']{1,200}"
)
_EMAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_USERNAME = r"(?<![\w@/.+-])@[A-Za-z]\w{3,31}"
_PHONE = (
    r"(?<![\w+])(?:\+|00)(?!0)\d(?:[ ().\u00a0-]{0,2}\d){6,14}(?!\w)"
    r"|(?<![\w+])(?:8[ -]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]?\d{2}[ .-]?\d{2}(?!\w)"
    r"|(?<![\w+])0\d{1,4}[ /-]\d{2,4}(?:[ -]?\d{2,4}){1,3}(?!\w)"
)
_ADDRESS = (
    r"(?<!\w)\d{1,5}[A-Za-z]? (?:[A-Z][\w'’.-]{0,30} ){1,4}"
    r"(?:Street|Road|Avenue|Lane|Drive|Boulevard|Square|Court|Way|Place|St|Rd|Ave|Ln|Dr|Blvd)\b"
    r"|(?<!\w)[A-ZÄÖÜ][\w-]{0,40}(?:straße|strasse|str\.|gasse|allee|platz|weg) \d{1,4}[a-z]?(?!\w)"
    r"|(?<!\w)(?:ул|улица|пр|проспект|пер|переулок|пл|площадь|наб|набережная|шоссе|бульвар)\.? "
    r"[А-ЯЁ][\w-]{0,40}(?: [А-ЯЁ]?[\w-]{1,40})?,? (?:д\. ?|дом )?\d{1,4}[а-я]?(?!\w)"
    r"|(?<!\w)شارع \w{1,40}(?: \w{1,40}){0,2}"
)
_PATTERNS: Final = {
    "link": _LINK,
    "email": _EMAIL,
    "username": _USERNAME,
    "phone": _PHONE,
    "address": _ADDRESS,
}
_ANY = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items())
_PLACEHOLDER = re.compile(
    rf"\[(?:{'|'.join((*_PATTERNS, 'name'))}) \d{{1,9}}\]", re.IGNORECASE | re.ASCII
)


class Redacted(Struct, frozen=True):
    """A text with placeholders, and what each replaces, in the order of the text."""

    text: str
    placeholders: dict[str, str]


def redact(
    text: str,
    names: Iterable[str],
    known: Mapping[str, str],
    marked: Mapping[str, Kind] = NOTHING_MARKED,
) -> Redacted:
    """The text with placeholders for `names`, for what Telegram `marked` (as phone numbers and the
    like), and for anything in the form of personal data.

    What `known` placeholders stand for gets the same ones again, and no other gets any of those.
    `restore` with the result's own placeholders gives the text back.
    """
    kinds = {original.strip(): kind for original, kind in marked.items()}
    numbering = _Numbering(known, taken={*map(str.lower, _PLACEHOLDER.findall(text))})
    found: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        original = match.group()
        kind = match.lastgroup or "name"
        placeholder = numbering.placeholder(kinds.get(original, kind), original)
        found[placeholder] = original
        return placeholder

    return Redacted(_looking_for(kinds, names).sub(replace, text), found)


def has_placeholders(text: str) -> bool:
    """Whether a text contains anything in a placeholder's form."""
    return _PLACEHOLDER.search(text) is not None


def restore(text: str, placeholders: Mapping[str, str]) -> str:
    """The text with placeholders replaced by what they stand for; unknown ones are kept."""
    if not placeholders:
        return text
    return _PLACEHOLDER.sub(
        lambda match: placeholders.get(match.group().lower(), match.group()), text
    )


def _looking_for(marked: Iterable[str], names: Iterable[str]) -> re.Pattern[str]:
    """What is marked, else what has a known form, else a name."""
    return re.compile("|".join((*_words("marked", marked), _ANY, *_words("name", names))))


def _words(group: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """A group that finds any of these as whole words; of two overlapping ones the longer."""
    told = {one.strip() for one in wanted}
    longest_first = sorted((one for one in told if len(one) >= LEAST_NAME), key=len, reverse=True)
    literal = "|".join(map(re.escape, longest_first))
    return (rf"(?P<{group}>(?<!\w)(?:{literal})(?!\w))",) if literal else ()


class _Numbering:
    """Assigns one placeholder to each original, and none that is in the text already."""

    def __init__(self, known: Mapping[str, str], taken: Collection[str]) -> None:
        self._taken = {*known, *taken}
        self._given = {
            original: placeholder for placeholder, original in known.items()
            if placeholder not in taken
        }  # fmt: skip
        self._numbers: dict[str, Iterator[int]] = {}

    def placeholder(self, kind: str, original: str) -> str:
        if (given := self._given.get(original)) is not None:
            return given
        numbers = self._numbers.setdefault(kind, count(1))
        fresh = next(name for n in numbers if (name := f"[{kind} {n}]") not in self._taken)
        self._given[original] = fresh
        return fresh
