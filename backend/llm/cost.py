"""What an attempt cost, in whole micro-dollars, rounded up."""

from typing import Final

from msgspec.structs import replace

from backend.llm.events import Usage
from backend.llm.model import Model
from backend.llm.port import ChatRequest
from backend.llm.tokens import count, count_request

MILLION: Final = 1_000_000


def priced(model: Model, usage: Usage) -> Usage:
    """The usage with its cost: the provider's own figure, else from the catalog's prices.

    The cost stays None where the prices are not known.
    """
    if usage.cost_micro_dollars is not None or not model.price_known:
        return usage
    return replace(usage, cost_micro_dollars=cost(model, usage))


def cost(model: Model, usage: Usage) -> int:
    """Micro-dollars for these tokens and tool calls at the model's prices.

    From a certain size of the prompt on, providers charge more for the whole request.
    """
    fresh = usage.input_tokens - usage.cached_tokens
    into = fresh * model.input_price + usage.cached_tokens * model.cached_price
    out = usage.output_tokens * model.output_price
    rates = model.long_context
    if rates is not None and usage.input_tokens >= rates.from_tokens:
        into, out = into * rates.input_percent // 100, out * rates.output_percent // 100
    tools = sum(
        calls * model.tool_prices.get(tool, 0) * (MILLION // 1000)
        for tool, calls in usage.tool_calls.items()
    )
    return -(-(into + out + tools) // MILLION)


def estimated(request: ChatRequest, text: str, reasoning: str = "") -> Usage:
    """Usage of an attempt whose provider told none, counted here and marked so."""
    thought = count(reasoning)
    usage = Usage(
        input_tokens=count_request(request),
        output_tokens=count(text) + thought,
        reasoning_tokens=thought,
        estimated=True,
    )
    return priced(request.model, usage)


def ceiling(request: ChatRequest) -> int | None:
    """The most that the request may cost without tools, for a spending cap; None if unknown."""
    model = request.model
    if not model.price_known:
        return None
    out = request.max_output_tokens or model.max_output_tokens
    return cost(model, Usage(input_tokens=count_request(request), output_tokens=out))
