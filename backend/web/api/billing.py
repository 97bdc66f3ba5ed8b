"""Plans, orders and the subscription. Money moves only by Telegram's word, never by these."""

from datetime import datetime
from typing import Annotated, Literal

from litestar import get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, structs

from backend.billing import notices, plans
from backend.billing.orders import Order
from backend.billing.service import Billing, Standings
from backend.billing.wording import offers
from backend.i18n import translator
from backend.identity import Principal
from backend.web.api.wire import Received, Shown
from backend.web.parts import Part

TAGS = ["Plans and payments"]


class PlanShown(Shown, frozen=True):
    """One plan. `stars` is its price in Telegram Stars, `seconds` how long a payment lasts,
    `features` what it gives, worded for the person."""

    id: str
    kind: plans.Kind
    name: str
    stars: int
    seconds: int
    credits: int
    features: list[str]


class PlansShown(Shown, frozen=True):
    """All plans, in the order in which they are offered."""

    items: list[PlanShown]


class CheckoutWanted(Received, frozen=True):
    """What to buy."""

    plan_id: Annotated[str, Meta(max_length=40, examples=[plans.of_kind("subscription")[0].id])]


class CheckoutShown(Shown, frozen=True):
    """An order and the link for `WebApp.openInvoice`. Wait for the order to be paid: what the
    invoice's window says when it closes grants nothing."""

    order_id: str
    invoice_link: str


class OrderShown(Shown, frozen=True):
    """One order; `paid` means that what was bought is open."""

    id: str
    plan_id: str
    state: Literal["open", "paid", "refunded"]
    stars: int
    created_at: datetime


class SubscriptionShown(Shown, frozen=True):
    """Where the person stands. `state`: none, active, canceled (open until `until`), failed (a
    renewal was not paid; open by grace until `until`), given (a gift or the trial)."""

    plan_id: str
    state: Literal["none", "active", "canceled", "failed", "given"]
    stars: int
    renews_at: datetime | None
    until: datetime | None
    trial_left: bool


class NoticeShown(Shown, frozen=True):
    """A kind of message that the bot sends by itself, worded for the person; `wanted` or not."""

    kind: str
    name: str
    wanted: bool


class NoticesShown(Shown, frozen=True):
    """The messages that can be muted. What is owed to people, such as receipts and the word
    before a renewal, is not among them."""

    items: list[NoticeShown]


class NoticeChange(Received, frozen=True):
    """Whether one kind of message is wanted."""

    kind: Annotated[str, Meta(max_length=40, examples=[notices.MUTABLE[0]])]
    wanted: bool


class GiftCode(Received, frozen=True):
    """The code of a gift."""

    code: Annotated[str, Meta(max_length=100, examples=["q3Yx0d9a7mB2"])]


@get("/plans", tags=TAGS, summary="What can be had, and for how much", sync_to_thread=False)
def list_plans(principal: Part[Principal]) -> PlansShown:
    """All plans, worded in the person's language."""
    offered = offers(translator(principal.language))
    return PlansShown(items=[PlanShown(**structs.asdict(one)) for one in offered])


@post("/subscriptions/checkout", status_code=201, tags=TAGS, summary="Order a plan")
async def checkout(
    data: JSONBody[CheckoutWanted], principal: Part[Principal], billing: Part[Billing]
) -> CheckoutShown:
    """Make an order and its invoice; the same device asking again gets the same order."""
    made = await billing.checkout(
        principal.user_id, data.plan_id, principal.session_id.hex, principal.language
    )
    return CheckoutShown(order_id=made.order_id, invoice_link=made.invoice_link)


@get("/orders/{order_id:str}", tags=TAGS, summary="Read one of one's orders")
async def get_order(
    order_id: FromPath[str], principal: Part[Principal], billing: Part[Billing]
) -> OrderShown:
    """What became of it."""
    return _order(await billing.order(principal.user_id, order_id))


