"""/api/console: what people object to and report; partners' statements; switches and limits."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from backend.console import (
    FEATURE,
    MODEL,
    ClosingWanted,
    Confirmation,
    Confirmations,
    Console,
    ModerationQueue,
    MonthBooks,
    PayoutWanted,
)
from backend.features import FeatureName, Features
from backend.identity import Principal
from backend.llm import Model, ModelRoom
from backend.plans import plans
from backend.settings import Settings
from backend.web.api.wire import Received, Shown
from backend.web.operators import operator_from, require_confirmed
from backend.web.parts import Part

TAGS = ["The operator"]
MONTH = Meta(pattern=r"^\d{4}-\d{2}$", examples=["2026-11"])
Answer = Annotated[str, Meta(max_length=3000, examples=["You were right."])]


class AppealDecided(Received, frozen=True):
    """Whether the refusal was wrong, with an optional answer to the person."""

    overturned: bool
    answer: Answer = ""


class ReportClosed(Received, frozen=True):
    """An optional answer to the person."""

    answer: Answer = ""


class PersonTold(Shown, frozen=True):
    """Whether the bot could write to the person."""

    told: bool


class MonthClosed(Received, frozen=True):
    """Cannot be undone. Whether the operator confirmed it in the app."""

    confirmed: Annotated[bool, Meta(examples=[True])]


class PaidOut(Received, frozen=True):
    """A payout to a partner, in whole Stars or micro-dollars; negative if the partner paid."""

    partner: Annotated[str, Meta(min_length=1, max_length=40, examples=["xai"])]
    currency: Annotated[Literal["XTR", "USD/1e6"], Meta(examples=["XTR"])]
    amount: Annotated[int, Meta(ge=-(2**53), le=2**53, examples=[100])]
    reference: Annotated[str, Meta(min_length=1, max_length=100, examples=["BANK-17"])]
    confirmed: bool


class ModelSwitch(Shown, frozen=True):
    """One model. If not `offered`, it is switched off for everybody. Prices are the provider's per
    million tokens, in micro-dollars; null: unknown."""

    id: str
    name: str
    provider: str
    offered: bool
    input_micro_dollars: int | None
    output_micro_dollars: int | None


class FeatureSwitch(Shown, frozen=True):
    """A feature that settings leave to the operators. If not `offered`, it is switched off for
    everybody."""

    name: FeatureName
    offered: bool


class PlanLimit(Shown, frozen=True):
    """A plan's messages a day, and its price; 0 Stars: free."""

    id: str
    messages_a_day: int
    stars: int


class LimitsShown(Shown, frozen=True):
    """The limits in force, from settings and plans: amounts in micro-dollars; null is none."""

    daily_cap_micro_dollars: int | None
    max_runs: int
    queue_limit: int
    minimum_age: int | None
    plans: list[PlanLimit]


class SwitchesShown(Shown, frozen=True):
    """All models with a key or an address, the features, and the limits."""

    models: list[ModelSwitch]
    features: list[FeatureSwitch]
    limits: LimitsShown


@get("/console/moderation", tags=TAGS, summary="Appeals and reports that wait")
async def show_moderation(
    principal: Part[Principal], settings: Part[Settings], console: Part[Console]
) -> ModerationQueue:
    """Appeals and reports, with what people chose to send. Each reading is entered in those
    people's access logs."""
    return await console.moderation.queue(operator_from(settings, principal))


