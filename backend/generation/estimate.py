"""Usage and cost of a run whose provider told none, as when it was stopped: counted here.

Most providers bill what they generated before a connection was closed and send no usage then.
The figures are marked as estimates.
"""

from msgspec.structs import replace

from backend.generation.running import Running
from backend.llm import Model, Usage
from backend.llm.tokens import count, count_request

MILLION = 1_000_000


def estimate(running: Running) -> Usage | None:
    """What the run used: the provider's word where it gave one. None if nothing was sent."""
    relay, order = running.relay, running.order
    if not relay.sent:
        return relay.usage
    usage = relay.usage or Usage(
        input_tokens=count_request(order.request),
        output_tokens=count(relay.text),
        estimated=True,
    )
    if usage.cost_micro_dollars is not None:
        return usage
    return replace(usage, cost_micro_dollars=_cost(_model(running), usage))


def _model(running: Running) -> Model:
    answered = running.relay.answering
    choices = running.order.choices
    return next((m for m in choices if answered and m.id == answered.model_id), choices[0])


def _cost(model: Model, usage: Usage) -> int:
    fresh = usage.input_tokens - usage.cached_tokens
    total = (
        fresh * model.input_price
        + usage.cached_tokens * model.cached_price
        + usage.output_tokens * model.output_price
    )
    return -(-total // MILLION)
