"""Checks of claims against sources."""

from backend.errors.base import BadInput, Conflict, NotFound, Unavailable

__all__ = [
    "CheckAlreadyBegun",
    "CheckNotFound",
    "CheckTextTooLong",
    "NoChecker",
    "NothingToCheck",
]


class CheckNotFound(NotFound):
    """The caller has no such check."""

    code = "check_not_found"


class CheckTextTooLong(BadInput):
    """What is to be checked is over `limit` characters."""

    code, status = "check_text_too_long", 413


class NothingToCheck(BadInput):
    """There is no text, or no claim in it, or none was kept."""

    code = "nothing_to_check"


class CheckAlreadyBegun(Conflict):
    """The check has been run: another one is to be listed for other claims."""

    code = "check_already_begun"


class NoChecker(Unavailable):
    """No model here can check: none searches, and none is another than the one that wrote it."""

    code = "no_checker"
    worth_retrying = False
