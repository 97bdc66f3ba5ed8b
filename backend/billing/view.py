"""Derives periods, subscriptions, access and credits from a person's plan state. Pure.

A subscription's payments cover fixed stretches of time. A gift's time is used up only where
nothing else covers it, so that opening one while subscribed loses nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from backend.billing.events import Granted, Paid
from backend.billing.state import REORDERING, HeardRenewalState, PlanState, newest_standing
from backend.metering import CreditPack
from backend.plans import Renewal, plans

Source: TypeAlias = Literal["subscription", "trial", "gift"]

GRACE = timedelta(seconds=plans.GRACE_SECONDS)
CLOCK_SKEW = timedelta(minutes=1)
"""How far Telegram's clock and ours may be apart."""


class Period(Struct, frozen=True):
    """One stretch of access to the plan `plan_id`, by a charge or a grant."""

    source_id: str
    source: Source
    plan_id: str
    starts_at: datetime
    ends_at: datetime


class Subscription(Struct, frozen=True):
    """A recurring order. Cancelling it at Telegram needs `first_charge_id`."""

    order_id: str
    plan_id: str
    opens: str
    stars: int
    first_charge_id: str
    last_charge_id: str
    started_at: datetime
    expires_at: datetime
    renewal: Renewal

    def paid_at(self, now: datetime) -> bool:
        """Whether what was paid covers `now`."""
        return self.expires_at > now

    def held_at(self, now: datetime) -> bool:
        """Whether it is paid at `now`, or by grace still open while its renewal is awaited."""
        return self.paid_at(now) or (self.renewal != "off" and self.expires_at + GRACE > now)


class Span(Struct, frozen=True):
    """Access to a plan until a moment, and by grace a little longer while a renewal is due.

    `renews_at`: when Telegram will charge for it, which may be long before `until`.
    """

    plan_id: str
    until: datetime
    grace_until: datetime
    source: Source
    renewal: Renewal | None
    renews_at: datetime | None


class View(Struct, frozen=True):
    """Everything derived from a plan state.

    `trial_rest`: what a subscription begun during the trial left of it, to be used later.
    """

    periods: tuple[Period, ...]
    subscriptions: tuple[Subscription, ...]
    spans: tuple[Span, ...]
    packs: tuple[CreditPack, ...]
    trial_rest: timedelta


def view(state: PlanState) -> View:
    """Everything that follows from `state`. No clock: access ends where `until` says."""
    fixed = (*_paid_periods(state), *_trial_periods(state))
    periods = (*fixed, *_gift_periods(state, fixed))
    subscriptions = tuple(_subscriptions(state))
    return View(
        periods=tuple(sorted(periods, key=lambda one: (one.starts_at, one.source_id))),
        subscriptions=subscriptions,
        spans=tuple(_spans(periods, subscriptions)),
        packs=tuple(_packs(state)),
        trial_rest=_trial_rest(state),
    )


def live_payments(state: PlanState) -> tuple[Paid, ...]:
    """The payments that were not given back, oldest first."""
    return tuple(paid for paid in _in_order(state) if paid.charge_id not in state.reversals)


def _in_order(state: PlanState) -> list[Paid]:
    return sorted(state.payments.values(), key=lambda paid: (paid.at, paid.charge_id))


def _recurring(state: PlanState) -> dict[str, list[Paid]]:
    """Payments for subscriptions by order, oldest first."""
    orders: dict[str, list[Paid]] = {}
    for paid in _in_order(state):
        if paid.terms.kind == "subscription":
            orders.setdefault(paid.order_id, []).append(paid)
    return orders


def _ends(payments: Sequence[Paid]) -> dict[str, datetime]:
    """When each payment of one order ends; where Telegram did not say, a period after the last.

    A payment that was given back still counts in the chain: the next one was made in its turn.
    """
    ends: dict[str, datetime] = {}
    last: datetime | None = None
    for paid in payments:
        start = max(paid.at, last) if last else paid.at
        last = paid.expires_at or start + timedelta(seconds=paid.terms.seconds)
        ends[paid.charge_id] = last
    return ends


def _paid_periods(state: PlanState) -> Iterator[Period]:
    for payments in _recurring(state).values():
        ends = _ends(payments)
        for paid in payments:
            if paid.charge_id not in state.reversals:
                end = max(paid.at, ends[paid.charge_id])
                yield Period(paid.charge_id, "subscription", paid.terms.opens, paid.at, end)


def _live_grants(state: PlanState, kind: plans.Kind) -> list[Granted]:
    live = (
        grant
        for grant in state.grants.values()
        if grant.grant_id not in state.revocations and grant.terms.kind == kind
    )
    return sorted(live, key=lambda grant: (grant.at, grant.grant_id))


def _trial_periods(state: PlanState) -> Iterator[Period]:
    for grant in _live_grants(state, "trial"):
        end = grant.at + timedelta(seconds=grant.terms.seconds)
        yield Period(grant.grant_id, "trial", grant.terms.opens, grant.at, end)


