"""What an attempt cost, in whole micro-dollars, rounded up."""

from typing import Final

from msgspec.structs import replace

from backend.llm.events import Usage
from backend.llm.model import Model
from backend.llm.port import ChatRequest
from backend.llm.tokens import count_request, of_bytes

MILLION: Final = 1_000_000
SEARCH_CALLS: Final = 8
SEARCH_TOKENS: Final = 8_000
"""What a search is foreseen to need where the request does not say: so many calls of the tool,
each bringing so many tokens into the prompt."""


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


def estimated(request: ChatRequest, text_bytes: int, reasoning_bytes: int = 0) -> Usage:
    """Usage of an attempt whose provider told none, counted here and marked so."""
    thought = of_bytes(reasoning_bytes)
    usage = Usage(
        input_tokens=count_request(request),
        output_tokens=of_bytes(text_bytes) + thought,
        reasoning_tokens=thought,
        estimated=True,
    )
    if "images" in request.model.capabilities:
        return replace(usage, cost_micro_dollars=request.model.image_price)
    return priced(request.model, usage)


def ceiling(request: ChatRequest, input_tokens: int | None = None) -> int | None:
    """The most micro-dollars that the request may cost, for a cap; None if that is not known.

    `input_tokens` is what it will take at most, if known better than by counting it now. The
    answer is taken to be as long as it may be. How much a provider's own search reads nobody can
    say: it is foreseen, and what it costs above that is counted when it is told.
    """
    model = request.model
    if "images" in model.capabilities:
        return model.image_price
    if not model.price_known:
        return None
    into = count_request(request) if input_tokens is None else input_tokens
    calls: dict[str, int] = {}
    if request.search is not None and "search" in model.capabilities:
        uses = request.search.max_uses or SEARCH_CALLS
        into += uses * SEARCH_TOKENS
        tool = max(("web_search", "x_search"), key=lambda name: model.tool_prices.get(name, 0))
        calls = {tool: uses}
    out = request.max_output_tokens or model.max_output_tokens
    return cost(model, Usage(input_tokens=into, output_tokens=out, tool_calls=calls))
