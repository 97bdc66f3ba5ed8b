"""The events of an answer: one closed union that every wire adapter yields.

Nothing else may be yielded, so that consumers can match exhaustively. All quantities are counts of
tokens or calls; money is whole micro-dollars (1 USD = 1,000,000).
"""

import hashlib
from typing import Literal, Self, TypeAlias

from msgspec import Struct, field

from backend.citations import Citation

DoneReason: TypeAlias = Literal["stop", "length", "refusal", "content_filter"]


class Sent(Struct, frozen=True, gc=False):
    """An attempt is about to be sent to a provider; the hash is of the exact bytes of the body.

    An adapter yields it before anything is sent, and sends only when it is pulled again. `endpoint`
    is the address without a query, `size` the body's length in bytes; `body` is set by the adapter
    and removed by the router, which records it.
    """

    provider: str
    model_id: str
    body_sha256: str
    endpoint: str = ""
    size: int = 0
    body: bytes = b""

    @classmethod
    def of(cls, provider: str, model_id: str, endpoint: str, body: bytes) -> Self:
        """The event for a body to be sent."""
        digest = hashlib.sha256(body).hexdigest()
        return cls(provider, model_id, digest, endpoint.partition("?")[0], len(body), body)


class Answering(Struct, frozen=True, gc=False):
    """The model that answers; `fallback` if it is not the first one tried."""

    model_id: str
    model_name: str
    fallback: bool


class Text(Struct, frozen=True, gc=False):
    """The next piece of the answer (Markdown, untrusted)."""

    text: str


class Reasoning(Struct, frozen=True, gc=False):
    """The next piece of the model's thinking; not part of the answer."""

    text: str


class WasThinking(Struct, frozen=True, gc=False):
    """All Text of this attempt so far was thinking, as a closing tag showed."""


class ToolActivity(Struct, frozen=True, gc=False):
    """A tool running at the provider (web_search, x_search, …); `query` once it is known."""

    tool: str
    state: Literal["started", "completed"]
    query: str | None = None


class Image(Struct, frozen=True, gc=False):
    """A picture the model made, whole."""

    media_type: str
    data: bytes


class Usage(Struct, frozen=True):
    """What the attempt used, by one rule for all providers.

    `input_tokens` includes `cached_tokens`; `output_tokens` includes `reasoning_tokens`.
    `cost_micro_dollars` is the provider's own figure if reported, else None until the router prices
    it. `estimated`: tokens were counted here because the provider reported none.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    tool_calls: dict[str, int] = field(default_factory=dict)
    cost_micro_dollars: int | None = None
    estimated: bool = False


class Failed(Struct, frozen=True):
    """An attempt that failed before anything was visible, and its possible charge."""

    provider: str
    model_id: str
    usage: Usage


class Retention(Struct, frozen=True, gc=False):
    """Whether the provider's answer says that it keeps nothing; None if it says neither."""

    zero_data_retention: bool | None


class Done(Struct, frozen=True, gc=False):
    """The terminal event: the provider said that the answer ends here, and why."""

    reason: DoneReason


Event: TypeAlias = (
    Sent
    | Answering
    | Text
    | Reasoning
    | WasThinking
    | ToolActivity
    | Citation
    | Image
    | Usage
    | Failed
    | Retention
    | Done
)

VISIBLE = (Text, Reasoning, ToolActivity, Citation, Image)
"""Visible events: after the first one an attempt may not be retried elsewhere."""
