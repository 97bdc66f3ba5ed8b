"""Movements by law: every kind of them sums to zero, in every currency, for any amounts."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import MovementUnbalanced
from backend.ledger import movements as m

AT = datetime(2026, 11, 23, tzinfo=UTC)
amounts = st.integers(1, 10**9)
some = st.integers(-(10**9), 10**9)


@given(stars=amounts, nano=st.integers(0, m.NANO - 1), signed=some, more=some, top_up=amounts)
def test_every_movement_balances(
    stars: int, nano: int, signed: int, more: int, top_up: int
) -> None:
    """No maker of movements can make one that does not sum to zero."""
    made = [
        m.payment("person:a", stars, "c", AT),
        m.sale("person:a", "subscription", stars, "c", AT),
        m.reversal("refund", "person:a", stars, "c", AT),
        m.returned("person:a", "subscription", stars, "c", AT),
        m.commission("subscription", stars, nano, "c", AT),
        m.commission_back("subscription", stars, nano, "c", AT),
        m.cost("xai", date(2026, 11, 1), stars),
        m.share("xai", "2026-11", AT, stars=signed, exchanged=m.Conversion(more, 13_000),
                top_up=top_up, recouped=top_up // 2),
    ]  # fmt: skip
    for movement in made:
        assert movement is not None
        m.check(movement)


@given(stars=amounts)
def test_a_paid_and_served_person_is_even(stars: int) -> None:
    """Payment and sale leave a person at zero; so do refund and return after them."""
    sold = m.payment("p", stars, "c", AT).entries + m.sale("p", "pack", stars, "c", AT).entries
    back = (
        m.reversal("refund", "p", stars, "c", AT).entries
        + m.returned("p", "pack", stars, "c", AT).entries
    )
    assert m.totals(sold)["p", m.STARS] == 0
    after = m.totals(sold + back)
    assert after["p", m.STARS] == after[m.TELEGRAM, m.STARS] == 0
    assert after[m.sales("pack"), m.STARS] == -after[m.returns("pack"), m.STARS] == -stars


def test_unbalanced_is_refused() -> None:
    """One-sided, uneven and zero entries are refused before the database sees them."""
    for entries in (
        (m.Entry("a", m.STARS, 1),),
        (m.Entry("a", m.STARS, 1), m.Entry("b", m.STARS, -2)),
        (m.Entry("a", m.STARS, 1), m.Entry("b", m.MICRO_DOLLARS, -1)),
        (m.Entry("a", m.STARS, 0), m.Entry("b", m.STARS, 0)),
    ):
        with pytest.raises(MovementUnbalanced):
            m.check(m.Movement("x", "y", AT, entries))


AGREED = {"micro_dollars": 7, "by_partner": False, "in_equity": False, "recouped": False}
AGREED_ACCOUNTS = [
    ({}, "partner:p", "operator:fees:p"),
    ({"by_partner": True}, "operator:fees:p", "partner:p"),
    ({"in_equity": True}, "partner:p:equity", "operator:fees:p"),
    ({"recouped": True}, "partner:p", "partner:p:advance"),
]


@pytest.mark.parametrize(("change", "owed", "other"), AGREED_ACCOUNTS)
def test_an_agreed_payment_falls_due_to_the_right_side(
    change: dict[str, bool], owed: str, other: str
) -> None:
    """Below zero is what is owed. A swapped pair would balance too."""
    values: dict[str, Any] = AGREED | change
    movement = m.agreed_payment("r", "p", AT, **values)
    assert m.totals(movement.entries) == {
        (owed, m.MICRO_DOLLARS): -7,
        (other, m.MICRO_DOLLARS): 7,
    }


@pytest.mark.parametrize(
    ("movement", "gains", "gives"),
    [
        (m.payment("person:a", 5, "c", AT), m.TELEGRAM, "person:a"),
        (m.sale("person:a", "pack", 5, "c", AT), "person:a", m.sales("pack")),
        (m.reversal("refund", "person:a", 5, "c", AT), "person:a", m.TELEGRAM),
        (m.returned("person:a", "pack", 5, "c", AT), m.returns("pack"), "person:a"),
        (m.commission("pack", 5, 0, "c", AT), m.commissions("pack"), m.TELEGRAM),
        (m.commission_back("pack", 5, 0, "c", AT), m.TELEGRAM, m.commissions("pack")),
        (m.transfer("r", 5, 0, m.OTHER, AT), m.TELEGRAM, m.OTHER),
    ],
)
def test_stars_move_the_right_way(movement: m.Movement, gains: str, gives: str) -> None:
    """An entry's sign is seen from the account; the other way round would balance as well."""
    assert m.totals(movement.entries) == {(gains, m.STARS): 5, (gives, m.STARS): -5}


def test_a_share_is_owed_to_the_partner() -> None:
    """Stars as they are, exchanged Stars and a top-up as dollars, less what is recouped."""
    movement = m.share(
        "p", "2026-11", AT, stars=3, exchanged=m.Conversion(2, 10), top_up=4, recouped=5
    )
    assert movement is not None
    sums = m.totals(movement.entries)
    assert sums["partner:p", m.STARS] == -3
    assert sums["partner:p", m.MICRO_DOLLARS] == -(2 * 10 + 4 - 5)
    assert sums["partner:p:advance", m.MICRO_DOLLARS] == -5
    assert sums[m.shares("p"), m.STARS] == 5
    assert movement.conversion == m.Conversion(2, 10)
    nothing = m.share("p", "2026-11", AT, stars=0, exchanged=m.Conversion(0, 10), top_up=0,
                      recouped=0)  # fmt: skip
    assert nothing is None


def test_a_day_of_costs_is_booked_at_its_last_second() -> None:
    """So that a month's statement has the costs of its last day."""
    booked = m.cost("xai", date(2026, 11, 30), 5)
    assert booked.occurred_at == datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
