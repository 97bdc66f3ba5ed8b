"""Usage and cost of a run whose provider told none, as when it was stopped: counted here.

Most providers bill what they generated before a connection was closed and send no usage then.
The figures are marked as estimates.
"""

from msgspec.structs import replace

from backend.errors import ProviderError, TanyaError
from backend.generation.running import Running
from backend.llm import ChatRequest, Usage
from backend.llm.cost import estimated, priced
from backend.llm.tokens import size


def estimate(running: Running, error: TanyaError | None = None) -> Usage | None:
    """What the run used: the provider's word where it gave one. None if nothing was sent.

    `error` is what it ended with. Attempts that failed before anything was seen are not in it:
    the router has told of them, each by itself.
    """
    relay = running.relay
    request = _request(running)
    if relay.usage is not None:
        return priced(request.model, relay.usage)
    if not relay.sent or _was_free(running, error):
        return None
    return estimated(request, size(relay.text))


def _was_free(running: Running, error: TanyaError | None) -> bool:
    """Whether the provider failed in a way in which it does not charge, or that is told of."""
    if not isinstance(error, ProviderError) or running.relay.text:
        return False
    return running.relay.answering is None or not error.billable


def _request(running: Running) -> ChatRequest:
    """The request as the model that answered was sent it."""
    relay, order = running.relay, running.order
    answered = relay.answering.model_id if relay.answering else None
    model = next((m for m in order.choices if m.id == answered), order.choices[0])
    return replace(order.request, model=model)
