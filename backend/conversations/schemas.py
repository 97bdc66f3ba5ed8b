"""The conversations room's types."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from backend.citations import Citation

Role = Literal["user", "assistant"]
State = Literal["complete", "running", "stopped", "interrupted", "limited", "failed"]
"""`limited`: the answer reached its length limit. Only `running` answers change."""

MAX_TEXT: Final = 32_000
"""Longest message a person may send, in characters."""
MAX_TITLE: Final = 120
MAX_FOLDER: Final = 40
"""Longest name of a folder, in characters."""


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a question is to be answered: its `task` with options, and whether to search. It belongs
    to the message, so that regenerating requests the answer in the same way. `placeholders` are
    those in its text, and what they stand for."""

    task: str | None = None
    options: dict[str, str] = {}
    search: bool = False
    placeholders: dict[str, str] = {}


PLAINLY: Final = Asked()


class Step(msgspec.Struct, frozen=True):
    """A tool that was used for an answer; `query` is its input, if known."""

    tool: str
    query: str | None = None


class Thinking(msgspec.Struct, frozen=True):
    """A model's thinking and tool use before its answer, and its `seconds`."""

    text: str = ""
    seconds: int = 0
    steps: tuple[Step, ...] = ()


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
    thinking: Thinking | None = None


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation; `leaf_id` ends the branch that the person looks at. `server_only`: only
    models of this server get its text. A temporary one ends at `expires_at`."""

    id: UUID
    title: str | None
    pinned: bool
    leaf_id: UUID | None
    created_at: datetime
    updated_at: datetime
    server_only: bool = False
    expires_at: datetime | None = None
    folder: str | None = None


class Page(msgspec.Struct, frozen=True):
    """A page of the list; `next_cursor` continues it, None is the end."""

    items: tuple[Conversation, ...]
    next_cursor: str | None


class Turn(msgspec.Struct, frozen=True):
    """An answer that is about to be made. `history` ends with the user's message to answer, and
    starts at the root if it is `whole`; `answer` is the assistant's message, still running.
    `server_only`: the conversation may go to models of this server only."""

    conversation_id: UUID
    history: tuple[Message, ...]
    answer: Message
    whole: bool
    server_only: bool


class Checkpoint(msgspec.Struct, frozen=True):
    """The text that a running answer has so far."""

    user_id: int
    conversation_id: UUID
    message_id: UUID
    run_id: UUID
    text: str
