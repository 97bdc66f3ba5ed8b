"""What the API says of plans, orders and the subscription, and how it is made."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from backend.billing import (
    Order,
    PaymentRecord,
    PlanStatus,
    Subscription,
    gift_link,
    notices,
)
from backend.i18n import Translator, translator
from backend.identity import Principal
from backend.plans import plans, wording
from backend.web.api.wire import Received, Shown


class PlanShown(Shown, frozen=True):
    """One plan. `stars` is its price in Telegram Stars, `seconds` the duration that a payment
    covers, `features` what it includes, in the person's language."""

    id: str
    kind: plans.Kind
    name: str
    stars: int
    seconds: int
    credits: int
    features: list[str]


class PlansShown(Shown, frozen=True):
    """All plans, in display order."""

    items: list[PlanShown]


class CheckoutWanted(Received, frozen=True):
    """What to buy."""

    plan_id: Annotated[str, Meta(max_length=40, examples=[plans.of_kind("subscription")[0].id])]


class CheckoutShown(Shown, frozen=True):
    """An order and the link for `WebApp.openInvoice`. Wait for the order to be paid: the invoice
    window's own result grants nothing."""

    order_id: str
    invoice_link: str


class OrderShown(Shown, frozen=True):
    """One order; `paid` means that the purchase is active."""

    id: str
    plan_id: str
    state: Literal["open", "paid", "refunded"]
    stars: int
    created_at: datetime


class ComingChargeShown(Shown, frozen=True):
    """A charge that Telegram will make at `chargesAt`, or still tries to make since then
    (`failed`), unless POST /api/subscriptions/{orderId}/cancel stops it."""

    order_id: str
    plan_id: str
    stars: int
    charges_at: datetime
    failed: bool


class SubscriptionShown(Shown, frozen=True):
    """The person's subscription state. `state`: none, active, canceled (open until `until`), failed
    (a renewal was not paid; open by grace until `until`), given (a gift or the trial and no
    subscription). `until` may be later than `renewsAt`, as a gift's time comes after what is paid.
    `coming` are all charges that will be made, the next one first. `trialSeconds` is how long a
    trial would last that can be started now."""

    plan_id: str
    state: Literal["none", "active", "canceled", "failed", "given"]
    stars: int
    renews_at: datetime | None
    until: datetime | None
    coming: list[ComingChargeShown]
    trial_left: bool
    trial_seconds: int


class PaymentShown(Shown, frozen=True):
    """One payment and what it bought. `unmatched`: it fits no order and opened nothing; it will
    be given back. `opensUntil`: when the time that it bought ends; `messagesLeft`: of a pack;
    `giftLink` opens a gift that waits to be opened."""

    charge_id: str
    paid_at: datetime
    plan_id: str
    name: str
    stars: int
    state: Literal["paid", "refunded", "unmatched"]
    refunded_at: datetime | None
    opens_until: datetime | None
    messages_left: int | None
    gift_link: str | None
    gift_state: Literal["waiting", "redeemed", "void"] | None


class PaymentsShown(Shown, frozen=True):
    """The person's payments, newest first."""

    items: list[PaymentShown]


class NoticeShown(Shown, frozen=True):
    """A kind of message that the bot sends by itself, in the person's language; `wanted` unless
    muted."""

    kind: str
    name: str
    wanted: bool


class NoticesShown(Shown, frozen=True):
    """The messages that can be muted. Required ones, such as receipts and the reminder before a
    renewal, are not among them."""

    items: list[NoticeShown]


class NoticeChange(Received, frozen=True):
    """Whether one kind of message is wanted."""

    kind: Annotated[str, Meta(max_length=40, examples=[notices.MUTABLE[0]])]
    wanted: bool


class GiftCode(Received, frozen=True):
    """The code of a gift."""

    code: Annotated[str, Meta(max_length=100, examples=["q3Yx0d9a7mB2"])]


def show_order(order: Order) -> OrderShown:
    """An order as its buyer sees it."""
    return OrderShown(
        id=order.id,
        plan_id=order.terms.plan_id,
        state=order.state,
        stars=order.terms.stars,
        created_at=order.created_at,
    )


def show_standing(standing: PlanStatus) -> SubscriptionShown:
    """What a person has, and what will renew."""
    access, subscription = standing.access, standing.subscription
    renews = subscription is not None and subscription.renewal == "on"
    return SubscriptionShown(
        plan_id=access.plan_id,
        state=_state(standing),
        stars=subscription.stars if subscription else 0,
        renews_at=subscription.expires_at if subscription and renews else None,
        until=access.open_until,
        coming=[_coming(one) for one in standing.coming],
        trial_left=standing.trial_seconds > 0,
        trial_seconds=standing.trial_seconds,
    )


def _coming(one: Subscription) -> ComingChargeShown:
    return ComingChargeShown(
        order_id=one.order_id,
        plan_id=one.plan_id,
        stars=one.stars,
        charges_at=one.expires_at,
        failed=one.renewal == "failed",
    )


def show_payment(one: PaymentRecord, t: Translator, bot_username: str) -> PaymentShown:
    """One payment, worded in the person's language."""
    return PaymentShown(
        charge_id=one.charge_id,
        paid_at=one.paid_at,
        plan_id=one.plan_id,
        name=wording.plan_name(one.plan_id, t) if one.state != "unmatched" else "",
        stars=one.stars,
        state=one.state,
        refunded_at=one.refunded_at,
        opens_until=one.opens_until,
        messages_left=one.messages_left,
        gift_link=gift_link(bot_username, one.gift_code) if one.gift_code else None,
        gift_state=one.gift_state,
    )


def show_notices(principal: Principal, muted: frozenset[str]) -> NoticesShown:
    """Which messages of the bot a person wants."""
    t = translator(principal.language)
    return NoticesShown(
        items=[
            NoticeShown(kind=kind, name=t(f"billing.notice_name.{kind}"), wanted=kind not in muted)
            for kind in notices.MUTABLE
        ]
    )


def _state(standing: PlanStatus) -> Literal["none", "active", "canceled", "failed", "given"]:
    if standing.subscription is None:
        return "none" if standing.access.until is None else "given"
    match standing.subscription.renewal:
        case "on":
            return "active"
        case "off":
            return "canceled"
        case "failed":
            return "failed"
