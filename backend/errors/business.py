"""The business inbox."""

from backend.errors.base import Conflict, NotFound

__all__ = [
    "BusinessNotConnected",
    "DraftOver",
    "ReplyRefused",
]


class BusinessNotConnected(NotFound):
    """The caller has connected the bot to no account, or has removed it."""

    code = "business_not_connected"


class DraftOver(Conflict):
    """The draft was sent, skipped or superseded, or the caller has none of this id."""

    code = "draft_over"


class ReplyRefused(Conflict):
    """Telegram did not send the reply; the draft still waits."""

    code = "reply_refused"
