"""Billing's use cases: buying, paying, refunding, gifts and trials.

Everything that Telegram says is booked in one transaction each. What we ask of Telegram is
asked outside transactions, and written down once Telegram has agreed.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import i18n
from backend.billing import (
    access,
    booking,
    gifts,
    ledger,
    movements,
    notices,
    orders,
    people,
    plans,
    quota,
)
from backend.billing.access import Access
from backend.billing.booking import Outcome
from backend.billing.events import Granted, Standing
from backend.billing.orders import Order, Refusal
from backend.billing.plans import Plan, Terms
from backend.billing.ports import Invoice, Payment, Refund, Stars
from backend.billing.quota import Allowance
from backend.billing.reconcile import Report
from backend.billing.reconcile import reconcile as bring_up
from backend.billing.renewals import Renewals
from backend.billing.view import Subscription, view
from backend.db import Database
from backend.errors import (
    AlreadySubscribed,
    ChargeAlreadyRefunded,
    InvalidField,
    PaymentNotFound,
    PlanNotFound,
    TrialUsed,
)

log = structlog.get_logger("tanya.billing")


class Checkout(Struct, frozen=True):
    """An order and the link that opens its invoice."""

    order_id: str
    invoice_link: str


class Standings(Struct, frozen=True):
    """A person's own billing page: what they are on, what renews, whether a trial is left."""

    access: Access
    allowance: Allowance
    subscription: Subscription | None
    trial_left: bool
    muted: frozenset[str]


