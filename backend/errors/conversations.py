"""Conversations and their messages."""

from backend.errors.base import BadInput, Conflict, NotFound


class MessageTooLong(BadInput):
    """A message's text is over `limit` characters."""

    code = "message_too_long"


class ConversationNotFound(NotFound):
    """The caller has no such conversation."""

    code = "conversation_not_found"


class MessageNotFound(NotFound):
    """The caller has no such message in this conversation."""

    code = "message_not_found"


class ConversationExists(Conflict):
    """The caller already has a conversation with this id."""

    code = "conversation_exists"


class MessageExists(Conflict):
    """The caller already has a message with this id."""

    code = "message_exists"


class AnswerNotContinuable(Conflict):
    """Only an answer that ended early can go on."""

    code = "answer_not_continuable"
