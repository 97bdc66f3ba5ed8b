"""Cost: whole micro-dollars, from the provider's word or from the catalog's prices."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.llm import ChatRequest, LongContext, PromptTurn, Search, TextPart, Usage
from backend.llm.cost import ceiling, cost, priced
from backend.llm.simulation.fake import FAKE_MODEL

GROK = replace(
    FAKE_MODEL,
    input_price=2_000_000,
    cached_price=500_000,
    output_price=6_000_000,
    price_known=True,
    long_context=LongContext(200_000, 200, 200),
    tool_prices={"web_search": 5_000_000, "x_search": 5_000_000},
)
FREE = replace(GROK, input_price=0, output_price=0, cached_price=0)
COUNT = st.integers(0, 2_000_000)


def test_as_the_provider_bills() -> None:
    """The catalog's prices give what xAI told for the same usage: 120,000,000 ticks."""
    usage = Usage(1000, 400, 100, 60, {"web_search": 1, "x_search": 1})
    assert cost(GROK, usage) == 12_000


def test_long_prompts_double_everything() -> None:
    """From 200,000 tokens on every rate doubles, for the whole request; tools stay."""
    assert cost(GROK, Usage(199_999, 0, 1000)) == 199_999 * 2 + 6_000
    assert cost(GROK, Usage(200_000, 0, 1000, 0, {"x_search": 1})) == 800_000 + 12_000 + 5_000


def test_the_provider_knows_best() -> None:
    """A cost that the provider tells is not touched."""
    usage = Usage(1000, 0, 100, cost_micro_dollars=1)
    assert priced(GROK, usage) == usage


def test_unknown_prices_give_no_cost() -> None:
    """Not knowing a price is not the same as its being nothing."""
    assert priced(replace(GROK, price_known=False), Usage(10, 0, 10)).cost_micro_dollars is None


@given(COUNT, COUNT, COUNT)
def test_rounded_up_and_never_negative(fresh: int, cached: int, out: int) -> None:
    """Law: the cost covers the exact amount and is less than one micro-dollar above it."""
    usage = Usage(fresh + cached, cached, out)
    factor = 2 if usage.input_tokens >= 200_000 else 1
    exact = (fresh * 2_000_000 + cached * 500_000 + out * 6_000_000) * factor
    assert 0 <= cost(GROK, usage) * 1_000_000 - exact < 1_000_000


def asked(**more: Any) -> ChatRequest:
    """A short question to the priced model."""
    question = PromptTurn("user", (TextPart("Hello"),))
    return ChatRequest(GROK, "", (question,), max_output_tokens=1_000, **more)


@given(COUNT, COUNT, st.integers(0, 1_000), st.integers(0, 8))
def test_nothing_foreseen_costs_more_than_the_ceiling(
    most: int, used: int, out: int, calls: int
) -> None:
    """Law: an answer within its bounds costs no more than was held for it, searches too."""
    used = min(used, most)
    assert cost(GROK, Usage(used, used // 2, out)) <= known(ceiling(asked(), most))
    able = replace(GROK, capabilities=frozenset({"search"}))
    searching = replace(asked(search=Search(required=True)), model=able)
    found = Usage(used + calls * 8_000, 0, out, 0, {"x_search": calls})
    assert cost(able, found) <= known(ceiling(searching, most))


def test_a_ceiling_needs_a_price() -> None:
    """None where it is not known; pictures have one of their own."""
    assert ceiling(replace(asked(), model=replace(GROK, price_known=False))) is None
    painter = replace(GROK, capabilities=frozenset({"images"}), image_price=20_000)
    assert ceiling(replace(asked(), model=painter)) == 20_000
    assert ceiling(replace(asked(), model=replace(painter, image_price=None))) is None
    assert ceiling(replace(asked(), model=FREE)) == 0
    assert known(ceiling(asked())) > 6_000


def known(most: int | None) -> int:
    """It is."""
    assert most is not None
    return most
