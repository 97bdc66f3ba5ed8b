"""What a model says while it answers: one closed union that every wire adapter yields.

Nothing outside this file may be yielded, so that a consumer can match on it exhaustively. All
quantities are counts of tokens or calls; money is whole micro-dollars (1 USD = 1,000,000).
"""

from typing import Literal, TypeAlias

from msgspec import Struct, field

DoneReason: TypeAlias = Literal["stop", "length", "refusal", "content_filter"]


class Sent(Struct, frozen=True, gc=False):
    """One attempt left for a provider; the hash is of the exact bytes of the request's body."""

    provider: str
    model_id: str
    body_sha256: str


class Answering(Struct, frozen=True, gc=False):
    """Which model is about to write; `fallback` when it is not the one first tried."""

    model_id: str
    model_name: str
    fallback: bool


class Text(Struct, frozen=True, gc=False):
    """The next piece of the answer (Markdown, untrusted)."""

    text: str


class Reasoning(Struct, frozen=True, gc=False):
    """The next piece of what the model tells of its thinking; not part of the answer."""

    text: str


class ToolActivity(Struct, frozen=True, gc=False):
    """A tool running at the provider (web_search, x_search, …); `query` once it is known."""

    tool: str
    state: Literal["started", "completed"]
    query: str | None = None


class Citation(Struct, frozen=True, gc=False):
    """A source. `start` and `end` are offsets in code points into the answer's text so far.

    Both are None for a source of the answer as a whole.
    """

    url: str
    title: str
    start: int | None = None
    end: int | None = None


class Image(Struct, frozen=True, gc=False):
    """A picture the model made, whole."""

    media_type: str
    data: bytes


class Usage(Struct, frozen=True):
    """What the attempt used, by one rule for all providers.

    `input_tokens` includes `cached_tokens`; `output_tokens` includes `reasoning_tokens`.
    `cost_micro_dollars` is the provider's own figure where it tells one, else None until the
    router prices it. `estimated` when tokens were counted here because the provider told none.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    tool_calls: dict[str, int] = field(default_factory=dict)
    cost_micro_dollars: int | None = None
    estimated: bool = False


class Failed(Struct, frozen=True):
    """An attempt that the router gave up before anything of it was seen, and for which its
    provider may charge: what that may be."""

    provider: str
    model_id: str
    usage: Usage


class Retention(Struct, frozen=True, gc=False):
    """The provider's own evidence that it keeps nothing; None where it says nothing."""

    zero_data_retention: bool | None


class Done(Struct, frozen=True, gc=False):
    """The terminal event: the provider said that the answer ends here, and why."""

    reason: DoneReason


Event: TypeAlias = (
    Sent
    | Answering
    | Text
    | Reasoning
    | ToolActivity
    | Citation
    | Image
    | Usage
    | Failed
    | Retention
    | Done
)

VISIBLE = (Text, Reasoning, ToolActivity, Citation, Image)
"""Events a person sees: after the first of them an attempt may not be retried elsewhere."""
