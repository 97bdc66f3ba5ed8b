"""Estimates usage and cost if the provider reported none, for example after a stop.

Most providers bill what they generated before a connection was closed and send no usage then.
The figures are marked as estimates.
"""

from msgspec.structs import replace

from backend.errors import ProviderError, TanyaError
from backend.generation.run.running import ActiveRun
from backend.llm import ChatRequest, Usage, estimated, priced, utf8_bytes


def estimate_usage(running: ActiveRun, error: TanyaError | None = None) -> Usage | None:
    """The run's usage, as reported by the provider if it was. None if nothing was sent.

    `error` is what it ended with. Attempts that failed before anything was seen are not included:
    the router reports each.
    """
    relay = running.relay
    request = _request(running)
    if relay.usage is not None:
        return priced(request.model, relay.usage)
    if not relay.sent or _was_free(running, error):
        return None
    written = relay.withdrawn or (utf8_bytes(relay.text), utf8_bytes(relay.thinking.text))
    return estimated(request, *written)


def _was_free(running: ActiveRun, error: TanyaError | None) -> bool:
    """Whether the failure is free, or was reported by the router."""
    if not isinstance(error, ProviderError) or running.relay.text:
        return False
    return running.relay.answering is None or not error.billable


def _request(running: ActiveRun) -> ChatRequest:
    """The request as the model that answered was sent it."""
    relay, order = running.relay, running.order
    answered = relay.answering.model_id if relay.answering else None
    model = next((m for m in order.choices if m.id == answered), order.choices[0])
    return replace(order.request, model=model)
