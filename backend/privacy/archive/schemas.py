"""The lines of an export's JSON files, and the JSON Schema that goes with them.

`conversations.jsonl`, `messages.jsonl` and `files.jsonl` hold one object a line. An import takes
the same lines, so these bounds are what it believes of a stranger's file.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from backend.citations import Citation
from backend.conversations import MAX_FOLDER, MAX_TITLE, Role, Thinking

FORMAT: Final = "tanya-export"
VERSION: Final = 1

CONVERSATIONS: Final = "conversations.jsonl"
MESSAGES: Final = "messages.jsonl"
FILES: Final = "files.jsonl"
ACCESSES: Final = "access_log.jsonl"
ACCOUNT: Final = "account.json"
SCHEMA: Final = "schema.json"
MANIFEST: Final = "manifest.json"

MAX_LINE_TEXT: Final = 1_000_000
"""Longest text of a message that is taken, in characters."""

Moment = Annotated[datetime, Meta(tz=True)]
Ended = Literal["complete", "stopped", "interrupted", "limited", "failed"]
Short = Annotated[str, Meta(max_length=2_000)]


class _Line(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Unknown members are passed over: a later version may write more."""


class ConversationLine(_Line, frozen=True):
    """One conversation. `leafId` ends the branch last looked at."""

    id: UUID
    title: Annotated[str, Meta(max_length=MAX_TITLE)] | None
    pinned: bool
    leaf_id: UUID | None
    created_at: Moment
    updated_at: Moment
    server_only: bool = False
    folder: Annotated[str, Meta(max_length=MAX_FOLDER)] | None = None


class MessageLine(_Line, frozen=True):
    """One message; messages with the same `parentId` are branches. `files` are ids of files."""

    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    role: Role
    text: Annotated[str, Meta(max_length=MAX_LINE_TEXT)]
    state: Ended
    created_at: Moment
    updated_at: Moment
    model_id: Annotated[str, Meta(max_length=100)] | None = None
    error_code: Annotated[str, Meta(max_length=64)] | None = None
    citations: Annotated[tuple[Citation, ...], Meta(max_length=500)] = ()
    thinking: Thinking | None = None
    task: Short | None = None
    options: dict[Short, Short] = {}
    search: bool = False
    placeholders: dict[Short, Short] = {}
    files: Annotated[tuple[UUID, ...], Meta(max_length=50)] = ()


class FileLine(_Line, frozen=True):
    """One file. `path` is where its content lies in the ZIP, null if it has none but `text`."""

    id: UUID
    kind: Annotated[str, Meta(max_length=16)]
    media_type: Annotated[str, Meta(max_length=100)]
    name: Annotated[str, Meta(max_length=200)]
    size: int
    created_at: Moment
    path: Annotated[str, Meta(max_length=400)] | None
    url: Short | None = None
    text: str = ""


class AccessLine(_Line, frozen=True):
    """One access to the person's data; `aboutEverybody` was to all people's data at once."""

    at: Moment
    action: Annotated[str, Meta(max_length=32)]
    actor: Literal["person", "operator"]
    about_everybody: bool
    reason: Short | None


class Listed(_Line, frozen=True):
    """A file of the ZIP, as the manifest lists it."""

    name: str
    size: int
    sha256: str


class Manifest(_Line, frozen=True):
    """The last file of each ZIP: what is in it. A copy in several parts ends with `last`."""

    format: Literal["tanya-export"]
    version: Annotated[int, Meta(ge=1, le=VERSION)]
    part: int
    last: bool
    files: list[Listed]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of every kind of line."""
    kinds = (ConversationLine, MessageLine, FileLine, AccessLine, Manifest)
    refs, components = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    names = (CONVERSATIONS, MESSAGES, FILES, ACCESSES, MANIFEST)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "Each line of a .jsonl file, and the manifest, is described here.",
        "properties": dict(zip(names, refs, strict=True)),
        "$defs": components,
    }


if __name__ == "__main__":
    page = Path(__file__).parents[3] / "docs" / "export-schema.json"
    page.write_bytes(msgspec.json.format(msgspec.json.encode(json_schema())) + b"\n")
