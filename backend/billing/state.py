"""Plan state: a pure function `(state, event, now) → state`, and what follows from the state.

The state is a set of facts, each under its own key, and adding a fact is commutative and
idempotent. So it does not matter in which order Telegram's updates come, or how often: what a
person may use (`view`) is derived from the facts alone.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from backend.billing.events import Event, Granted, Paid, Reversed, Revoked, Standing, Stopped

# Telegram keeps an undelivered update for 24 hours, so what arrives later than this after
# another was sent later than it, whatever the update_id says: ids restart after an idle week.
REORDERING = timedelta(days=2)


class HeardStanding(Struct, frozen=True):
    """The newest standing of a subscription and when we heard it."""

    standing: Standing
    heard_at: datetime


class PlanState(Struct, frozen=True):
    """All that is known about one person's payments and grants, keyed by charge, order, grant."""

    payments: dict[str, Paid] = field(default_factory=dict)
    reversals: dict[str, Reversed] = field(default_factory=dict)
    standings: dict[str, HeardStanding] = field(default_factory=dict)
    stops: dict[str, Stopped] = field(default_factory=dict)
    grants: dict[str, Granted] = field(default_factory=dict)
    revocations: dict[str, Revoked] = field(default_factory=dict)


def apply(state: PlanState, event: Event, now: datetime) -> PlanState:
    """The state once `event`, heard at `now`, is known."""
    match event:
        case Paid():
            return replace(state, payments=_merged(state.payments, event.charge_id, event, _paid))
        case Reversed():
            return replace(
                state, reversals=_merged(state.reversals, event.charge_id, event, _first)
            )
        case Standing():
            heard = HeardStanding(event, now)
            return replace(state, standings=_merged(state.standings, event.order_id, heard, _newer))
        case Stopped():
            return replace(state, stops=_merged(state.stops, event.order_id, event, _latest))
        case Granted():
            return replace(state, grants=_merged(state.grants, event.grant_id, event, _first))
        case Revoked():
            return replace(
                state, revocations=_merged(state.revocations, event.grant_id, event, _first)
            )


def fold(events: Iterable[tuple[Event, datetime]]) -> PlanState:
    """The state after all these events, each with the moment it was heard."""
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
    """One payment told twice: the update knows what reconciliation is not told."""
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


def _newer(known: HeardStanding, new: HeardStanding) -> HeardStanding:
    if new.heard_at - known.heard_at > REORDERING:
        return new
    return new if new.standing.update_id > known.standing.update_id else known
