"""The port between Tanya and any model: what is asked, and how an adapter answers.

A request has no field for who is asking. The only thing that tells people apart is `safety_id`,
an opaque hash, sent where a provider wants one to hold abuse against the right caller.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from backend.llm.events import Event
from backend.llm.model import Model

Effort: TypeAlias = Literal["none", "low", "medium", "high", "xhigh"]


class TextPart(Struct, frozen=True, tag="text"):
    """Text a person wrote, or that was taken out of what they attached."""

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


class Turn(Struct, frozen=True):
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
    """Everything a provider is told, whichever it is."""

    model: Model
    system: str
    turns: tuple[Turn, ...]
    max_output_tokens: int | None = None
    temperature: float | None = None
    search: Search | None = None
    effort: Effort | None = None
    safety_id: str | None = None


class Adapter(Protocol):
    """One wire protocol spoken to one provider."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """Ask, and yield one batch per network read: all events which that read brought.

        The first batch holds Sent, the last one Done. While the consumer does not pull, the
        socket is paused and the kernel gathers. Closing the generator closes the provider's
        connection before `aclose()` returns, which is the only way to cancel.

        Raises only ProviderError and its kinds (see backend/errors/).
        """
        ...
