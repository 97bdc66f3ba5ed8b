"""Conversations: threads, message trees, list and search."""

from backend.conversations import copies, sharing
from backend.conversations.answers import checkpoint_texts, finish_message, interrupt_message
from backend.conversations.copies import erase, export
from backend.conversations.deleting import (
    UNDO_LIFE,
    delete_conversation,
    delete_message,
    forget_overdue,
    people_with_overdue,
    restore_conversation,
    restore_message,
)
from backend.conversations.folders import folder_names, list_folder, set_folder
from backend.conversations.listing import list_conversations
from backend.conversations.newest_answers import OpenedAnswers, newest_answers
from backend.conversations.path import Branch, Takes, newest, path_to, turn_of
from backend.conversations.previews import Preview, previews
from backend.conversations.schemas import (
    MAX_FOLDER,
    MAX_TEXT,
    MAX_TITLE,
    PLAINLY,
    Asked,
    Checkpoint,
    Conversation,
    Message,
    Page,
    Role,
    State,
    Step,
    Thinking,
    Turn,
)
from backend.conversations.search import search_conversations
from backend.conversations.sending_on import MessagePreparer, text_to_send_on
from backend.conversations.service import (
    create_conversation,
    get_conversation,
    get_message,
    get_messages,
    is_server_only,
    pin,
    placeholders_of,
    rename,
    set_leaf,
    set_server_only,
    set_title,
)
from backend.conversations.turns import continue_answer, regenerate, start_turn

__all__ = [
    "MAX_FOLDER",
    "MAX_TEXT",
    "MAX_TITLE",
    "PLAINLY",
    "UNDO_LIFE",
    "Asked",
    "Branch",
    "Checkpoint",
    "Conversation",
    "Message",
    "MessagePreparer",
    "OpenedAnswers",
    "Page",
    "Preview",
    "Role",
    "State",
    "Step",
    "Takes",
    "Thinking",
    "Turn",
    "checkpoint_texts",
    "continue_answer",
    "copies",
    "create_conversation",
    "delete_conversation",
    "delete_message",
    "erase",
    "export",
    "finish_message",
    "folder_names",
    "forget_overdue",
    "get_conversation",
    "get_message",
    "get_messages",
    "interrupt_message",
    "is_server_only",
    "list_conversations",
    "list_folder",
    "newest",
    "newest_answers",
    "path_to",
    "people_with_overdue",
    "pin",
    "placeholders_of",
    "previews",
    "regenerate",
    "rename",
    "restore_conversation",
    "restore_message",
    "search_conversations",
    "set_folder",
    "set_leaf",
    "set_server_only",
    "set_title",
    "sharing",
    "start_turn",
    "text_to_send_on",
    "turn_of",
]
