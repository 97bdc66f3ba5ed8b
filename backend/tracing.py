"""Traces by OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT names a collector; else nothing of it
is loaded.

A span for each request, from the proxy's `traceparent` on, and below it one for each answer, made
when that has ended: nothing is done for a token. No text, name or anybody's id is in one, and no
trace header leaves for a provider.
"""

import re
import time
from collections.abc import Mapping
from typing import Any, Final

import structlog

from backend.errors import SettingsInvalid
from backend.settings import Settings

TRACEPARENT: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""https://www.w3.org/TR/trace-context/#traceparent-header"""
NAMED: Final = "traceparent"
"""Under this name a task's context says which span its work belongs to."""

_tracer: Any = None


def set_up_tracing(settings: Settings, exporter: Any = None) -> None:
    """Send spans to the collector of the settings, in batches and from a thread of its own. Its
    other variables (OTEL_*) are the library's. `exporter` is a test's, instead.

    Raises:
        SettingsInvalid: the libraries are not installed.
    """
    global _tracer
    if exporter is None and not settings.otel_exporter_otlp_endpoint:
        return
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        if exporter is None:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            processor: Any = BatchSpanProcessor(OTLPSpanExporter())
        else:
            processor = SimpleSpanProcessor(exporter)
    except ImportError as error:
        raise SettingsInvalid(
            name="OTEL_EXPORTER_OTLP_ENDPOINT", reason="needs `pip install tanya[tracing]`"
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "tanya"}))
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("tanya")


def stop_tracing() -> None:
    """Make no more spans."""
    global _tracer
    _tracer = None


def begin_span(name: str, traceparent: str | None) -> Any:
    """A span below the one that `traceparent` names; None where nothing is traced. What is begun
    in this task from now on belongs to it."""
    if _tracer is None:
        return None
    span = _tracer.start_span(name, context=_context(traceparent))
    where = span.get_span_context()
    structlog.contextvars.bind_contextvars(
        trace_id=f"{where.trace_id:032x}",
        **{NAMED: f"00-{where.trace_id:032x}-{where.span_id:016x}-01"},
    )
    return span


def end_span(span: Any, **attributes: str | int | float | None) -> None:
    """End what `begin_span` began, with what became of it."""
    if span is not None:
        span.set_attributes(_present(attributes))
        span.end()


def record_span(name: str, seconds: float, attributes: Mapping[str, Any]) -> None:
    """A span that ends now and took so long, below the one that this task belongs to."""
    if _tracer is None:
        return
    ended = time.time_ns()
    parent = structlog.contextvars.get_contextvars().get(NAMED)
    span = _tracer.start_span(
        name,
        context=_context(parent),
        start_time=ended - int(seconds * 1_000_000_000),
        attributes=_present(attributes),
    )
    span.end(end_time=ended)


def _context(traceparent: str | None) -> Any:
    """What the library's own propagator makes of it, in a third of the time: the form has been
    checked before."""
    from opentelemetry.context import Context
    from opentelemetry.trace import (
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    if not traceparent:
        return Context()
    _, trace_id, span_id, flags = traceparent.split("-")
    parent = SpanContext(int(trace_id, 16), int(span_id, 16), True, TraceFlags(int(flags, 16)))
    return set_span_in_context(NonRecordingSpan(parent), Context())


def _present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}
