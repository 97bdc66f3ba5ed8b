"""Traces: spans of requests and answers, joined to the proxy's; nothing where none are wanted.

Exercises backend/tracing.py.
"""

import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from backend.errors import SettingsInvalid
from backend.settings import Settings
from backend.tracing import begin_span, end_span, record_span, set_up_tracing, stop_tracing

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def spans(settings: Settings) -> Iterator[InMemorySpanExporter]:
    """What would be sent to a collector."""
    exporter = InMemorySpanExporter()
    set_up_tracing(settings, exporter)
    yield exporter
    stop_tracing()
    structlog.contextvars.clear_contextvars()


def test_an_answer_is_below_its_request_and_that_below_the_proxys(
    spans: InMemorySpanExporter,
) -> None:
    """One trace from the proxy to the answer; what is not known is left out."""
    span = begin_span("request", f"00-{TRACE}-{PARENT}-01")
    assert structlog.contextvars.get_contextvars()["trace_id"] == TRACE
    record_span("answer", 2.0, {"tanya.model": "grok", "tanya.error": None})
    end_span(span, route="/api/me")
    answer, request = spans.get_finished_spans()
    assert (answer.name, request.name) == ("answer", "request")
    assert {f"{one.context.trace_id:032x}" for one in (answer, request) if one.context} == {TRACE}
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == PARENT
    assert answer.parent is not None
    assert request.context is not None
    assert answer.parent.span_id == request.context.span_id
    assert dict(answer.attributes or {}) == {"tanya.model": "grok"}
    assert answer.end_time is not None
    assert answer.start_time is not None
    assert answer.end_time - answer.start_time == 2_000_000_000


def test_a_request_without_a_proxys_trace_begins_one(spans: InMemorySpanExporter) -> None:
    """Of its own."""
    end_span(begin_span("request", None))
    (request,) = spans.get_finished_spans()
    assert request.parent is None


def test_nothing_is_made_or_loaded_where_none_are_wanted(settings: Settings) -> None:
    """The library's own variables alone do nothing."""
    set_up_tracing(settings)
    assert begin_span("request", f"00-{TRACE}-{PARENT}-01") is None
    end_span(None, route="x")
    record_span("answer", 1.0, {})


def test_missing_libraries_are_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collector is set and the packages are missing: the error names the extra to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    wanted: Any = msgspec.structs.replace(
        settings, otel_exporter_otlp_endpoint="http://localhost:4318"
    )
    with pytest.raises(SettingsInvalid, match="tracing"):
        set_up_tracing(wanted)
