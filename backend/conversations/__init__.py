"""Conversations: threads, the tree of their messages, and the list that finds them again."""

from backend.conversations.answers import checkpoint_texts, finish_message, interrupt_message
from backend.conversations.copies import erase, export
from backend.conversations.listing import list_conversations
from backend.conversations.path import path_to
from backend.conversations.schemas import (
    MAX_TEXT,
    MAX_TITLE,
    PLAINLY,
    Asked,
    Checkpoint,
    Citation,
    Conversation,
    Message,
    Page,
    Role,
    State,
    Turn,
)
from backend.conversations.search import search_conversations
from backend.conversations.service import (
    create_conversation,
    delete_conversation,
    get_conversation,
    get_message,
    get_messages,
    pin,
    rename,
    set_leaf,
    set_title,
)
from backend.conversations.turns import continue_answer, regenerate, start_turn

__all__ = [
    "MAX_TEXT",
    "MAX_TITLE",
    "PLAINLY",
    "Asked",
    "Checkpoint",
    "Citation",
    "Conversation",
    "Message",
    "Page",
    "Role",
    "State",
    "Turn",
    "checkpoint_texts",
    "continue_answer",
    "create_conversation",
    "delete_conversation",
    "erase",
    "export",
    "finish_message",
    "get_conversation",
    "get_message",
    "get_messages",
    "interrupt_message",
    "list_conversations",
    "path_to",
    "pin",
    "regenerate",
    "rename",
    "search_conversations",
    "set_leaf",
    "set_title",
    "start_turn",
]
