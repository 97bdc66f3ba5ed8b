"""/api/me: the person's plan, what is left of it, and their settings."""

from datetime import datetime
from typing import Annotated, Literal

from litestar import get, patch
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import access, plans, quota, spending
from backend.db import Database, Vault
from backend.i18n import translator
from backend.identity import Principal, SettingsChange, change_settings, profile
from backend.llm import personas
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock
from backend.web.parts import Part

TAGS = ["The person"]


class UserId(Shown, frozen=True):
    """The Telegram id; nothing else of the person is kept."""

    id: int


class PlanOn(Shown, frozen=True):
    """The plan one is on. `renewsAt` is when what is open ends or renews, and `renewal` which of
    the two (null: nothing was to renew); `searches` whether a question may search, `images`
    whether it may ask for a picture."""

    id: str
    name: str
    renews_at: datetime | None
    renewal: Literal["on", "off", "failed"] | None
    searches: bool
    images: bool


class QuotaShown(Shown, frozen=True):
    """What is left of the day's messages, and when it is renewed; `credits` come after."""

    limit: int
    used: int
    remaining: int
    credits: int
    renews_at: datetime


class SettingsShown(Shown, frozen=True):
    """`handOff`: whether answers that nobody watched are sent to the chat with the bot;
    `suggestions`: whether GET /api/messages/{id}/suggestions proposes replies.
    `personaId`: who answers, of GET /api/personas.
    `spendingCapMicroDollars`: the most that a calendar month's (UTC) answers may cost at
    providers; null is no cap."""

    hand_off: bool
    suggestions: bool
    model_id: str | None
    custom_instructions: str | None
    persona_id: str
    spending_cap_micro_dollars: int | None


class Me(Shown, frozen=True):
    """Everything the app shows about its user."""

    user: UserId
    language: str
    plan: PlanOn
    quota: QuotaShown
    settings: SettingsShown


class SettingsPatch(Received, frozen=True):
    """What to change; a field left out stays, null takes the setting away."""

    hand_off: bool | UnsetType = UNSET
    suggestions: bool | UnsetType = UNSET
    model_id: Annotated[str, Meta(max_length=100)] | UnsetType | None = UNSET
    custom_instructions: (
        Annotated[str, Meta(max_length=4000, examples=["Answer briefly."])] | UnsetType | None
    ) = UNSET
    persona_id: Annotated[str, Meta(max_length=40, examples=["teacher"])] | UnsetType | None = UNSET
    spending_cap_micro_dollars: (
        Annotated[int, Meta(ge=0, le=spending.MAX_CAP, examples=[5_000_000])] | UnsetType | None
    ) = UNSET


class MePatch(Received, frozen=True):
    """A change of settings."""

    settings: SettingsPatch


@get("/me", tags=TAGS, summary="The person's plan, quota and settings")
async def get_me(
    principal: Part[Principal], database: Part[Database], vault: Part[Vault], clock: Part[Clock]
) -> Me:
    """What is left, and what is set."""
    async with database.snapshot() as db:
        return await _me(db, vault, principal, clock())


@patch("/me", tags=TAGS, summary="Change settings")
async def change_me(
    data: JSONBody[MePatch],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
) -> Me:
    """Change what is given, all of it or nothing.

    Raises:
        PersonaUnknown: there is none of this id.
    """
    wanted = data.settings
    if wanted.persona_id:
        personas.find(wanted.persona_id)
    change = SettingsChange(
        hand_off=wanted.hand_off,
        suggestions=wanted.suggestions,
        model_id=wanted.model_id,
        custom_instructions=wanted.custom_instructions,
        persona_id=wanted.persona_id,
    )
    now = clock()
    async with database.unit_of_work() as db:
        await change_settings(db, vault, principal.user_id, change)
        if wanted.spending_cap_micro_dollars is not UNSET:
            await spending.set_cap(db, principal.user_id, wanted.spending_cap_micro_dollars, now)
        return await _me(db, vault, principal, now)


async def _me(db: AsyncConnection, vault: Vault, principal: Principal, now: datetime) -> Me:
    person = await profile(db, vault, principal.user_id)
    on = await access.current(db, principal.user_id, now)
    left = await quota.allowance(db, principal.user_id, now)
    name = translator(principal.language)(plans.get(on.plan_id).name_key)
    return Me(
        user=UserId(id=principal.user_id),
        language=principal.language,
        plan=PlanOn(
            id=on.plan_id,
            name=name,
            renews_at=on.open_until,
            renewal=on.renewal if on.source == "subscription" else None,
            searches=on.limits.searches,
            images=on.limits.images,
        ),
        quota=QuotaShown(
            limit=left.limit,
            used=left.used,
            remaining=left.remaining,
            credits=left.credits,
            renews_at=left.renews_at,
        ),
        settings=SettingsShown(
            hand_off=person.hand_off,
            suggestions=person.suggestions,
            model_id=person.model_id,
            custom_instructions=person.custom_instructions,
            persona_id=personas.chosen(person.persona_id).id,
            spending_cap_micro_dollars=left.spending_cap,
        ),
    )


handlers = [get_me, change_me]
