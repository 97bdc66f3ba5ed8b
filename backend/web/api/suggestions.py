"""/api/messages/{id}/suggestions: suggested replies."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath

from backend.generation import ReplySuggester
from backend.identity import SUGGEST, Limiter, Principal
from backend.web.api.wire import Shown
from backend.web.auth import Clock
from backend.web.parts import Part


class SuggestionsShown(Shown, frozen=True):
    """Short replies to an answer, as untrusted plain text: two or three, or none."""

    items: list[str]


@get(
    "/messages/{message_id:uuid}/suggestions",
    tags=["Answers"],
    summary="What might be said next",
)
async def suggest(
    message_id: FromPath[UUID],
    principal: Part[Principal],
    suggester: Part[ReplySuggester],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> SuggestionsShown:
    """Suggested replies, generated on the first request by the provider that wrote the answer. They
    use no message of the quota."""
    await limiter.count_request(SUGGEST, str(principal.user_id), clock())
    return SuggestionsShown(items=[*await suggester.of(principal.user_id, message_id)])


handlers = [suggest]
