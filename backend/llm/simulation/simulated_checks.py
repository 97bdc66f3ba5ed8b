"""Simulates checks: claims taken from the text, and verdicts in turn.

Of three claims the first is agreed with, the second contradicted, and for the third a sentence is
quoted that does not stand in the page, as models do. The page is simulated, too: its address
cannot exist (RFC 2606), and it says so of itself.
"""

import re
from typing import Final

from backend.i18n import translator

LISTING: Final = "List the factual claims of the material below"
"""What prompts/claims.j2 asks for."""
CHECKING: Final = "says whether the claim below holds"
"""What prompts/check_claim.j2 asks for."""
PAGE_ADDRESS: Final = "https://simulation.invalid/"
MOST: Final = 3
LONGEST: Final = 200

_MATERIAL: Final = re.compile(r"<material [^>]{0,400}>\n(.*)\n</material ", re.DOTALL)
_NUMBER: Final = re.compile(r"^Claim (\d{1,2}):", re.MULTILINE)
_TURNS: Final = (("agrees", "agrees"), ("conflicts", "conflicts"), ("agrees", "invented"))
"""Verdicts, and the sentences that are quoted for them."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?؟。])\s+|\n+")


def claims_of(question: str) -> str:
    """The text's first sentences, as if they were its claims."""
    found = _MATERIAL.search(question)
    sentences = _SENTENCE_END.split(found[1]) if found else []
    whole = [one.strip(" -*#>") for one in sentences]
    claims = [one for one in whole if 10 < len(one) <= LONGEST and not one.endswith(("?", ":"))]
    return "\n".join(f"- {one}" for one in claims[:MOST]) or "NONE"


def verdict_of(question: str, language: str) -> str:
    """The verdict for a claim, by its number."""
    found = _NUMBER.search(question)
    number = int(found[1]) if found else 1
    verdict, sentence = _TURNS[(number - 1) % len(_TURNS)]
    quote = translator(language)(f"simulation.check.{sentence}")
    return f"VERDICT: {verdict}\nSOURCE: {PAGE_ADDRESS}{language}\nQUOTE: {quote}"


def page_text(address: str) -> str:
    """The simulated page's text."""
    t = translator(address.removeprefix(PAGE_ADDRESS))
    return "\n\n".join(t(f"simulation.check.{one}") for one in ("page", "agrees", "conflicts"))
