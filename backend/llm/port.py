"""The port between Tanya and any model: requests, and the adapter's interface.

A request does not say who is asking. The only identifier is `safety_id`, an opaque hash, sent to
providers that want one to attribute abuse.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from backend.llm.events import Event, Retention, Sent, Usage
from backend.llm.model import Model

Effort: TypeAlias = Literal["none", "low", "medium", "high", "xhigh"]


class TextPart(Struct, frozen=True, tag="text"):
    """Text that a person wrote, or that was extracted from an attachment."""

    text: str


class ImagePart(Struct, frozen=True, tag="image"):
    """A picture for a model that can see; `media_type` is image/jpeg, image/png or image/webp."""

    media_type: str
    data: bytes


class FilePart(Struct, frozen=True, tag="file"):
    """A file for a model that reads files itself; `name` is neutral, made by Tanya."""

    name: str
    media_type: str
    data: bytes


Part: TypeAlias = TextPart | ImagePart | FilePart


class PromptTurn(Struct, frozen=True):
    """One message of the conversation, oldest first in a request."""

    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The turn's text parts, joined by blank lines."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))


class Search(Struct, frozen=True):
    """Live search at the provider. Domains and handles are bare names; dates are YYYY-MM-DD.

    Allowed and excluded exclude one another, as they do at the providers. A model that cannot
    search answers without, unless it is `required`. `x` is for xAI; others search the web.
    """

    web: bool = True
    x: bool = False
    allowed_domains: tuple[str, ...] = ()
    excluded_domains: tuple[str, ...] = ()
    allowed_handles: tuple[str, ...] = ()
    excluded_handles: tuple[str, ...] = ()
    from_date: str | None = None
    to_date: str | None = None
    max_uses: int | None = None
    required: bool = False


class ChatRequest(Struct, frozen=True):
    """A request to any provider. `whole`: the answer is wanted in one piece, since nobody watches
    it grow; that takes less work than its stream."""

    model: Model
    system: str
    turns: tuple[PromptTurn, ...]
    max_output_tokens: int | None = None
    temperature: float | None = None
    search: Search | None = None
    effort: Effort | None = None
    safety_id: str | None = None
    whole: bool = False


class Adapter(Protocol):
    """One wire protocol spoken to one provider."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """Send the request and yield one batch of events per network read.

        The first batch is Sent, and nothing is sent before the second one is pulled; the last one
        holds Done. While the consumer does not pull, the socket is paused. Closing the generator
        closes the provider's connection before `aclose()` returns, which is the only way to cancel.

        Raises only ProviderError and its kinds (see backend/errors/).
        """
        ...


class SendRecorder(Protocol):
    """Records every attempt of one request; called by the router."""

    async def before_send(self, sent: Sent, request: ChatRequest) -> None:
        """Store the record. Nothing is sent before it returns, nor if it raises."""
        ...

    def attempt_ended(self, outcome: str, usage: Usage | None, retention: Retention | None) -> None:
        """The attempt that was recorded last is over: `outcome` is `stop` or another reason of
        Done, or the code of its error. Not called for a cancelled attempt."""
        ...
