"""What the conversations room hands out and takes."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

Role = Literal["user", "assistant"]
State = Literal["complete", "running", "stopped", "interrupted", "limited", "failed"]
"""`limited`: the answer reached its length limit. Only `running` answers change."""

MAX_TEXT: Final = 32_000
"""Longest message a person may send, in characters."""
MAX_TITLE: Final = 120


class Citation(msgspec.Struct, frozen=True):
    """A source of an answer; `start` and `end` are offsets in its text, where known."""

    url: str
    title: str
    start: int | None = None
    end: int | None = None


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a question is to be answered: the `task` it is for, with its options, and whether to
    search. It belongs to the message, so that a second answer is asked for in the same way."""

    task: str | None = None
    options: dict[str, str] = {}
    search: bool = False


PLAINLY: Final = Asked()


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the tree. Siblings (same `parent_id`) are branches."""

    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    role: Role
    text: str
    state: State
    created_at: datetime
    updated_at: datetime
    model_id: str | None = None
    run_id: UUID | None = None
    error_code: str | None = None
    citations: tuple[Citation, ...] = ()
    asked: Asked = PLAINLY


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation; `leaf_id` ends the branch that the person looks at."""

    id: UUID
    title: str | None
    pinned: bool
    leaf_id: UUID | None
    created_at: datetime
    updated_at: datetime


class Page(msgspec.Struct, frozen=True):
    """A stretch of the list; `next_cursor` continues it, None is the end."""

    items: tuple[Conversation, ...]
    next_cursor: str | None


class Turn(msgspec.Struct, frozen=True):
    """An answer about to be made. `history` runs from the root to the user's message that is
    answered, which is its last; `answer` is the assistant's message, still running."""

    conversation_id: UUID
    history: tuple[Message, ...]
    answer: Message


class Checkpoint(msgspec.Struct, frozen=True):
    """The text that a running answer has so far."""

    user_id: int
    message_id: UUID
    run_id: UUID
    text: str