def _gift_periods(state: PlanState, fixed: Sequence[Period]) -> Iterator[Period]:
    taken = list(fixed)
    for grant in _live_grants(state, "gift"):
        opens = grant.terms.opens
        covered = [(one.starts_at, one.ends_at) for one in taken if one.plan_id == opens]
        starts, ends = _fill(grant.at, timedelta(seconds=grant.terms.seconds), covered)
        period = Period(grant.grant_id, "gift", opens, starts, ends)
        taken.append(period)
        yield period


def _fill(
    start: datetime, span: timedelta, covered: list[tuple[datetime, datetime]]
) -> tuple[datetime, datetime]:
    """Place `span` into uncovered time from `start`; returns its bounds."""
    cursor, first = start, None
    for begins, ends in sorted(covered):
        if begins > cursor:
            free = min(begins - cursor, span)
            first = first or cursor
            cursor, span = cursor + free, span - free
            if not span:
                return first, cursor
        cursor = max(cursor, ends)
    return first or cursor, cursor + span


def _subscriptions(state: PlanState) -> Iterator[Subscription]:
    for order_id, payments in _recurring(state).items():
        ends = _ends(payments)
        live = [ends[one.charge_id] for one in payments if one.charge_id not in state.reversals]
        first, last = payments[0], payments[-1]
        yield Subscription(
            order_id=order_id,
            plan_id=first.terms.plan_id,
            opens=first.terms.opens,
            stars=last.terms.stars,
            first_charge_id=first.charge_id,
            last_charge_id=last.charge_id,
            started_at=first.at,
            expires_at=max(live, default=first.at),
            renewal=_renewal(state, order_id, last, ends[last.charge_id]),
        )


def _renewal(state: PlanState, order_id: str, last: Paid, paid_until: datetime) -> Renewal:
    """Whether Telegram will renew, by the newest payment, its updates and our requests."""
    if last.charge_id in state.reversals:
        return "off"
    heard, stop = newest_standing(state, order_id), state.stops.get(order_id)
    if heard is not None and _is_settled(heard, last, paid_until):
        heard = None
    if stop is not None and last.at <= stop.at:
        # Allowing a person to resume is not a renewal: Telegram reports later whether it renewed or
        # tried to.
        back = heard is not None and heard.standing.state != "canceled"
        if stop.canceled or not (back and heard is not None and heard.heard_at >= stop.at):
            return "off"
    if heard is None or heard.standing.state == "active":
        return "on"
    return "failed" if heard.standing.state == "failed" else "off"


def _is_settled(heard: HeardRenewalState, last: Paid, paid_until: datetime) -> bool:
    """Whether the last payment is newer than Telegram's state, which is then outdated.

    The payment is dated by Telegram, the word only by its arrival, up to a day after it was
    sent. What is paid far beyond the arrival cannot have failed since. Only where times leave it
    open do update ids decide, and only close together: they begin anew after an idle week.
    """
    if heard.standing.state == "failed" and paid_until > heard.heard_at + REORDERING:
        return True
    later = last.at - heard.heard_at
    if later > CLOCK_SKEW:
        return True
    if later < -REORDERING or last.update_id is None:
        return later > timedelta(0)
    return last.update_id > heard.standing.update_id


def _spans(periods: Sequence[Period], subscriptions: Sequence[Subscription]) -> Iterator[Span]:
    for plan_id in sorted({period.plan_id for period in periods}):
        last = max(
            (period for period in periods if period.plan_id == plan_id),
            key=lambda period: (period.ends_at, period.source, period.source_id),
        )
        own = [one for one in subscriptions if one.opens == plan_id]
        newest = max(own, key=lambda one: (one.expires_at, one.order_id), default=None)
        grace = last.ends_at
        if newest is not None and newest.renewal != "off":
            grace = max(grace, newest.expires_at + GRACE)
        renewal = newest.renewal if newest is not None else None
        coming = [one.expires_at for one in own if one.renewal == "on"]
        yield Span(plan_id, last.ends_at, grace, last.source, renewal, min(coming, default=None))


def _packs(state: PlanState) -> Iterator[CreditPack]:
    for paid in _in_order(state):
        if paid.terms.credits and paid.terms.kind != "group":
            live = paid.charge_id not in state.reversals
            yield CreditPack(paid.charge_id, paid.terms.credits, paid.at, live)
    for grant in state.grants.values():
        if grant.terms.credits:
            live = grant.grant_id not in state.revocations
            yield CreditPack(grant.grant_id, grant.terms.credits, grant.at, live)


def _trial_rest(state: PlanState) -> timedelta:
    """The rest of a trial during which a still active subscription began; used once."""
    trials = _live_grants(state, "trial")
    if len(trials) != 1:
        return timedelta(0)
    (trial,) = trials
    end = trial.at + timedelta(seconds=trial.terms.seconds)
    begun = [
        paid.at
        for paid in live_payments(state)
        if paid.terms.kind == "subscription" and trial.at <= paid.at < end
    ]
    return end - min(begun) if begun else timedelta(0)
