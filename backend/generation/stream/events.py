"""The stream's events as they go over the wire: `id: N`, then one line of JSON.

A payload is the JSON alone; the log numbers it and makes it a frame. JSON holds no line break,
so a blank line ends a frame and nothing else does.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from backend.citations import Citation
from backend.files import Card
from backend.generation.stream.message_shown import MessageShown
from backend.runlog import sse

State: TypeAlias = Literal["running", "complete", "stopped", "interrupted", "limited", "failed"]
"""What a run, and with it its answer, can be. All but `running` are final."""

_encode = msgspec.json.Encoder().encode


class StartEvent(Struct, frozen=True, tag_field="type", tag="start", rename="camel"):
    """The first event. It carries the answer as stored, so a reader (re)starts from it."""

    run_id: UUID
    conversation_id: UUID
    user_message: MessageShown | None
    message: MessageShown


class QueuedEvent(Struct, frozen=True, tag_field="type", tag="queued"):
    """The run is queued; `place` counts from 1."""

    place: int


class ModelEvent(Struct, frozen=True, tag_field="type", tag="model", rename="camel"):
    """Who answers; `fallback` when it is not the model that was asked first."""

    model_id: str
    model_name: str
    fallback: bool


class TextEvent(Struct, frozen=True, tag_field="type", tag="text"):
    """More of the answer."""

    text: str


class ReasoningEvent(Struct, frozen=True, tag_field="type", tag="reasoning"):
    """More of the model's thinking; empty in a replay from the database."""

    text: str


class ActivityEvent(Struct, frozen=True, tag_field="type", tag="activity"):
    """A tool running at the provider."""

    tool: str
    state: Literal["started", "completed"]
    query: str | None


class TextWasReasoningEvent(
    Struct, frozen=True, tag_field="type", tag="text_was_reasoning", rename="camel"
):
    """The answer's text from code point `start` on was the model's thinking: it moves there."""

    start: int


class TextWithdrawnEvent(
    Struct, frozen=True, tag_field="type", tag="text_withdrawn", rename="camel"
):
    """The answer's text from code point `start` on, and all thoughts, were taken back: moderation
    refused them."""

    start: int


class CitationEvent(Citation, frozen=True, tag_field="type", tag="citation"):
    """A citation."""


class NoticeEvent(Struct, frozen=True, tag_field="type", tag="notice", rename="camel"):
    """Information for the reader; `context_cut` names the first message still sent, the codes of
    errors about pages name the page."""

    code: str
    message_id: UUID | UnsetType = UNSET
    url: str | UnsetType = UNSET


class AttachmentEvent(Struct, frozen=True, tag_field="type", tag="attachment", rename="camel"):
    """A file that became part of a message: a page of the question's, a picture of the answer's."""

    message_id: UUID
    file: Card


class UsageShown(Struct, frozen=True, rename="camel"):
    """Tokens used by the answer."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int


class EndEvent(Struct, frozen=True, tag_field="type", tag="end", rename="camel", kw_only=True):
    """The last event: the run's end. The stream closes after it."""

    state: State
    error_code: str | UnsetType = UNSET
    error_title: str | UnsetType = UNSET
    error_detail: str | UnsetType = UNSET
    retry_after: float | UnsetType = UNSET
    usage: UsageShown | UnsetType = UNSET
    cost_micro_dollars: int | UnsetType = UNSET
    remaining: int | UnsetType = UNSET


StreamEvent: TypeAlias = (
    StartEvent
    | QueuedEvent
    | ModelEvent
    | TextEvent
    | ReasoningEvent
    | ActivityEvent
    | TextWasReasoningEvent
    | TextWithdrawnEvent
    | CitationEvent
    | NoticeEvent
    | AttachmentEvent
    | EndEvent
)


_decode = msgspec.json.Decoder(StreamEvent).decode


def event_payload(event: StreamEvent) -> bytes:
    """The JSON of an event; text and reasoning have faster ways below."""
    return _encode(event)


def read_events(frames: bytes) -> Iterator[tuple[int, StreamEvent]]:
    """The events of some whole frames, each with its number; comments are passed over."""
    for number, json in sse.numbered(frames):
        yield number, _decode(json)


def text_payload(text: str) -> bytes:
    """The JSON of `{"type": "text"}`; apart from the rest because it is the hot one."""
    return b'{"type":"text","text":%b}' % _encode(text)


def reasoning_payload(text: str) -> bytes:
    """The JSON of `{"type": "reasoning"}`."""
    return b'{"type":"reasoning","text":%b}' % _encode(text)