class Billing:
    """The use cases. `token` makes order ids and gift codes."""

    def __init__(
        self,
        database: Database,
        stars: Stars,
        clock: Callable[[], datetime],
        token: Callable[[], str] = lambda: secrets.token_urlsafe(24),
    ) -> None:
        self.database = database
        self.stars = stars
        self.clock = clock
        self.renewals = Renewals(database, stars, clock)
        self._token = token

    async def checkout(self, user_id: int, plan_id: str, device: str, language: str) -> Checkout:
        """Order a plan; the invoice is worded in `language`.

        The same device asking again gets the same order. `device` is any string that is one
        device's own, up to 64 characters.

        Raises:
            PlanNotFound: no such plan is for sale.
            AlreadySubscribed: a subscription covers the person now.
            StarsUnavailable: Telegram made no link; nothing is ordered that could be paid.
        """
        plan = plans.find(plan_id)
        if plan is None or not plan.for_sale:
            raise PlanNotFound()
        now = self.clock()
        async with self.database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            active = orders.active_subscription(person, now)
            if plan.recurring and active is not None:
                raise AlreadySubscribed(renewal=active.renewal, until=active.expires_at.isoformat())
            order = await orders.open_order(db, user_id, plan, device[:64], now, self._token)
        if order.invoice_link is not None:
            return Checkout(order.id, order.invoice_link)
        link = await self.stars.create_invoice_link(_invoice(order, plan, language))
        async with self.database.unit_of_work() as db:
            await orders.keep_link(db, order, link)
        return Checkout(order.id, link)

    async def order(self, user_id: int, order_id: str) -> Order:
        """The person's own order.

        Raises:
            OrderNotFound: they have no such order.
        """
        async with self.database.snapshot() as db:
            return await orders.get(db, user_id, order_id)

    async def pre_checkout(
        self, payload: str, user_id: int, currency: str, amount: int, query_id: str
    ) -> Refusal | None:
        """May this payment happen? None is yes; a refusal's words are `billing.refusal.<code>`.

        Telegram waits 10 seconds for the answer; this takes a few statements.
        """
        now = self.clock()
        async with self.database.unit_of_work() as db:
            refusal = await orders.check(db, payload, user_id, currency, amount, now, query_id[:64])
        if refusal is not None:
            log.warning("pre_checkout_refused", code=refusal)
        return refusal

    async def paid(self, user_id: int, payment: Payment) -> Outcome:
        """A payment was made: booked once, however often it is said."""
        now = self.clock()
        async with self.database.unit_of_work() as db:
            outcome = await booking.paid(db, user_id, payment, now, self._token())
        if payment.first and outcome.state == "booked":
            await self.renewals.stop_others(user_id, payment.payload)
        return outcome

    async def refunded(self, user_id: int, refund: Refund) -> Outcome:
        """A payment was given back: booked once, also before the payment is heard of."""
        now = self.clock()
        async with self.database.unit_of_work() as db:
            return await booking.given_back(db, user_id, refund, now)

    async def subscription_update(
        self, user_id: int, payload: str, state: str, update_id: int
    ) -> Outcome:
        """`Update.subscription`; a state that Telegram may add later is logged and left."""
        if state not in ("canceled", "active", "failed"):
            log.warning("subscription_state_unknown")
            return Outcome("refused", refusal="state_unknown")
        event = Standing(payload, state, update_id)  # type: ignore[arg-type]
        async with self.database.unit_of_work() as db:
            return await booking.standing(db, user_id, event, self.clock())

    async def standing(self, user_id: int) -> Standings:
        """What the person's billing page shows."""
        now = self.clock()
        async with self.database.snapshot() as db:
            state = await people.load(db, user_id)
            on = await access.current(db, user_id, now)
            return Standings(
                access=on,
                allowance=await quota.allowance(db, user_id, now),
                subscription=orders.held_subscription(state, now),
                trial_left=not state.payments and not state.grants and on.until is None,
                muted=await notices.muted(db, user_id),
            )

    async def refund(self, user_id: int, charge_id: str) -> Outcome:
        """The operator gives a payment back: stop the renewal, refund, revoke.

        A payment that Telegram gave back before is a success. Safe to repeat after a failure.

        Raises:
            PaymentNotFound: the books hold no such payment by this person.
            StarsUnavailable, StarsRefused: Telegram did not refund.
        """
        async with self.database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            stars = await _paid_stars(db, charge_id)
            payment = person.state.payments.get(charge_id)
            owner = [
                one
                for one in view(person.state).subscriptions
                if payment is not None and one.order_id == payment.order_id
            ]
            await people.ask_refund(db, person, charge_id, self.clock())
        for subscription in owner:
            await self.renewals.stop_quietly(user_id, subscription)
        try:
            await self.stars.refund(user_id, charge_id)
        except ChargeAlreadyRefunded:
            log.info("refund_repeated")
        payload = payment.order_id if payment is not None else ""
        return await self.refunded(user_id, Refund(charge_id, payload, stars, self.clock()))

    async def reconcile(self) -> Report:
        """Bring the books up to Telegram's own list of transactions.

        Raises:
            StarsUnavailable: Telegram did not answer; what was read until then stays booked.
        """
        return await bring_up(self.database, self.stars, self.clock, self._token)

    async def start_trial(self, user_id: int) -> Access:
        """Grant the trial: once for each person, and not after they paid.

        Raises:
            TrialUsed: they had it, or paid before.
        """
        now = self.clock()
        terms = plans.of_kind("trial")[0].terms
        async with self.database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            if person.state.payments or person.state.grants:
                raise TrialUsed()
            await people.hear(db, person, Granted(f"trial:{user_id}", terms, now), now)
            return await access.current(db, user_id, now)

    async def redeem_gift(self, user_id: int, code: str) -> Terms:
        """Open a gift.

        Raises:
            GiftNotFound: no such code, or its payment was given back.
            GiftUsed: somebody opened it already.
        """
        async with self.database.unit_of_work() as db:
            return await gifts.redeem(db, user_id, code, self.clock())

    async def mute(self, user_id: int, kinds: frozenset[str]) -> frozenset[str]:
        """Set which notices a person does not want; what is owed to them cannot be muted."""
        async with self.database.unit_of_work() as db:
            await people.lock(db, user_id)
            return await notices.mute(db, user_id, kinds)

    async def muted(self, user_id: int) -> frozenset[str]:
        """The kinds of notices that a person does not want."""
        async with self.database.snapshot() as db:
            return await notices.muted(db, user_id)

    async def want_notice(self, user_id: int, kind: str, *, wanted: bool) -> frozenset[str]:
        """Mute one kind of notice or bring it back; gives what is muted now.

        Raises:
            InvalidField: there is no such kind, or it is owed to people.
        """
        if kind not in notices.MUTABLE:
            raise InvalidField(field="kind")
        async with self.database.unit_of_work() as db:
            await people.lock(db, user_id)
            kinds = await notices.muted(db, user_id)
            return await notices.mute(db, user_id, kinds - {kind} if wanted else kinds | {kind})


async def _paid_stars(db: AsyncConnection, charge_id: str) -> int:
    for entry in await ledger.entries_of(db, "payment", charge_id):
        if entry.account == movements.TELEGRAM:
            return entry.amount
    raise PaymentNotFound()


def _invoice(order: Order, plan: Plan, language: str) -> Invoice:
    t = i18n.translator(language)
    values = {"stars": plan.stars, "credits": plan.credits}
    return Invoice(
        title=t(plan.invoice_title_key, **values),
        description=t(plan.invoice_description_key, **values),
        payload=order.id,
        stars=order.terms.stars,
        subscription_seconds=plan.seconds if plan.recurring else None,
    )
