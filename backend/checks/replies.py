"""Parses models' answers to the two prompts of a check; untrusted text."""

import re
from typing import Final, get_args

from msgspec import Struct

from backend.checks.quotes import MAX_QUOTE, normalised
from backend.checks.schemas import MAX_CLAIM, MAX_CLAIMS, Verdict

NO_CLAIMS: Final = "NONE"
"""What prompts/claims.j2 asks for if there is nothing to check."""

_BULLET: Final = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s+")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\[\]\"“”«»]{3,2000}")
_QUOTES: Final = "\"“”„«»‘’'`* "


class Reply(Struct, frozen=True):
    """A model's verdict on a claim, untrusted until the page is read."""

    verdict: Verdict
    url: str = ""
    quote: str = ""


def claims_in(answer: str) -> tuple[str, ...]:
    """The claims that a model listed, one per line, without repetitions, up to the limit."""
    lines = (normalised(_BULLET.sub("", line.strip())) for line in answer.splitlines())
    found = dict.fromkeys(line for line in lines if _is_claim(line))
    return tuple(found)[:MAX_CLAIMS]


def reply_in(answer: str) -> Reply:
    """The verdict with source and quotation; `none` if one of them is missing."""
    told: dict[str, str] = {}
    for line in answer.splitlines():
        name, colon, value = line.partition(":")
        if colon and (key := name.strip(" *#-`").casefold()) in ("verdict", "source", "quote"):
            told.setdefault(key, value.strip())
    word = told.get("verdict", "").strip("*` .").casefold()
    verdict: Verdict = next((one for one in get_args(Verdict) if word.startswith(one)), "none")
    found = _ADDRESS.search(told.get("source", ""))
    quote = told.get("quote", "").strip(_QUOTES)
    if verdict == "none" or found is None or not 0 < len(quote) <= 2 * MAX_QUOTE:
        return Reply("none")
    return Reply(verdict, _trimmed(found.group()), quote)


def _is_claim(line: str) -> bool:
    letters = any(letter.isalpha() for letter in line)
    return letters and len(line) <= MAX_CLAIM and not line.endswith(":") and line != NO_CLAIMS


def _trimmed(address: str) -> str:
    """An address without punctuation or Markdown after it."""
    address = address.rstrip(".,;:!?*`'")
    while address.endswith(")") and address.count("(") < address.count(")"):
        address = address[:-1]
    return address
