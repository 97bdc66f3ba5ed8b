"""Plan state by laws: order, repeats and losses of what is heard change nothing in the end."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from backend.billing import events, plans
from backend.billing.events import Event, Granted, Paid, Reversed, Revoked, Standing, Stopped
from backend.billing.state import PlanState, apply, fold
from backend.billing.view import GRACE, Period, view

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
                happened.append(Standing(order, word, update_id))  # type: ignore[arg-type]
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
    assert mended.credits == clean.credits
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
    seen = view(heard([paid(0), Standing("order", "canceled", 1)]))
    assert seen.spans[0].until == START + MONTH
    assert seen.spans[0].grace_until == START + MONTH
    assert seen.subscriptions[0].renewal == "off"


def test_a_failed_renewal_has_grace() -> None:
    """Access goes on for the grace when a renewal failed, and a late payment ends the worry."""
    failed: list[Event] = [paid(0), Standing("order", "failed", 1)]
    assert view(heard(failed)).spans[0].grace_until == START + MONTH + GRACE
    assert view(heard(failed)).subscriptions[0].renewal == "failed"
    renewed = view(heard([*failed, paid(1, at=START + MONTH + DAY)]))
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


def test_a_trial_ends_on_its_day() -> None:
    """A trial runs by the calendar: subscribing meanwhile does not keep the rest for later."""
    trial = Granted("trial", TRIAL, START)
    subscribed = Paid("charge", "order", TERMS, START + DAY, START + DAY + MONTH, 5)
    seen = view(heard([trial, subscribed]))
    assert seen.periods[0] == Period(
        "trial", "trial", TERMS.opens, START, START + timedelta(seconds=TRIAL.seconds)
    )
    assert seen.spans[0].until == START + DAY + MONTH


def test_what_we_stopped_stays_stopped_until_telegram_says_otherwise() -> None:
    """Our cancelling holds; letting renew again waits for Telegram's word or a payment."""
    stop = Stopped("order", True, START + DAY)
    back = Stopped("order", False, START + 2 * DAY)
    assert view(heard([paid(0), stop])).subscriptions[0].renewal == "off"
    assert view(heard([paid(0), stop, back])).subscriptions[0].renewal == "off"
    active = Standing("order", "active", 50)
    assert view(heard([paid(0), stop, back, active])).subscriptions[0].renewal == "on"
    assert view(heard([paid(0), stop, paid(1)])).subscriptions[0].renewal == "on"


def test_update_ids_may_restart_after_an_idle_week() -> None:
    """Telegram picks a random next id after a week of silence: later arrival holds then."""
    state = apply(PlanState(), paid(0), START)
    state = apply(state, Standing("order", "canceled", 5_000), START + DAY)
    late = apply(state, Standing("order", "active", 7), START + 9 * DAY)
    assert late.standings["order"].standing.state == "active"
    soon = apply(state, Standing("order", "active", 7), START + 1.5 * DAY)
    assert soon.standings["order"].standing.state == "canceled"
