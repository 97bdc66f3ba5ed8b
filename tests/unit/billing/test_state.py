"""Plan state by laws: order, repeats and losses of what is heard change nothing in the end."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.billing import events
from backend.billing.events import Event, Granted, Paid, RenewalState, Reversed, Revoked, Stopped
from backend.billing.state import PlanState, apply, fold
from backend.billing.view import GRACE, Period, view
from backend.plans import plans

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
HEARD = START + timedelta(days=400)
MONTH = timedelta(seconds=plans.MONTH_SECONDS)
DAY = timedelta(days=1)
TERMS = plans.of_kind("subscription")[0].terms
PACK = plans.of_kind("pack")[0].terms
GIFT = plans.of_kind("gift")[0].terms
TRIAL = plans.of_kind("trial")[0].terms


def paid(number: int, order: str = "order", at: datetime | None = None) -> Paid:
    """The `number`-th payment of a subscription that renews on the day."""
    moment = at or START + number * MONTH
    return Paid(f"{order}-{number}", order, TERMS, moment, moment + MONTH, 10 * number)


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    """A person's money life in its true order: update ids grow as Telegram sends."""
    happened: list[Event] = []
    moment = START
    update_id = 100
    for index in range(draw(st.integers(1, 3))):
        order = f"order{index}"
        for number in range(draw(st.integers(1, 4))):
            update_id += draw(st.integers(1, 5))
            charge = f"{order}-{number}"
            happened.append(Paid(charge, order, TERMS, moment, moment + MONTH, update_id))
            for word in draw(st.lists(st.sampled_from(("canceled", "active", "failed")))):
                update_id += 1
                happened.append(RenewalState(order, word, update_id))  # type: ignore[arg-type]
            if draw(st.booleans()):
                moment += draw(st.integers(1, 20)) * DAY
                happened.append(Stopped(order, draw(st.booleans()), moment))
            if draw(st.integers(0, 3)) == 0:
                happened.append(Reversed(charge, TERMS.stars, moment + DAY))
            moment += MONTH
    for index in range(draw(st.integers(0, 2))):
        moment = START + draw(st.integers(0, 200)) * DAY
        happened.append(Granted(f"gift{index}", GIFT, moment))
        happened.append(Paid(f"pack{index}", f"pack{index}", PACK, moment))
        if draw(st.booleans()):
            happened.append(Revoked(f"gift{index}", moment + DAY))
            happened.append(Reversed(f"pack{index}", PACK.stars, moment))
    return happened


def heard(happened: list[Event]) -> PlanState:
    """The state when everything is heard at one moment."""
    return fold((event, HEARD) for event in happened)


@given(life=lives(), data=st.data())
def test_order_and_repeats_change_nothing(life: list[Event], data: st.DataObject) -> None:
    """Any order and any number of repeats give the state of the clean sequence."""
    repeated = life + data.draw(st.lists(st.sampled_from(life)))
    shuffled = data.draw(st.permutations(repeated))
    assert heard(shuffled) == heard(life)


@given(life=lives(), data=st.data())
def test_losses_are_made_good_by_reconciliation(life: list[Event], data: st.DataObject) -> None:
    """Lost payments and refunds that reconciliation finds later open and close the same access.

    Reconciliation is told neither when a subscription ends nor any update id.
    """
    money = [event for event in life if isinstance(event, (Paid, Reversed))]
    lost = data.draw(st.sets(st.sampled_from(money))) if money else set()
    kept = data.draw(st.permutations([event for event in life if event not in lost]))
    found = [
        msgspec.structs.replace(event, expires_at=None, update_id=None)
        if isinstance(event, Paid)
        else event
        for event in data.draw(st.permutations(sorted(lost, key=str)))
    ]
    clean, mended = view(heard(life)), view(heard([*kept, *found]))
    assert mended.periods == clean.periods
    assert mended.packs == clean.packs
    assert [one.until for one in mended.spans] == [one.until for one in clean.spans]


@given(life=lives(), data=st.data())
def test_a_late_update_mends_what_reconciliation_could_not_know(
    life: list[Event], data: st.DataObject
) -> None:
    """When the update comes after all, nothing tells that reconciliation was first."""
    guesses: list[Event] = [
        msgspec.structs.replace(event, expires_at=None, update_id=None)
        for event in life
        if isinstance(event, Paid)
    ]
    assert heard(data.draw(st.permutations([*life, *guesses]))) == heard(life)


@given(life=lives())
def test_access_is_never_longer_than_paid_and_grace(life: list[Event]) -> None:
    """No sequence gives more time than its payments and grants that still stand."""
    seen = view(heard(life))
    for span in seen.spans:
        covered = [one for one in seen.periods if one.plan_id == span.plan_id]
        assert span.until == max(one.ends_at for one in covered)
        assert span.until <= span.grace_until <= span.until + GRACE
        assert span.grace_until == span.until or span.renewal in ("on", "failed")


@given(life=lives())
def test_events_survive_storage(life: list[Event]) -> None:
    """What the inbox keeps folds to the same state."""
    assert heard([events.decode(events.encode(event)) for event in life]) == heard(life)


def test_canceled_keeps_access_to_the_end() -> None:
    """Cancelling stops the renewal, not what is paid for; and there is no grace then."""
    seen = view(heard([paid(0), RenewalState("order", "canceled", 1)]))
    assert seen.spans[0].until == START + MONTH
    assert seen.spans[0].grace_until == START + MONTH
    assert seen.subscriptions[0].renewal == "off"


