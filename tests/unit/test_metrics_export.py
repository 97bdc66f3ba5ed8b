"""Metrics for a collector: the same figures as `/metrics`, over OpenTelemetry's own protocol.

Exercises backend/metrics_export.py.
"""

import asyncio
import gzip
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import msgspec
import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from backend import metrics
from backend.errors import SettingsInvalid
from backend.metrics_export import keep_exporting
from backend.nursery import Nursery
from backend.settings import Settings
from tests.fixtures.generation import until

CUMULATIVE = 2


class Collector(BaseHTTPRequestHandler):
    """Keeps what is sent to it."""

    received: ClassVar[list[tuple[str, ExportMetricsServiceRequest]]] = []

    def do_POST(self) -> None:
        """Called for each export."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.received.append((self.path, ExportMetricsServiceRequest.FromString(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a collector listens, as the standard's variables name it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "50")
    Collector.received.clear()
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> CollectorRegistry:
    """One of each kind, in place of the process's own."""
    made = CollectorRegistry()
    answers = Counter("tanya_answers", "Answers", ["model"], registry=made)
    answers.labels("grok").inc(3)
    answers.labels("small").inc()
    Gauge("tanya_runs", "Running", registry=made).set(7)
    times = Histogram("tanya_seconds", "Times", ["provider"], buckets=(1, 5), registry=made)
    for seconds in (0.5, 0.7, 3, 60):
        times.labels("xai").observe(seconds)
    times.labels("here").observe(2)
    Info("tanya_build", "Not a number", registry=made).info({"version": "1"})
    monkeypatch.setattr(metrics, "REGISTRY", made)
    return made


async def exported(settings: Settings, endpoint: str) -> dict[str, Metric]:
    """What the collector got first, by name; `read` was called before."""
    read = 0

    async def count() -> None:
        nonlocal read
        read += 1

    wanted = msgspec.structs.replace(settings, otel_exporter_otlp_endpoint=endpoint)
    async with Nursery() as nursery:
        keep_exporting(nursery, wanted, _now, count)
        await until(lambda: bool(Collector.received))
    assert read
    path, request = Collector.received[0]
    assert path == "/v1/metrics"
    (found,) = request.resource_metrics
    labels = {one.key: one.value.string_value for one in found.resource.attributes}
    assert labels["service.name"] == "tanya"
    assert labels["service.instance.id"]
    return {one.name: one for one in found.scope_metrics[0].metrics}


@pytest.mark.usefixtures("registry")
async def test_every_kind_arrives_with_its_figures(settings: Settings, endpoint: str) -> None:
    """Counters as cumulative sums, gauges, and histograms whose buckets each count their own; by
    the labels that Prometheus has."""
    found = await exported(settings, endpoint)
    assert found.keys() == {"tanya_answers", "tanya_runs", "tanya_seconds"}
    answers = found["tanya_answers"].sum
    assert (answers.is_monotonic, answers.aggregation_temporality) == (True, CUMULATIVE)
    by_model = {one.attributes[0].value.string_value: one for one in answers.data_points}
    assert {name: one.as_double for name, one in by_model.items()} == {"grok": 3, "small": 1}
    assert all(0 < one.start_time_unix_nano <= one.time_unix_nano for one in by_model.values())
    assert [one.as_double for one in found["tanya_runs"].gauge.data_points] == [7]
    times = found["tanya_seconds"].histogram
    assert times.aggregation_temporality == CUMULATIVE
    by_provider = {one.attributes[0].value.string_value: one for one in times.data_points}
    xai = by_provider["xai"]
    assert (xai.count, list(xai.bucket_counts), list(xai.explicit_bounds)) == (4, [2, 1, 1], [1, 5])
    assert xai.sum == pytest.approx(64.2)
    assert list(by_provider["here"].bucket_counts) == [0, 1, 0]


async def test_the_processs_own_metrics_are_accepted(settings: Settings, endpoint: str) -> None:
    """All that `/metrics` has, of this program and of the process."""
    metrics.LOOP_LAG.observe(0.001)
    found = await exported(settings, endpoint)
    assert {"tanya_refusals", "tanya_loop_lag_seconds", "process_cpu_seconds"} <= found.keys()


async def test_nothing_is_sent_without_a_collector(
    settings: Settings, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the setting, and where the standard's variable asks for traces alone."""

    async def read() -> None:
        raise AssertionError

    async with Nursery() as nursery:
        keep_exporting(nursery, settings, _now, read)
        monkeypatch.setenv("OTEL_METRICS_EXPORTER", "none")
        wanted = msgspec.structs.replace(settings, otel_exporter_otlp_endpoint=endpoint)
        keep_exporting(nursery, wanted, _now, read)
        await asyncio.sleep(0.2)
        assert nursery.failing() == []
    assert Collector.received == []


@pytest.mark.parametrize("value", ["soon", "0", "-1", "1.5", "9" * 40])
async def test_a_wrong_interval_is_named(
    settings: Settings, endpoint: str, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """At the start, in one line."""
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", value)
    wanted = msgspec.structs.replace(settings, otel_exporter_otlp_endpoint=endpoint)
    async with Nursery() as nursery:
        with pytest.raises(SettingsInvalid) as caught:
            keep_exporting(nursery, wanted, _now, _nothing)
    assert caught.value.details["name"] == "OTEL_METRIC_EXPORT_INTERVAL"


async def test_missing_libraries_are_named(
    settings: Settings, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation without them says which to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.metric_exporter", None)
    wanted = msgspec.structs.replace(settings, otel_exporter_otlp_endpoint=endpoint)
    async with Nursery() as nursery:
        with pytest.raises(SettingsInvalid) as caught:
            keep_exporting(nursery, wanted, _now, _nothing)
    assert "tanya[tracing]" in str(caught.value.details["reason"])


async def _nothing() -> None:
    """Nothing is to be read."""


def _now() -> datetime:
    """The time, which the library's own figures have too."""
    return datetime.now(UTC)
