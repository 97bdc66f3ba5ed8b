"""Business: connected accounts of people, their chats with customers, and the drafts and answers in
them.

A chat is identified by its owner and customer, and nothing of one chat is ever part of another:
neither of another customer's nor of the owner's own conversations.
"""

from backend.business.copies import business_copy, forget_business
from backend.business.decisions import Decision, decide, is_authorised, is_away, wants_person
from backend.business.excerpts import choose_excerpts
from backend.business.ports import CustomerMessenger
from backend.business.replies import BusinessReplies
from backend.business.schemas import (
    MAX_FILE_TEXT,
    MAX_FILES,
    MAX_HANDOVER,
    MAX_HANDOVER_WORD,
    MAX_KNOWLEDGE,
    MAX_REPLY,
    AccountChange,
    BusinessAccount,
    BusinessFile,
    Customer,
    CustomerChat,
    CustomerState,
    InboxDay,
    InboxFigures,
    Line,
    Mode,
    ReplyDraft,
)
from backend.business.store import BusinessInbox

__all__ = [
    "MAX_FILES",
    "MAX_FILE_TEXT",
    "MAX_HANDOVER",
    "MAX_HANDOVER_WORD",
    "MAX_KNOWLEDGE",
    "MAX_REPLY",
    "AccountChange",
    "BusinessAccount",
    "BusinessFile",
    "BusinessInbox",
    "BusinessReplies",
    "Customer",
    "CustomerChat",
    "CustomerMessenger",
    "CustomerState",
    "Decision",
    "InboxDay",
    "InboxFigures",
    "Line",
    "Mode",
    "ReplyDraft",
    "business_copy",
    "choose_excerpts",
    "decide",
    "forget_business",
    "is_authorised",
    "is_away",
    "wants_person",
]
