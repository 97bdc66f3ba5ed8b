"""Billing's use cases: buying, paying, refunding, gifts and trials.

Each update of Telegram is booked in one transaction. Calls to Telegram are made outside
transactions, and recorded once Telegram confirms.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from msgspec import Struct, structs

from backend.billing import booking, gifts, notices, orders, people, refunds, stops
from backend.billing.booking import BookingResult
from backend.billing.events import Granted, RenewalState
from backend.billing.group_plans import GroupPlans
from backend.billing.growth import Growth
from backend.billing.history import PaymentRecord, payments_of
from backend.billing.orders import Order, Refusal
from backend.billing.ports import Payment, Refund, Stars
from backend.billing.reconcile import Report
from backend.billing.reconcile import reconcile as bring_up
from backend.billing.renewals import Renewals
from backend.billing.requests import keep_request
from backend.billing.trials import note_trial, trial_seconds
from backend.billing.view import Subscription
from backend.billing.wording import invoice_of
from backend.db import Database, Vault
from backend.errors import (
    AlreadySubscribed,
    InvalidField,
    PlanNotFound,
    TrialUsed,
)
from backend.metering import Allowance, quota, restrictions
from backend.plans import Access, Terms, access, plans

log = structlog.get_logger("tanya.billing")


class Checkout(Struct, frozen=True):
    """An order and the link that opens its invoice."""

    order_id: str
    invoice_link: str


class PlanStatus(Struct, frozen=True):
    """A person's billing page: plan, renewals, whether a trial is available.

    `subscriptions` are all running ones, the longest-lasting first; `trial_seconds` is how long a
    trial that they may start now would last, 0 if there is none.
    """

    access: Access
    allowance: Allowance
    subscriptions: tuple[Subscription, ...]
    trial_seconds: int
    muted: frozenset[str]

    @property
    def subscription(self) -> Subscription | None:
        """The subscription that lasts longest."""
        return self.subscriptions[0] if self.subscriptions else None

    @property
    def coming(self) -> tuple[Subscription, ...]:
        """The subscriptions that Telegram will charge for, or still tries to; the next first."""
        due = [one for one in self.subscriptions if one.renewal != "off"]
        return tuple(sorted(due, key=lambda one: (one.expires_at, one.order_id)))


class Billing:
    """The use cases. `token` makes order ids and gift codes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        stars: Stars,
        clock: Callable[[], datetime],
        token: Callable[[], str] = lambda: secrets.token_urlsafe(24),
    ) -> None:
        self.database = database
        self._vault = vault
        self.stars = stars
        self.clock = clock
        self.renewals = Renewals(database, stars, clock)
        self.growth = Growth(database, vault, clock)
        self.groups = GroupPlans(database, clock)
        self._token = token

    async def checkout(
        self, user_id: int, plan_id: str, device: str, language: str, group_id: int | None = None
    ) -> Checkout:
        """Order a plan, for a group if it is one of groups; the invoice is worded in `language`.

        The same device asking again gets the same order. `device` is any string that is one
        device's own, up to 64 characters.

        Raises:
            PlanNotFound: no such plan is for sale.
            PersonBanned: the operator sells them nothing now.
            AlreadySubscribed: a subscription covers the person now.
            StarsUnavailable: Telegram made no link; nothing is ordered that could be paid.
        """
        plan = plans.find(plan_id)
        if plan is None or not plan.for_sale or plan.for_groups != (group_id is not None):
            raise PlanNotFound()
        now = self.clock()
        async with self.database.unit_of_work() as db:
            await restrictions.require_not_banned(db, user_id, now)
            person = await people.lock(db, user_id)
            active = orders.active_subscription(person, now)
            if plan.recurring and active is not None:
                raise AlreadySubscribed(renewal=active.renewal, until=active.expires_at.isoformat())
            order = await orders.open_order(
                db, user_id, plan, device[:64], now, self._token, group_id
            )
        if order.invoice_link is not None:
            return Checkout(order.id, order.invoice_link)
        link = await self.stars.create_invoice_link(invoice_of(order, plan, language))
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
        """Whether this payment is allowed: None, or a refusal, whose text is
        `billing.refusal.<code>`.

        Telegram waits 10 seconds for the answer; this takes a few statements.
        """
        now = self.clock()
        async with self.database.unit_of_work() as db:
            refusal = await orders.check(db, payload, user_id, currency, amount, now, query_id[:64])
        if refusal is not None:
            log.warning("pre_checkout_refused", code=refusal)
        return refusal

    async def paid(self, user_id: int, payment: Payment) -> BookingResult:
        """Book a payment, once; repeats change nothing."""
        now = self.clock()
        async with self.database.unit_of_work() as db:
            outcome = await booking.paid(db, user_id, payment, now, self._token())
        if outcome.state == "booked":
            await self._run_stops(user_id)
        return outcome

    async def refunded(self, user_id: int, refund: Refund) -> BookingResult:
        """Book a refund, once, also if it arrives before the payment."""
        now = self.clock()
        async with self.database.unit_of_work() as db:
            outcome = await booking.given_back(db, user_id, refund, now)
        if outcome.state == "booked":
            await self._run_stops(user_id)
        return outcome

    async def _run_stops(self, user_id: int | None = None) -> int:
        return await stops.run_stops(self.database, self.stars, self.clock, user_id)

    async def stop_due(self) -> int:
        """Ask Telegram to stop the renewals that are to stop and have not yet; how many did."""
        return await self._run_stops()

    async def subscription_update(
        self, user_id: int, payload: str, state: str, update_id: int
    ) -> BookingResult:
        """`Update.subscription`; unknown states are logged and ignored."""
        if state not in ("canceled", "active", "failed"):
            log.warning("subscription_state_unknown")
            return BookingResult("refused", refusal="state_unknown")
        event = RenewalState(payload, state, update_id)  # type: ignore[arg-type]
        async with self.database.unit_of_work() as db:
            return await booking.renewal_state(db, user_id, event, self.clock())

    async def standing(self, user_id: int) -> PlanStatus:
        """What the person's billing page shows."""
        now = self.clock()
        async with self.database.snapshot() as db:
            state = await people.load(db, user_id)
            on = await access.current(db, user_id, now)
            return PlanStatus(
                access=on,
                allowance=await quota.allowance(db, user_id, now),
                subscriptions=orders.held_subscriptions(state, now),
                trial_seconds=await trial_seconds(db, self._vault, user_id, state, on),
                muted=await notices.muted(db, user_id),
            )

    async def refund(self, charge_id: str, payer: int | None = None) -> BookingResult:
        """Refund a payment for the operator, stop its renewal and end its access.

        A payment that Telegram gave back before is a success. Safe to repeat after a failure.

        Raises:
            PaymentNotFound: the books hold no such payment, or not by `payer`.
            StarsUnavailable, StarsRefused: Telegram did not refund; nothing was changed.
        """
        done = await refunds.refund_charge(self.database, self.stars, self.clock, charge_id, payer)
        if done.was_refunded:  # only Telegram knows when, and whether it was our request
            await self.reconcile()
        refund = Refund(charge_id, done.order_id, done.stars, self.clock())
        return await self.refunded(done.user_id, refund)

    async def reconcile(self) -> Report:
        """Complete the books from Telegram's list of transactions.

        Raises:
            StarsUnavailable: Telegram did not answer; what was read until then stays booked.
        """
        report = await bring_up(self.database, self.stars, self.clock, self._token)
        await self._run_stops()
        return report

    async def start_trial(self, user_id: int) -> Access:
        """Grant the trial: once for each person, and not after they paid. The part of a trial that
        a subscription interrupted can be started once, when no other plan is active.

        Raises:
            TrialUsed: they had it, or paid before.
        """
        now = self.clock()
        async with self.database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            on = await access.current(db, user_id, now)
            seconds = await trial_seconds(db, self._vault, user_id, person.state, on)
            if not seconds:
                raise TrialUsed()
            terms = structs.replace(plans.of_kind("trial")[0].terms, seconds=seconds)
            number = len(person.state.grants)
            await people.record_event(
                db, person, Granted(f"trial:{user_id}:{number}", terms, now), now
            )
            await note_trial(db, self._vault, user_id)
            return await access.current(db, user_id, now)

    async def payments(self, user_id: int) -> tuple[PaymentRecord, ...]:
        """What the person has paid for, the newest first, with what it gives them now."""
        async with self.database.snapshot() as db:
            return await payments_of(db, user_id)

    async def ask_support(self, user_id: int, text: str) -> UUID:
        """Store a person's request about a payment for the operators; returns its id."""
        async with self.database.unit_of_work() as db:
            return await keep_request(db, self._vault, user_id, text, self.clock())

    async def redeem_gift(self, user_id: int, code: str) -> Terms:
        """Open a gift.

        Raises:
            GiftNotFound: no such code, or its payment was given back.
            GiftUsed: somebody opened it already.
        """
        async with self.database.unit_of_work() as db:
            return await gifts.redeem(db, user_id, code, self.clock())

    async def mute(self, user_id: int, kinds: frozenset[str]) -> frozenset[str]:
        """Set which notices a person mutes; mandatory ones cannot be muted."""
        async with self.database.unit_of_work() as db:
            await people.lock(db, user_id)
            return await notices.mute(db, user_id, kinds)

    async def muted(self, user_id: int) -> frozenset[str]:
        """The kinds of notices that a person has muted."""
        async with self.database.snapshot() as db:
            return await notices.muted(db, user_id)

    async def want_notice(self, user_id: int, kind: str, *, wanted: bool) -> frozenset[str]:
        """Mute or unmute one kind of notice; returns what is muted now.

        Raises:
            InvalidField: there is no such kind, or it is mandatory.
        """
        if kind not in notices.MUTABLE:
            raise InvalidField(field="kind")
        async with self.database.unit_of_work() as db:
            await people.lock(db, user_id)
            kinds = await notices.muted(db, user_id)
            return await notices.mute(db, user_id, kinds - {kind} if wanted else kinds | {kind})
