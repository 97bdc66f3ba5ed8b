"""Plan state: a pure function `(state, event, now) → state`, and what follows from the state.

The state is a set of facts, each under its own key, and adding a fact is commutative and
idempotent. So order and repetition of Telegram's updates do not matter: what a person may use
(`view`) is derived from the facts alone.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from backend.billing.events import Event, Granted, Paid, RenewalState, Reversed, Revoked, Stopped

# Telegram keeps an undelivered update for 24 hours, so what arrives later than this after
# another was sent later than it, whatever the update ids say: they restart after an idle week.
REORDERING = timedelta(days=2)


class HeardRenewalState(Struct, frozen=True):
    """A renewal state and when it was first received, since Telegram does not date it."""

    standing: RenewalState
    heard_at: datetime


class PlanState(Struct, frozen=True):
    """All that is known about one person's payments and grants, keyed by charge, order, grant."""

    payments: dict[str, Paid] = field(default_factory=dict)
    reversals: dict[str, Reversed] = field(default_factory=dict)
    standings: dict[str, tuple[HeardRenewalState, ...]] = field(default_factory=dict)
    stops: dict[str, Stopped] = field(default_factory=dict)
    grants: dict[str, Granted] = field(default_factory=dict)
    revocations: dict[str, Revoked] = field(default_factory=dict)


def apply(state: PlanState, event: Event, now: datetime) -> PlanState:
    """The state with `event`, received at `now`."""
    match event:
        case Paid():
            return replace(state, payments=_merged(state.payments, event.charge_id, event, _paid))
        case Reversed():
            return replace(
                state, reversals=_merged(state.reversals, event.charge_id, event, _first)
            )
        case RenewalState():
            heard = (HeardRenewalState(event, now),)
            return replace(state, standings=_merged(state.standings, event.order_id, heard, _all))
        case Stopped():
            return replace(state, stops=_merged(state.stops, event.order_id, event, _latest))
        case Granted():
            return replace(state, grants=_merged(state.grants, event.grant_id, event, _first))
        case Revoked():
            return replace(
                state, revocations=_merged(state.revocations, event.grant_id, event, _first)
            )


def fold(events: Iterable[tuple[Event, datetime]]) -> PlanState:
    """The state after all these events, each with the time at which it was received."""
    state = PlanState()
    for event, heard_at in events:
        state = apply(state, event, heard_at)
    return state


Fact = TypeVar("Fact")
Dated = TypeVar("Dated", Reversed, Granted, Revoked)


def _merged(
    facts: dict[str, Fact], key: str, new: Fact, choose: Callable[[Fact, Fact], Fact]
) -> dict[str, Fact]:
    known = facts.get(key)
    return {**facts, key: new if known is None else choose(known, new)}


def _paid(known: Paid, new: Paid) -> Paid:
    """Merge two reports of one payment: the update has fields that reconciliation lacks."""
    ends = [moment for moment in (known.expires_at, new.expires_at) if moment]
    ids = [number for number in (known.update_id, new.update_id) if number is not None]
    return replace(
        known,
        expires_at=max(ends, default=None),
        update_id=min(ids, default=None),
        at=min(known.at, new.at),
    )


def _first(known: Dated, new: Dated) -> Dated:
    return min(known, new, key=lambda fact: fact.at)


def _latest(known: Stopped, new: Stopped) -> Stopped:
    return max(known, new, key=lambda stop: (stop.at, stop.canceled))


def _all(
    known: tuple[HeardRenewalState, ...], new: tuple[HeardRenewalState, ...]
) -> tuple[HeardRenewalState, ...]:
    """Each renewal state once, by the time at which it was first received."""
    first: dict[int, HeardRenewalState] = {}
    for heard in sorted((*known, *new), key=lambda one: (one.heard_at, one.standing.update_id)):
        first.setdefault(heard.standing.update_id, heard)
    return tuple(first.values())


def newest_standing(state: PlanState, order_id: str) -> HeardRenewalState | None:
    """Telegram's latest state of a subscription.

    States received within `REORDERING` may be out of order, so their update ids decide; otherwise
    the time of receipt does.
    """
    newest: HeardRenewalState | None = None
    for heard in state.standings.get(order_id, ()):
        apart = newest is not None and heard.heard_at - newest.heard_at > REORDERING
        if newest is None or apart or heard.standing.update_id > newest.standing.update_id:
            newest = heard
    return newest
