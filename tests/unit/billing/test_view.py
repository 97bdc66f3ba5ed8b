"""What follows from a plan state, at the moments where it turns."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.billing.events import Event, Granted, Paid, RenewalState, Reversed, Stopped
from backend.billing.state import REORDERING, PlanState, fold
from backend.billing.view import CLOCK_SKEW, GRACE, Subscription, View, view
from backend.plans import Renewal, plans

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
MONTH = timedelta(seconds=plans.MONTH_SECONDS)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
TERMS = plans.of_kind("subscription")[0].terms
PACK = plans.of_kind("pack")[0].terms
GIFT = plans.of_kind("gift")[0].terms
TRIAL = plans.of_kind("trial")[0].terms
ENDS = START + MONTH


def paid(at: datetime = START, update_id: int | None = 100, charge: str = "charge") -> Paid:
    """A month that begins `at`."""
    return Paid(charge, "order", TERMS, at, at + MONTH, update_id)


def told(*events: Event, heard_at: datetime = START + 9 * DAY) -> PlanState:
    """The state after these."""
    return fold((event, heard_at) for event in events)


def renewal(*facts: tuple[Event, datetime]) -> Renewal:
    """Whether the only subscription of these renews."""
    return view(fold(facts)).subscriptions[0].renewal


def subscription(renewal: Renewal) -> Subscription:
    """One that is paid until `ENDS`."""
    return Subscription("order", "plus", "plus", 1, "a", "b", START, ENDS, renewal)


@pytest.mark.parametrize(
    ("now", "is_paid"), [(ENDS - SECOND, True), (ENDS, False), (ENDS + SECOND, False)]
)
def test_what_is_paid_ends_at_its_end(now: datetime, is_paid: bool) -> None:
    """The moment of the end is no longer paid for; without a renewal there is no grace either."""
    assert subscription("off").paid_at(now) is is_paid
    assert subscription("off").held_at(now) is is_paid


@pytest.mark.parametrize("state", ["on", "failed"])
def test_grace_ends_at_its_end(state: Renewal) -> None:
    """While a renewal is awaited it is held for the grace, and not a moment longer."""
    awaited = subscription(state)
    assert awaited.held_at(ENDS + GRACE - SECOND)
    assert not awaited.held_at(ENDS + GRACE)
    assert not awaited.paid_at(ENDS + GRACE - SECOND)


def test_a_gift_begins_where_nothing_else_is_paid() -> None:
    """Opened at the moment when a subscription begins, it begins at that one's end."""
    seen = view(told(paid(), Granted("gift", GIFT, START)))
    (gift,) = [one for one in seen.periods if one.source == "gift"]
    assert (gift.starts_at, gift.ends_at) == (ENDS, ENDS + timedelta(seconds=GIFT.seconds))


def test_a_gift_fills_a_gap_exactly() -> None:
    """It ends where the gap does, if the gap is as long as the gift."""
    length = timedelta(seconds=GIFT.seconds)
    after = Paid("after", "other", TERMS, START + length, START + length + MONTH, 9)
    seen = view(told(Granted("gift", GIFT, START), after))
    (gift,) = [one for one in seen.periods if one.source == "gift"]
    assert (gift.starts_at, gift.ends_at) == (START, START + length)


def test_a_stop_at_the_moment_of_a_payment_holds() -> None:
    """Only a later payment says that the stop is over."""
    stop = Stopped("order", True, START)
    assert renewal((paid(), START), (stop, START)) == "off"
    assert renewal((paid(START + SECOND), START), (stop, START)) == "on"


