"""Checks: compare the claims of an answer, or of any text, with sources.

A model lists the claims, and another one searches a source for each. A quotation only counts if it
is in the fetched page word for word, which the program verifies, not a model. A check says which
sources agree or conflict; it proves nothing.
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
