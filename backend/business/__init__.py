"""Business: a person's account that the bot is connected to, its chats with customers, and what is
drafted or answered in them.

A chat is known by its owner and customer, and nothing of one is ever part of another: neither of
another customer's, nor of the owner's own conversations.
"""

from backend.business.copies import business_copy, forget_business
from backend.business.decisions import Decision, decide, is_away
from backend.business.schemas import (
    MAX_KNOWLEDGE,
    AccountChange,
    BusinessAccount,
    CustomerChat,
    InboxFigures,
    Line,
    Mode,
    ReplyDraft,
)
from backend.business.store import BusinessInbox

__all__ = [
    "MAX_KNOWLEDGE",
    "AccountChange",
    "BusinessAccount",
    "BusinessInbox",
    "CustomerChat",
    "Decision",
    "InboxFigures",
    "Line",
    "Mode",
    "ReplyDraft",
    "business_copy",
    "decide",
    "forget_business",
    "is_away",
]