def test_telegrams_word_after_letting_it_renew_again_holds() -> None:
    """From the moment of our asking on; a word before it, or that it is cancelled, does not."""
    back = Stopped("order", False, START + DAY)

    def after(word: RenewalState, heard_at: datetime) -> Renewal:
        return renewal((paid(), START), (back, START + DAY), (word, heard_at))

    active = RenewalState("order", "active", 200)
    assert after(active, START + DAY) == "on"
    assert after(active, START + DAY - SECOND) == "off"
    assert after(RenewalState("order", "canceled", 200), START + 2 * DAY) == "off"
    assert after(RenewalState("order", "failed", 200), ENDS) == "failed"


@pytest.mark.parametrize(
    ("late", "expected"), [(REORDERING, "failed"), (REORDERING + SECOND, "on")]
)
def test_a_failure_is_settled_by_what_is_paid_far_beyond_it(
    late: timedelta, expected: Renewal
) -> None:
    """What is paid for longer than words may be late was paid after the failure."""
    failed = RenewalState("order", "failed", 200)
    assert renewal((paid(), START), (failed, ENDS - late)) == expected


@pytest.mark.parametrize(
    ("later", "word_id", "expected"),
    [
        (CLOCK_SKEW, 99, "on"),  # close together the update ids decide
        (CLOCK_SKEW, 100, "off"),
        (CLOCK_SKEW, 101, "off"),
        (CLOCK_SKEW + SECOND, 101, "on"),  # after clocks' differences the payment is later
        (-REORDERING, 99, "on"),
        (-REORDERING, 101, "off"),
        (-REORDERING - SECOND, 99, "off"),  # so late no payment is that came before
    ],
)
def test_a_payment_after_a_cancelling_renews(
    later: timedelta, word_id: int, expected: Renewal
) -> None:
    """`later` is the payment's date after the word's arrival: by date where it decides, else by
    Telegram's numbers."""
    word = RenewalState("order", "canceled", word_id)
    assert renewal((paid(START + 9 * DAY), START), (word, START + 9 * DAY - later)) == expected


@pytest.mark.parametrize(("later", "expected"), [(timedelta(0), "off"), (SECOND, "on")])
def test_without_an_update_id_the_dates_decide(later: timedelta, expected: Renewal) -> None:
    """Reconciliation is told no number: what is not later than the word does not end it."""
    word = RenewalState("order", "canceled", 5)
    found = paid(START + 9 * DAY, update_id=None)
    assert renewal((found, START), (word, START + 9 * DAY - later)) == expected


def spans(*events: Event) -> View:
    """The view of these, with one span."""
    seen = view(told(*events))
    assert len(seen.spans) == 1
    return seen


def test_only_what_renews_is_to_come() -> None:
    """The next charge is the earliest of the subscriptions that renew, and none without one."""
    assert spans(paid()).spans[0].renews_at == ENDS
    other = Paid("later", "another", TERMS, START + DAY, ENDS + DAY, 101)
    assert spans(paid(), other).spans[0].renews_at == ENDS
    canceled = RenewalState("order", "canceled", 200)
    assert spans(paid(), canceled).spans[0].renews_at is None
    assert spans(paid(), other, canceled).spans[0].renews_at == ENDS + DAY


def test_a_pack_lives_until_it_is_given_back() -> None:
    """Its credits are known either way, so that what was used of it can be counted."""
    pack = Paid("pack", "pack", PACK, START)
    (live,) = view(told(pack)).packs
    assert (live.charge_id, live.is_valid) == ("pack", True)
    (back,) = view(told(pack, Reversed("pack", PACK.stars, START))).packs
    assert back.is_valid is False


@pytest.mark.parametrize("used", [timedelta(0), DAY])
def test_the_rest_of_a_trial(used: timedelta) -> None:
    """All of it, where the subscription began with it; none where it began at its end."""
    length = timedelta(seconds=TRIAL.seconds)
    trial = Granted("trial", TRIAL, START)
    assert view(told(trial, paid(START + used))).trial_rest == length - used
    assert view(told(trial, paid(START + length))).trial_rest == timedelta(0)
    assert view(told(trial, paid(START - SECOND))).trial_rest == timedelta(0)
