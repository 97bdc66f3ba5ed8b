"""/api/console/confirmations: what became of what an operator asked for and was asked about."""

from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath

from backend.console import Confirmation, Confirmations
from backend.identity import Principal
from backend.settings import Settings
from backend.web.operators import operator_from
from backend.web.parts import Part


@get(
    "/console/confirmations/{confirmation_id:uuid}",
    tags=["The operator"],
    summary="What became of it",
)
async def show_confirmation(
    confirmation_id: FromPath[UUID],
    principal: Part[Principal],
    settings: Part[Settings],
    confirmations: Part[Confirmations],
) -> Confirmation:
    """`waiting` until decided in the chat with the bot, for at most ten minutes."""
    return await confirmations.state(operator_from(settings, principal), confirmation_id)


handlers: list[Any] = [show_confirmation]