def test_a_failed_renewal_has_grace() -> None:
    """Access goes on for the grace when a renewal failed, and a late payment ends the worry."""
    failed = apply(heard([paid(0)]), RenewalState("order", "failed", 1), START + MONTH)
    assert view(failed).spans[0].grace_until == START + MONTH + GRACE
    assert view(failed).subscriptions[0].renewal == "failed"
    renewed = view(apply(failed, paid(1, at=START + MONTH + DAY), START + MONTH + DAY))
    assert renewed.subscriptions[0].renewal == "on"
    assert renewed.spans[0].until == START + 2 * MONTH + DAY


def test_refund_before_payment_is_a_tombstone() -> None:
    """A payment whose refund was heard first opens nothing."""
    seen = view(heard([Reversed("order-0", TERMS.stars, START), paid(0)]))
    assert seen.periods == ()
    assert seen.spans == ()
    assert seen.subscriptions[0].renewal == "off"


def test_a_refunded_month_leaves_the_others() -> None:
    """Refunding one month takes that month alone; the first charge stays the handle."""
    seen = view(heard([paid(0), paid(1), paid(2), Reversed("order-1", TERMS.stars, START)]))
    assert [one.source_id for one in seen.periods] == ["order-0", "order-2"]
    assert seen.subscriptions[0].first_charge_id == "order-0"
    assert seen.subscriptions[0].last_charge_id == "order-2"


def test_a_gift_waits_while_a_subscription_runs() -> None:
    """A gift's time is used only where nothing else is paid for, and none of it is lost."""
    gift = Granted("gift", GIFT, START + DAY)
    seen = view(heard([paid(0), gift]))
    assert seen.spans[0].until == START + 2 * MONTH
    later = START + MONTH + 10 * DAY
    again = Paid("again", "other", TERMS, later, later + MONTH, 9)
    ends = {one.source_id: one.ends_at for one in view(heard([paid(0), gift, again])).periods}
    assert ends["gift"] == later + MONTH + 20 * DAY


def test_a_subscription_leaves_the_rest_of_a_trial() -> None:
    """What a subscription left of the trial can be used later, once; a refund gives it back."""
    trial = Granted("trial", TRIAL, START)
    subscribed = Paid("charge", "order", TERMS, START + DAY, START + DAY + MONTH, 5)
    seen = view(heard([trial, subscribed]))
    assert seen.periods[0] == Period(
        "trial", "trial", TERMS.opens, START, START + timedelta(seconds=TRIAL.seconds)
    )
    assert seen.spans[0].until == START + DAY + MONTH
    assert seen.trial_rest == 2 * DAY
    refunded = Reversed("charge", TERMS.stars, START + 2 * DAY)
    assert view(heard([trial, subscribed, refunded])).trial_rest == timedelta(0)
    again = Granted("rest", TRIAL, START + 2 * MONTH)
    assert view(heard([trial, subscribed, again])).trial_rest == timedelta(0)


def test_what_we_stopped_stays_stopped_until_telegram_says_otherwise() -> None:
    """Our cancelling holds; letting renew again waits for Telegram's word or a payment."""
    stop = Stopped("order", True, START + DAY)
    back = Stopped("order", False, START + 2 * DAY)
    assert view(heard([paid(0), stop])).subscriptions[0].renewal == "off"
    assert view(heard([paid(0), stop, back])).subscriptions[0].renewal == "off"
    active = RenewalState("order", "active", 50)
    assert view(heard([paid(0), stop, back, active])).subscriptions[0].renewal == "on"
    assert view(heard([paid(0), stop, paid(1)])).subscriptions[0].renewal == "on"


def test_update_ids_may_restart_after_an_idle_week() -> None:
    """Telegram picks a random next id after a week of silence: later arrival holds then."""
    state = apply(PlanState(), paid(0), START)
    state = apply(state, RenewalState("order", "canceled", 5_000), START + DAY)
    late = apply(state, RenewalState("order", "active", 7), START + 9 * DAY)
    assert view(late).subscriptions[0].renewal == "on"
    soon = apply(state, RenewalState("order", "active", 7), START + 1.5 * DAY)
    assert view(soon).subscriptions[0].renewal == "off"


@pytest.mark.parametrize("word", ["failed", "canceled"])
@pytest.mark.parametrize("update_id", [5, None, 5_000])
@pytest.mark.parametrize("days_late", [0.1, 1, 5])
def test_a_payment_ends_an_older_word(
    word: Literal["failed", "canceled"], update_id: int | None, days_late: float
) -> None:
    """A renewal paid after a failed or cancelled one holds, whatever its update id is, and also
    when only reconciliation finds it: Telegram's date decides.
    """
    due = START + MONTH
    paid_late = Paid("order-1", "order", TERMS, due + days_late * DAY, None, update_id)
    facts: list[tuple[Event, datetime]] = [
        (paid(0), START),
        (RenewalState("order", word, 900), due),
        (paid_late, paid_late.at + DAY),
    ]
    for order in itertools.permutations(facts):
        assert view(fold(order)).subscriptions[0].renewal == "on"


def test_a_payment_is_older_than_a_later_word_with_a_smaller_id() -> None:
    """Ids began anew between a payment and its cancelling: it stays cancelled."""
    facts: list[tuple[Event, datetime]] = [
        (paid(90, at=START), START),
        (RenewalState("order", "canceled", 3), START + 10 * DAY),
    ]
    for order in itertools.permutations(facts):
        assert view(fold(order)).subscriptions[0].renewal == "off"


def test_a_failure_heard_after_the_late_payment_is_settled() -> None:
    """The word of a failed renewal overtaken by the payment that made it good means nothing."""
    due = START + MONTH
    late = Paid("order-1", "order", TERMS, due + DAY / 2, None, None)
    seen = view(
        fold([(paid(0), START), (RenewalState("order", "failed", 9), due + DAY), (late, due)])
    )
    assert seen.subscriptions[0].renewal == "on"
