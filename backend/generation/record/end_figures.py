"""Metrics and the log line of an answer that ended."""

import asyncio
from functools import cache
from typing import Any

from backend import metrics
from backend.generation.run.outcome import Outcome
from backend.generation.run.running import ActiveRun
from backend.llm import Usage
from backend.tracing import record_span


@cache
def _series(metric: Any, *labels: str) -> Any:
    """A metric's series, which the library looks for under a lock; there are few, and they stay."""
    return metric.labels(*labels)


def record_end(running: ActiveRun, outcome: Outcome, usage: Usage | None) -> dict[str, Any]:
    """Count the end, and return the log line's fields; seconds count from the run's start."""
    relay = running.relay
    model = relay.answering.model_id if relay.answering else running.order.request.model.id
    provider = relay.sent[-1].provider if relay.sent else "none"
    seconds = asyncio.get_running_loop().time() - running.born
    first = None if relay.first_words_at is None else relay.first_words_at - running.born
    _series(metrics.ANSWERS, model, provider, outcome.state).inc()
    _series(metrics.ANSWER_SECONDS, provider).observe(seconds)
    if first is not None:
        _series(metrics.FIRST_TEXT_SECONDS, provider).observe(first)
    if usage is not None:
        if first is not None and usage.output_tokens:
            a_token = (seconds - first) / usage.output_tokens
            _series(metrics.TOKEN_SECONDS, provider).observe(a_token)
        _series(metrics.TOKENS, model, "input").inc(usage.input_tokens)
        _series(metrics.TOKENS, model, "output").inc(usage.output_tokens)
        _series(metrics.COST, provider).inc(usage.cost_micro_dollars or 0)
    said = {
        "state": outcome.state,
        "error": outcome.error.code if outcome.error else None,
        "model": model,
        "provider": provider,
        "attempts": len(relay.sent),
        "input_tokens": usage.input_tokens if usage else None,
        "output_tokens": usage.output_tokens if usage else None,
        "cost_micro_dollars": usage.cost_micro_dollars if usage else None,
        "first_words_seconds": None if first is None else round(first, 3),
        "seconds": round(seconds, 3),
    }
    record_span("answer", seconds, {f"tanya.{name}": value for name, value in said.items()})
    return said
