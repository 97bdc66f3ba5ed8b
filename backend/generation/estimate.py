"""Usage and cost of a run whose provider told none, as when it was stopped: counted here.

Most providers bill what they generated before a connection was closed and send no usage then.
The figures are marked as estimates.
"""

from msgspec.structs import replace

from backend.generation.running import Running
from backend.llm import ChatRequest, Usage
from backend.llm.cost import estimated, priced


def estimate(running: Running) -> Usage | None:
    """What the run used: the provider's word where it gave one. None if nothing was sent."""
    relay = running.relay
    request = _request(running)
    if relay.usage is not None:
        return priced(request.model, relay.usage)
    return estimated(request, relay.text) if relay.sent else None


def _request(running: Running) -> ChatRequest:
    """The request as the model that answered was sent it."""
    relay, order = running.relay, running.order
    answered = relay.answering.model_id if relay.answering else None
    model = next((m for m in order.choices if m.id == answered), order.choices[0])
    return replace(order.request, model=model)