@get("/subscription", tags=TAGS, summary="Where the person stands")
async def get_subscription(principal: Part[Principal], billing: Part[Billing]) -> SubscriptionShown:
    """The plan, whether it renews, and until when it is open."""
    return _standing(await billing.standing(principal.user_id))


@post("/subscription/cancel", status_code=200, tags=TAGS, summary="Stop renewing")
async def cancel(principal: Part[Principal], billing: Part[Billing]) -> SubscriptionShown:
    """What is paid stays open to its end."""
    await billing.renewals.cancel(principal.user_id)
    return _standing(await billing.standing(principal.user_id))


@post("/subscription/resume", status_code=200, tags=TAGS, summary="Renew again")
async def resume(principal: Part[Principal], billing: Part[Billing]) -> SubscriptionShown:
    """Let Telegram renew it again."""
    await billing.renewals.resume(principal.user_id)
    return _standing(await billing.standing(principal.user_id))


@post("/subscription/trial", status_code=200, tags=TAGS, summary="Start the trial")
async def start_trial(principal: Part[Principal], billing: Part[Billing]) -> SubscriptionShown:
    """Once for each person; it ends by itself and costs nothing."""
    await billing.start_trial(principal.user_id)
    return _standing(await billing.standing(principal.user_id))


@get("/notices", tags=TAGS, summary="Which messages the bot sends by itself")
async def get_notices(principal: Part[Principal], billing: Part[Billing]) -> NoticesShown:
    """The kinds that can be muted, and which of them are."""
    return _notices(principal, await billing.muted(principal.user_id))


@patch("/notices", tags=TAGS, summary="Mute a kind of message, or have it again")
async def change_notices(
    data: JSONBody[NoticeChange], principal: Part[Principal], billing: Part[Billing]
) -> NoticesShown:
    """Change one kind; the others stay."""
    muted = await billing.want_notice(principal.user_id, data.kind, wanted=data.wanted)
    return _notices(principal, muted)


@post("/gifts/redeem", status_code=200, tags=TAGS, summary="Open a gift")
async def redeem_gift(
    data: JSONBody[GiftCode], principal: Part[Principal], billing: Part[Billing]
) -> SubscriptionShown:
    """The gift's time comes after what the person has paid for."""
    await billing.redeem_gift(principal.user_id, data.code)
    return _standing(await billing.standing(principal.user_id))


def _order(order: Order) -> OrderShown:
    return OrderShown(
        id=order.id,
        plan_id=order.terms.plan_id,
        state=order.state,
        stars=order.terms.stars,
        created_at=order.created_at,
    )


def _standing(standing: Standings) -> SubscriptionShown:
    access, subscription = standing.access, standing.subscription
    renews = subscription is not None and subscription.renewal == "on"
    return SubscriptionShown(
        plan_id=access.plan_id,
        state=_state(standing),
        stars=subscription.stars if subscription else 0,
        renews_at=subscription.expires_at if subscription and renews else None,
        until=access.open_until,
        trial_left=standing.trial_left,
    )


def _notices(principal: Principal, muted: frozenset[str]) -> NoticesShown:
    t = translator(principal.language)
    return NoticesShown(
        items=[
            NoticeShown(kind=kind, name=t(f"billing.notice_name.{kind}"), wanted=kind not in muted)
            for kind in notices.MUTABLE
        ]
    )


def _state(standing: Standings) -> Literal["none", "active", "canceled", "failed", "given"]:
    if standing.access.until is None:
        return "none"
    if standing.subscription is None or standing.access.source != "subscription":
        return "given"
    match standing.subscription.renewal:
        case "on":
            return "active"
        case "off":
            return "canceled"
        case "failed":
            return "failed"


handlers = [
    list_plans,
    checkout,
    get_order,
    get_subscription,
    cancel,
    resume,
    start_trial,
    redeem_gift,
    get_notices,
    change_notices,
]