@post("/console/appeals/{appeal_id:uuid}", status_code=200, tags=TAGS, summary="Decide an appeal")
async def decide_appeal(
    appeal_id: FromPath[UUID],
    data: JSONBody[AppealDecided],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonTold:
    """Decide an appeal, once. The person is told in the chat."""
    operator = operator_from(settings, principal)
    told = await console.moderation.decide(
        operator, appeal_id, overturned=data.overturned, answer=data.answer
    )
    return PersonTold(told=told)


@post("/console/reports/{report_id:uuid}", status_code=200, tags=TAGS, summary="Close a report")
async def close_report(
    report_id: FromPath[UUID],
    data: JSONBody[ReportClosed],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonTold:
    """Close a report; the person gets the answer, if there is one."""
    operator = operator_from(settings, principal)
    return PersonTold(told=await console.moderation.close(operator, report_id, data.answer))


@get("/console/statements/{month:str}", tags=TAGS, summary="Partners' statements of a month")
async def show_statements(
    month: FromPath[Annotated[str, MONTH]],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> MonthBooks:
    """The statements as closed, or the open month's current figures."""
    operator = operator_from(settings, principal)
    return await console.books.month(operator, month, principal.language)


@post(
    "/console/statements/{month:str}/{partner:str}/sent",
    status_code=204,
    tags=TAGS,
    summary="Send me a statement",
)
async def send_statement(
    month: FromPath[Annotated[str, MONTH]],
    partner: FromPath[str],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> None:
    """Send the statement as CSV, with every charge, to the operator's own chat with the bot."""
    await console.books.send(operator_from(settings, principal), partner, month)


@post("/console/statements/{month:str}/closed", status_code=202, tags=TAGS, summary="Close it")
async def close_month(
    month: FromPath[Annotated[str, MONTH]],
    data: JSONBody[MonthClosed],
    principal: Part[Principal],
    settings: Part[Settings],
    confirmations: Part[Confirmations],
) -> Confirmation:
    """Close the books through this month, permanently, once confirmed in the chat."""
    operator = operator_from(settings, principal)
    require_confirmed(data.confirmed)
    return await confirmations.ask(operator, ClosingWanted(month))


@post("/console/payouts", status_code=202, tags=TAGS, summary="Book a payout")
async def pay_out(
    data: JSONBody[PaidOut],
    principal: Part[Principal],
    settings: Part[Settings],
    confirmations: Part[Confirmations],
) -> Confirmation:
    """Record a payout, once per reference, once confirmed in the chat."""
    operator = operator_from(settings, principal)
    require_confirmed(data.confirmed)
    paid = PayoutWanted(data.partner, data.currency, data.amount, data.reference)
    return await confirmations.ask(operator, paid)


@get("/console/switches", tags=TAGS, summary="Models, features and limits")
async def show_switches(
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
    models: Part[ModelRoom],
    features: Part[Features],
) -> SwitchesShown:
    """The switches and the limits."""
    off = set(await console.switched(operator_from(settings, principal)))
    known = {one.id: one for one in models.catalog.active(settings).active}
    known |= {one.id: one for one in models.active}
    return SwitchesShown(
        models=[
            _model_switch(one, offered=MODEL + one.id not in off)
            for one in known.values()
            if not one.fails
        ],
        features=[
            FeatureSwitch(name=name, offered=FEATURE + name not in off)
            for name in features.switchable
        ],
        limits=_limits(settings),
    )


def _model_switch(model: Model, *, offered: bool) -> ModelSwitch:
    return ModelSwitch(
        id=model.id,
        name=model.name,
        provider=model.provider,
        offered=offered,
        input_micro_dollars=model.input_price if model.price_known else None,
        output_micro_dollars=model.output_price if model.price_known else None,
    )


def _limits(settings: Settings) -> LimitsShown:
    daily = [
        PlanLimit(id=one.id, messages_a_day=one.limits.messages_a_day, stars=one.stars)
        for one in (plans.default(), *plans.of_kind("subscription"))
        if one.limits is not None
    ]
    return LimitsShown(
        daily_cap_micro_dollars=settings.daily_cap,
        max_runs=settings.max_runs,
        queue_limit=settings.queue_limit,
        minimum_age=settings.minimum_age,
        plans=daily,
    )


handlers: list[Any] = [
    show_moderation,
    decide_appeal,
    close_report,
    show_statements,
    send_statement,
    close_month,
    pay_out,
    show_switches,
]
