"""/api/me: the person's plan, remaining quota and settings."""

from datetime import datetime
from typing import Annotated, Literal, cast

from litestar import get, patch
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.console import operator_of
from backend.db import Database, Vault
from backend.i18n import best_language, translator
from backend.identity import (
    Identity,
    Principal,
    Profile,
    SettingsChange,
    change_settings,
    profile,
    remember,
)
from backend.llm.prompts import personas
from backend.metering import quota, spending
from backend.plans import access, plans
from backend.settings import Settings
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock, WebRequest, reword_session
from backend.web.parts import Part

TAGS = ["The person"]
RetentionDays = Literal[1, 30, 365]


class UserId(Shown, frozen=True):
    """The Telegram id; no other Telegram data of the person is stored."""

    id: int


class PlanOn(Shown, frozen=True):
    """The plan one is on. `renewsAt` is when Telegram charges for it again or, where nothing
    renews, when it ends; `renewal` tells which (null: nothing was to renew). `searches` whether
    a question may search, `images` whether it may ask for a picture, `filesAMessage` and
    `fileMegabytes` what it may bring."""

    id: str
    name: str
    renews_at: datetime | None
    renewal: Literal["on", "off", "failed"] | None
    searches: bool
    images: bool
    files_a_message: int
    file_megabytes: int


class QuotaShown(Shown, frozen=True):
    """The day's remaining messages, and when they are renewed; `credits` are used after them."""

    limit: int
    used: int
    remaining: int
    credits: int
    renews_at: datetime


class SettingsShown(Shown, frozen=True):
    """`handOff`: whether answers that nobody watched are sent to the chat with the bot;
    `suggestions`: whether GET /api/messages/{id}/suggestions proposes replies.
    `retentionDays`: how long conversations are kept after their last change; null: until deleted.
    `redactOthers`: whether others' words that are forwarded to the bot go out with placeholders for
    names and the like without asking.
    `interactiveCards`: whether the bot sends checklists, quizzes and plans as widgets.
    `personaId`: who answers, of GET /api/personas. `language`: what they chose to be spoken to in;
    null: Telegram's.
    `spendingCapMicroDollars`: the most that a calendar month's (UTC) answers may cost at
    providers; null is no cap."""

    hand_off: bool
    suggestions: bool
    redact_others: bool
    interactive_cards: bool
    join_questions: bool
    model_id: str | None
    custom_instructions: str | None
    persona_id: str
    language: str | None
    retention_days: RetentionDays | None
    spending_cap_micro_dollars: int | None


class Me(Shown, frozen=True):
    """Everything the app shows about its user. `operator`: the console is open to them."""

    user: UserId
    language: str
    plan: PlanOn
    quota: QuotaShown
    settings: SettingsShown
    operator: bool


class SettingsPatch(Received, frozen=True):
    """What to change. A field left out stays; null removes the setting."""

    hand_off: bool | UnsetType = UNSET
    suggestions: bool | UnsetType = UNSET
    redact_others: bool | UnsetType = UNSET
    interactive_cards: bool | UnsetType = UNSET
    join_questions: bool | UnsetType = UNSET
    model_id: Annotated[str, Meta(max_length=100)] | UnsetType | None = UNSET
    custom_instructions: (
        Annotated[str, Meta(max_length=4000, examples=["Answer briefly."])] | UnsetType | None
    ) = UNSET
    persona_id: Annotated[str, Meta(max_length=40, examples=["teacher"])] | UnsetType | None = UNSET
    language: Annotated[str, Meta(max_length=16, examples=["pt-BR"])] | UnsetType | None = UNSET
    retention_days: RetentionDays | UnsetType | None = UNSET
    spending_cap_micro_dollars: (
        Annotated[int, Meta(ge=0, le=spending.MAX_CAP, examples=[5_000_000])] | UnsetType | None
    ) = UNSET


class MePatch(Received, frozen=True):
    """A change of settings. `telegramLanguage` is Telegram's language at the launch, used when
    `settings.language` becomes null."""

    settings: SettingsPatch
    telegram_language: Annotated[str, Meta(max_length=16, examples=["pt-br"])] = ""


@get("/me", tags=TAGS, summary="The person's plan, quota and settings")
async def get_me(
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    settings: Part[Settings],
) -> Me:
    """The person, their quota and settings."""
    async with database.snapshot() as db:
        return await _me(db, vault, principal, clock(), settings)


@patch("/me", tags=TAGS, summary="Change settings")
async def change_me(
    data: JSONBody[MePatch],
    request: WebRequest,
    principal: Part[Principal],
    identity: Part[Identity],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    settings: Part[Settings],
) -> Me:
    """Change the given fields, all or none.

    Raises:
        PersonaUnknown: there is none of this id.
    """
    wanted = data.settings
    if wanted.persona_id:
        personas.find(wanted.persona_id)
    change = SettingsChange(
        hand_off=wanted.hand_off,
        suggestions=wanted.suggestions,
        redact_others=wanted.redact_others,
        interactive_cards=wanted.interactive_cards,
        join_questions=wanted.join_questions,
        model_id=wanted.model_id,
        custom_instructions=wanted.custom_instructions,
        persona_id=wanted.persona_id,
        language=wanted.language,
        retention_days=wanted.retention_days,
    )
    now = clock()
    async with database.unit_of_work() as db:
        await change_settings(db, vault, principal.user_id, change)
        if wanted.spending_cap_micro_dollars is not UNSET:
            await spending.set_cap(db, principal.user_id, wanted.spending_cap_micro_dollars, now)
        if wanted.language is not UNSET:
            telegrams = best_language(data.telegram_language or principal.language)
            spoken = await remember(db, principal.user_id, telegrams, now)
            principal = reword_session(request, identity, spoken, now)
        return await _me(db, vault, principal, now, settings)


async def _me(
    db: AsyncConnection, vault: Vault, principal: Principal, now: datetime, settings: Settings
) -> Me:
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
            renews_at=on.renews_at or on.open_until,
            renewal=on.renewal if on.renews_at or on.source == "subscription" else None,
            searches=on.limits.searches,
            images=on.limits.images,
            files_a_message=on.limits.attachments_a_message,
            file_megabytes=on.limits.attachment_megabytes,
        ),
        quota=QuotaShown(
            limit=left.limit,
            used=left.used,
            remaining=left.remaining,
            credits=left.credits,
            renews_at=left.renews_at,
        ),
        settings=_settings_shown(person, left.spending_cap),
        operator=operator_of(settings, principal.user_id) is not None,
    )


def _settings_shown(person: Profile, spending_cap: int | None) -> SettingsShown:
    return SettingsShown(
        hand_off=person.hand_off,
        suggestions=person.suggestions,
        redact_others=person.redact_others,
        interactive_cards=person.interactive_cards,
        join_questions=person.join_questions,
        model_id=person.model_id,
        custom_instructions=person.custom_instructions,
        persona_id=personas.chosen(person.persona_id).id,
        language=person.chosen_language,
        retention_days=cast("RetentionDays | None", person.retention_days),
        spending_cap_micro_dollars=spending_cap,
    )


handlers = [get_me, change_me]
