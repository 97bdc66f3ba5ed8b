"""Movements by law: every kind of them sums to zero, in every currency, for any amounts."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.billing import movements as m
from backend.errors import MovementUnbalanced

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
                top_up=top_up),
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
