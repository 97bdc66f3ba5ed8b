"""Data of an attempt at a provider, before it is sent and after its end.

The privacy room stores receipts; callers of providers fill these in.
"""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from backend.llm.events import Retention, Sent, Usage
from backend.llm.port import ChatRequest

ReceiptKind: TypeAlias = Literal["message", "file"]


class TextSource(Struct, frozen=True):
    """A stored text that may be in the body, whole or in part: a message's or a file's."""

    kind: ReceiptKind
    id: UUID
    text: str


class ContentSource(Struct, frozen=True):
    """A file's bytes, which may be in the body as they are or in base64. `id` is None if the file
    is not kept: then neither does a recipe keep it, and the body cannot be made again."""

    id: UUID | None
    data: bytes


ReceiptSource: TypeAlias = TextSource | ContentSource


class ReceiptEntry(Struct, frozen=True, kw_only=True):
    """One attempt that is about to be sent; `sent` with its body.

    `message_id` is the answer that it is made for, `message_ids` and `file_ids` what of the
    person's is in it, `fields` the parts of the request, `prompts` the templates with their
    versions, such as `system@1`. `sources` are the stored texts and files that the body was made
    of, in the order in which they are in it; `redacted` the placeholders in them.
    """

    user_id: int
    purpose: str
    sent: Sent
    sent_at: datetime
    run_id: UUID | None = None
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    message_ids: tuple[UUID, ...] = ()
    file_ids: tuple[UUID, ...] = ()
    fields: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    sources: tuple[ReceiptSource, ...] = ()
    redacted: tuple[str, ...] = ()


class ReceiptEnd(Struct, frozen=True, kw_only=True):
    """How an attempt ended: a reason of Done such as `stop`, an error's code, or how it was
    cancelled."""

    user_id: int
    receipt_id: UUID
    outcome: str
    usage: Usage | None = None
    retention: Retention | None = None


def fields_of(request: ChatRequest) -> tuple[str, ...]:
    """The non-empty parts of a request, such as `system` and `search`."""
    told = {
        "system": bool(request.system),
        "turns": bool(request.turns),
        "search": request.search is not None,
        "effort": request.effort is not None,
        "temperature": request.temperature is not None,
        "max_output_tokens": request.max_output_tokens is not None,
        "safety_id": request.safety_id is not None,
    }
    return tuple(name for name, is_told in told.items() if is_told)
