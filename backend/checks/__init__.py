"""Checks: the claims of an answer, or of any text, held against sources.

A model lists the claims, another one looks for a source to each. Only a sentence that stands word
for word in the page that was fetched counts: the program sees to that, not a model. A check says
which sources agree or conflict; it proves nothing.
"""

from backend.checks.checker import ClaimChecker
from backend.checks.copies import checks_copy, erase_some
from backend.checks.parts import CheckParts
from backend.checks.ports import SourcePage
from backend.checks.quotes import link_to
from backend.checks.schemas import MAX_CLAIMS, MAX_TEXT, Check, CheckRequest, Claim, Price, Verdict
from backend.checks.service import Checks
from backend.checks.store import is_checking

__all__ = [
    "MAX_CLAIMS",
    "MAX_TEXT",
    "Check",
    "CheckParts",
    "CheckRequest",
    "Checks",
    "Claim",
    "ClaimChecker",
    "Price",
    "SourcePage",
    "Verdict",
    "checks_copy",
    "erase_some",
    "is_checking",
    "link_to",
]
