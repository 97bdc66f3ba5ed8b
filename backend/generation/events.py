"""The stream's events as they go over the wire: `id: N`, then one line of JSON.

A payload is the JSON alone; the log numbers it and makes it a frame. JSON holds no line break,
so a blank line ends a frame and nothing else does.
"""

from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from backend.sources import Card

State: TypeAlias = Literal["running", "complete", "stopped", "interrupted", "limited", "failed"]
"""What a run, and with it its answer, can be. All but `running` are final."""

KEEP_ALIVE = b":\n\n"
"""A comment, which every reader of event streams ignores: it keeps the connection open."""

_encode = msgspec.json.Encoder().encode


class Start(Struct, frozen=True, tag_field="type", tag="start", rename="camel"):
    """The first event. It carries the answer as stored, so a reader (re)starts from it."""

    run_id: UUID
    conversation_id: UUID
    user_message: Any
    message: Any


class Queued(Struct, frozen=True, tag_field="type", tag="queued"):
    """The run waits for its turn; `place` counts from 1."""

    place: int


class ModelChosen(Struct, frozen=True, tag_field="type", tag="model", rename="camel"):
    """Who answers; `fallback` when it is not the model that was asked first."""

    model_id: str
    model_name: str
    fallback: bool


class Activity(Struct, frozen=True, tag_field="type", tag="activity"):
    """A tool at work at the provider."""

    tool: str
    state: Literal["started", "completed"]
    query: str | None


class CitationShown(Struct, frozen=True, tag_field="type", tag="citation"):
    """A source; offsets count code points of the answer's text."""

    url: str
    title: str
    start: int | None
    end: int | None


class Notice(Struct, frozen=True, tag_field="type", tag="notice", rename="camel"):
    """Something the reader should know; `context_cut` names the first message still sent, the
    codes of errors about pages name the page."""

    code: str
    message_id: UUID | UnsetType = UNSET
    url: str | UnsetType = UNSET


class Attachment(Struct, frozen=True, tag_field="type", tag="attachment", rename="camel"):
    """A file that became part of a message: a page of the question's, a picture of the answer's."""

    message_id: UUID
    file: Card


class UsageShown(Struct, frozen=True, rename="camel"):
    """Tokens used by the answer."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int


class End(Struct, frozen=True, tag_field="type", tag="end", rename="camel", kw_only=True):
    """The last event: what became of the run. The stream closes after it."""

    state: State
    error_code: str | UnsetType = UNSET
    error_title: str | UnsetType = UNSET
    error_detail: str | UnsetType = UNSET
    retry_after: float | UnsetType = UNSET
    usage: UsageShown | UnsetType = UNSET
    cost_micro_dollars: int | UnsetType = UNSET
    remaining: int | UnsetType = UNSET


Shown: TypeAlias = (
    Start | Queued | ModelChosen | Activity | CitationShown | Notice | Attachment | End
)


def payload(event: Shown) -> bytes:
    """The JSON of any event but text and reasoning."""
    return _encode(event)


def text_payload(text: str) -> bytes:
    """The JSON of `{"type": "text"}`; apart from the rest because it is the hot one."""
    return b'{"type":"text","text":%b}' % _encode(text)


def reasoning_payload(text: str) -> bytes:
    """The JSON of `{"type": "reasoning"}`."""
    return b'{"type":"reasoning","text":%b}' % _encode(text)


def frame(number: int, json: bytes) -> bytes:
    """One event as a reader gets it."""
    return b"id: %d\ndata: %b\n\n" % (number, json)


def payloads_of(frames: bytes) -> list[bytes]:
    """The JSON of each of some joined frames."""
    return [one.partition(b"\ndata: ")[2] for one in frames.split(b"\n\n")[:-1]]
