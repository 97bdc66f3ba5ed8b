"""/api/erasure: delete the account, requested here and confirmed in the chat with the bot."""

from datetime import datetime
from typing import Any, Literal

from litestar import delete, get, post

from backend.identity import ERASE, Limiter, Principal
from backend.privacy.erasure import ErasureChat, Erasures
from backend.web.api.wire import Shown
from backend.web.auth import Clock
from backend.web.parts import Part

TAGS = ["Privacy"]


class ErasureShown(Shown, frozen=True):
    """The state of an erasure request: "asked" awaits confirmation in the chat until
    `confirmUntil`; "none": there is no request."""

    state: Literal["none", "asked", "erasing", "done"]
    confirm_until: datetime | None


@post("/erasure", tags=TAGS, summary="Ask to delete the account", status_code=202)
async def ask_erasure(
    principal: Part[Principal],
    erasures: Part[Erasures],
    erasure_chat: Part[ErasureChat],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> ErasureShown:
    """Request the erasure. Nothing is deleted yet: the bot asks for confirmation."""
    await limiter.count_request(ERASE, str(principal.user_id), clock())
    asked = await erasures.ask(principal.user_id, principal.language)
    await erasure_chat.ask_to_confirm(principal.user_id, principal.language)
    return ErasureShown(state="asked", confirm_until=asked.confirm_until)


@get("/erasure", tags=TAGS, summary="Whether the account is to be deleted")
async def get_erasure(principal: Part[Principal], erasures: Part[Erasures]) -> ErasureShown:
    """The state of the request."""
    found = await erasures.standing(principal.user_id)
    if found is None:
        return ErasureShown(state="none", confirm_until=None)
    state: Any = found.state
    until = found.confirm_until if found.state == "asked" else None
    return ErasureShown(state=state, confirm_until=until)


@delete("/erasure", tags=TAGS, summary="Do not delete the account", status_code=204)
async def withdraw_erasure(principal: Part[Principal], erasures: Part[Erasures]) -> None:
    """Withdraw the request, as long as it is not confirmed."""
    await erasures.withdraw(principal.user_id)


handlers: list[Any] = [ask_erasure, get_erasure, withdraw_erasure]
