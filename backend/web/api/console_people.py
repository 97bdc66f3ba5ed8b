"""/api/console/people: finding a person by the id or name they give, and their account."""

from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from backend.console import Console, PersonCard
from backend.identity import Principal
from backend.settings import Settings
from backend.web.api.console import TAGS
from backend.web.api.wire import Received
from backend.web.operators import operator_from
from backend.web.parts import Part


class Sought(Received, frozen=True):
    """A Telegram id, an @name or a link to a profile. In the body, since addresses are logged."""

    person: Annotated[str, Meta(min_length=1, max_length=256, examples=["@ann_example"])]


@post("/console/people/found", status_code=200, tags=TAGS, summary="Find a person")
async def find_person(
    data: JSONBody[Sought],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """The account of whoever was last seen with this id or name."""
    operator = operator_from(settings, principal)
    return await console.person(operator, await console.find_person(operator, data.person))


@get("/console/people/{person:int}", tags=TAGS, summary="A person's account")
async def show_person(
    person: FromPath[int],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """A person's plan, usage and payments, but none of their texts."""
    return await console.person(operator_from(settings, principal), person)


handlers: list[Any] = [find_person, show_person]
