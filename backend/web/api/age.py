"""/api/me/age: whether the person is as old as the operator asks for."""

from typing import Annotated, Any

from litestar import put
from litestar.params import JSONBody
from msgspec import Meta

from backend.db import Database
from backend.identity import Principal
from backend.safety import AgeGate
from backend.web.api.wire import Received
from backend.web.parts import Part


class AgeAnswer(Received, frozen=True):
    """Whether the person is old enough; their age is not asked."""

    old_enough: Annotated[bool, Meta(examples=[True])]


@put("/me/age", status_code=204, tags=["Safety"], summary="Say whether I am old enough")
async def answer_age(
    data: JSONBody[AgeAnswer],
    principal: Part[Principal],
    database: Part[Database],
    age_gate: Part[AgeGate],
) -> None:
    """Required after the error `age_unknown`. A "no" is kept until the person is erased."""
    async with database.unit_of_work() as db:
        await age_gate.answer(db, principal.user_id, old_enough=data.old_enough)


handlers: list[Any] = [answer_age]
