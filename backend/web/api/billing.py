"""Plans, orders and the subscription. Only Telegram's updates book payments, never these
requests."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from litestar import get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import structs

from backend.billing import (
    Billing,
)
from backend.i18n import translator
from backend.identity import Principal
from backend.plans import wording
from backend.web.api.billing_shapes import (
    CheckoutShown,
    CheckoutWanted,
    GiftCode,
    NoticeChange,
    NoticesShown,
    OrderShown,
    PaymentsShown,
    PlanShown,
    PlansShown,
    SubscriptionShown,
    show_notices,
    show_order,
    show_payment,
    show_standing,
)
from backend.web.parts import Part

TAGS = ["Plans and payments"]

BotUsername: TypeAlias = Callable[[], Awaitable[str]]
"""Gives the bot's @name, which a gift's link needs."""


@get("/plans", tags=TAGS, summary="What can be had, and for how much", sync_to_thread=False)
def list_plans(principal: Part[Principal]) -> PlansShown:
    """All plans, with texts in the person's language."""
    offered = wording.offers(translator(principal.language))
    return PlansShown(items=[PlanShown(**structs.asdict(one)) for one in offered])


@post("/subscriptions/checkout", status_code=201, tags=TAGS, summary="Order a plan")
async def checkout(
    data: JSONBody[CheckoutWanted], principal: Part[Principal], billing: Part[Billing]
) -> CheckoutShown:
    """Create an order and its invoice. Repeating the request on the same device returns the same
    order."""
    made = await billing.checkout(
        principal.user_id, data.plan_id, principal.session_id.hex, principal.language
    )
    return CheckoutShown(order_id=made.order_id, invoice_link=made.invoice_link)


@get("/orders/{order_id:str}", tags=TAGS, summary="Read one of one's orders")
async def get_order(
    order_id: FromPath[str], principal: Part[Principal], billing: Part[Billing]
) -> OrderShown:
    """The order's state."""
    return show_order(await billing.order(principal.user_id, order_id))


@get("/subscription", tags=TAGS, summary="Where the person stands")
async def get_subscription(principal: Part[Principal], billing: Part[Billing]) -> SubscriptionShown:
    """The plan, whether it renews, and until when it is active."""
    return show_standing(await billing.standing(principal.user_id))


@post("/subscription/cancel", status_code=200, tags=TAGS, summary="Stop renewing")
async def cancel(principal: Part[Principal], billing: Part[Billing]) -> SubscriptionShown:
    """Stop the renewal. The plan stays active until the paid period ends."""
    await billing.renewals.cancel(principal.user_id)
    return show_standing(await billing.standing(principal.user_id))


@post(
    "/subscriptions/{order_id:str}/cancel",
    status_code=200,
    tags=TAGS,
    summary="Stop one of the coming charges",
)
async def cancel_order(
    order_id: FromPath[str], principal: Part[Principal], billing: Part[Billing]
) -> SubscriptionShown:
    """Stop the renewal of one subscription of several."""
    await billing.renewals.cancel(principal.user_id, order_id)
    return show_standing(await billing.standing(principal.user_id))


@get("/payments", tags=TAGS, summary="What the person has paid for")
async def list_payments(
    principal: Part[Principal], billing: Part[Billing], bot_username: Part[BotUsername]
) -> PaymentsShown:
    """Every payment, with what it gives now, including the links of unopened gifts."""
    t = translator(principal.language)
    made = await billing.payments(principal.user_id)
    name = await bot_username()
    return PaymentsShown(items=[show_payment(one, t, name) for one in made])


@post("/subscription/resume", status_code=200, tags=TAGS, summary="Renew again")
async def resume(principal: Part[Principal], billing: Part[Billing]) -> SubscriptionShown:
    """Turn renewal by Telegram on again."""
    await billing.renewals.resume(principal.user_id)
    return show_standing(await billing.standing(principal.user_id))


@post("/subscription/trial", status_code=200, tags=TAGS, summary="Start the trial")
async def start_trial(principal: Part[Principal], billing: Part[Billing]) -> SubscriptionShown:
    """The trial is free, available once per person, and ends by itself."""
    await billing.start_trial(principal.user_id)
    return show_standing(await billing.standing(principal.user_id))


@get("/notices", tags=TAGS, summary="Which messages the bot sends by itself")
async def get_notices(principal: Part[Principal], billing: Part[Billing]) -> NoticesShown:
    """The kinds of messages that can be muted, and whether they are."""
    return show_notices(principal, await billing.muted(principal.user_id))


@patch("/notices", tags=TAGS, summary="Mute a kind of message, or have it again")
async def change_notices(
    data: JSONBody[NoticeChange], principal: Part[Principal], billing: Part[Billing]
) -> NoticesShown:
    """Change one kind; the others stay."""
    muted = await billing.want_notice(principal.user_id, data.kind, wanted=data.wanted)
    return show_notices(principal, muted)


@post("/gifts/redeem", status_code=200, tags=TAGS, summary="Open a gift")
async def redeem_gift(
    data: JSONBody[GiftCode], principal: Part[Principal], billing: Part[Billing]
) -> SubscriptionShown:
    """The gift's time is added after the period that the person has already paid for."""
    await billing.redeem_gift(principal.user_id, data.code)
    return show_standing(await billing.standing(principal.user_id))


handlers = [
    list_plans,
    checkout,
    get_order,
    get_subscription,
    cancel,
    cancel_order,
    list_payments,
    resume,
    start_trial,
    redeem_gift,
    get_notices,
    change_notices,
]
