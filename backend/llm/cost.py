"""The cost of an attempt, in whole micro-dollars, rounded up."""

from typing import Final

from msgspec.structs import replace

from backend.llm.events import Usage
from backend.llm.model import Model
from backend.llm.port import ChatRequest
from backend.llm.tokens import count_request, of_bytes

MILLION: Final = 1_000_000
SEARCH_CALLS: Final = 8
SEARCH_TOKENS: Final = 8_000
"""The assumed cost of a search: the number of tool calls, and the prompt tokens that each adds."""


def priced(model: Model, usage: Usage) -> Usage:
    """The usage with its cost: the provider's own figure, else from the catalog's prices.

    The cost stays None where the prices are not known.
    """
    if usage.cost_micro_dollars is not None or not model.price_known:
        return usage
    return replace(usage, cost_micro_dollars=cost(model, usage))


def cost(model: Model, usage: Usage) -> int:
    """Micro-dollars for these tokens and tool calls at the model's prices.

    Above a certain prompt size, providers charge more for the whole request.
    """
    cached = min(usage.cached_tokens, usage.input_tokens)
    into = (usage.input_tokens - cached) * model.input_price + cached * model.cached_price
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
    """Estimated usage of an attempt whose provider reported none, marked as such."""
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


def completed(request: ChatRequest, usage: Usage, text_bytes: int, reasoning_bytes: int) -> Usage:
    """The provider's usage, with implausible zeros replaced by estimates, then priced.

    A request always has input, and a visible answer has output. A cost reported by the provider is
    used as it is.
    """
    if usage.cost_micro_dollars is not None or "images" in request.model.capabilities:
        return usage
    if usage.input_tokens and usage.output_tokens:
        return priced(request.model, usage)  # as nearly always: nothing to count
    counted = estimated(request, text_bytes, reasoning_bytes)
    if not usage.input_tokens:
        usage = replace(usage, input_tokens=counted.input_tokens, estimated=True)
    if not usage.output_tokens and counted.output_tokens:
        usage = replace(
            usage,
            output_tokens=counted.output_tokens,
            reasoning_tokens=counted.reasoning_tokens,
            estimated=True,
        )
    return priced(request.model, usage)


def ceiling(request: ChatRequest, input_tokens: int | None = None) -> int | None:
    """The most micro-dollars that the request may cost, for a cap; None if that is not known.

    `input_tokens` is an upper bound, if known better than by counting it now. The answer is assumed
    to be of maximal length. How much a provider's search reads is unknown: it is estimated, and a
    higher cost is counted when reported.
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
