"""Conversations and their messages."""

from backend.errors.base import BadInput, Conflict, NotFound

__all__ = [
    "AnswerNotContinuable",
    "CheckOfTemporary",
    "ConversationExists",
    "ConversationNotFound",
    "MessageExists",
    "MessageNotFound",
    "MessageTooLong",
    "NotSentOn",
    "ShareChanged",
    "ShareNotFound",
    "ShareOfTemporary",
]


class MessageTooLong(BadInput):
    """A message's text is over `limit` characters."""

    code = "message_too_long"


class ConversationNotFound(NotFound):
    """The caller has no such conversation."""

    code = "conversation_not_found"


class MessageNotFound(NotFound):
    """The caller has no such message in this conversation."""

    code = "message_not_found"


class ShareNotFound(NotFound):
    """There is no such link: it never was, its time is over, or its person ended it."""

    code = "share_not_found"


class ShareOfTemporary(Conflict):
    """What is temporary cannot be made public."""

    code = "share_of_temporary"


class NotSentOn(Conflict):
    """Telegram permanently refuses to keep a message for the person to share."""

    code = "not_sent_on"


class CheckOfTemporary(Conflict):
    """A check is kept with its claims, and so is not for temporary conversations."""

    code = "check_of_temporary"


class ShareChanged(Conflict):
    """What would be public is not what was shown first."""

    code = "share_changed"


class ConversationExists(Conflict):
    """The caller already has a conversation with this id."""

    code = "conversation_exists"


class MessageExists(Conflict):
    """The caller already has a message with this id."""

    code = "message_exists"


class AnswerNotContinuable(Conflict):
    """Only an answer that ended early can go on."""

    code = "answer_not_continuable"
