"""The metrics of `/metrics` for an OpenTelemetry collector too, where OTEL_EXPORTER_OTLP_ENDPOINT
names one; else nothing of it is loaded.

They are counted once, in the registry of `metrics.py`, and translated when they are sent: counters
to sums, histograms to histograms with the same bounds. Names, labels and what they leave out are
the same.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from prometheus_client.metrics_core import Metric as Family
from prometheus_client.samples import Sample

from backend import metrics
from backend.errors import SettingsInvalid
from backend.nursery import Nursery
from backend.settings import Settings

INTERVAL: Final = "OTEL_METRIC_EXPORT_INTERVAL"
"""The standard's variable, in milliseconds; a minute without it."""
EXPORTER: Final = "OTEL_METRICS_EXPORTER"
"""The standard's variable: with `none`, only traces are sent."""
DEFAULT_MILLISECONDS: Final = 60_000
NANO: Final = 1_000_000_000


def keep_exporting(
    nursery: Nursery,
    settings: Settings,
    clock: Callable[[], datetime],
    read: Callable[[], Awaitable[None]],
) -> None:
    """Send the metrics at each interval; `read` brings those up to date that are not counted as
    things happen.

    Raises:
        SettingsInvalid: the libraries are not installed, or the interval is no number.
    """
    if not settings.otel_exporter_otlp_endpoint or os.environ.get(EXPORTER) == "none":
        return
    seconds = _interval_seconds(os.environ.get(INTERVAL, ""))
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    except ImportError as error:
        raise SettingsInvalid(
            name="OTEL_EXPORTER_OTLP_ENDPOINT", reason="needs `pip install tanya[tracing]`"
        ) from error
    exporter = OTLPMetricExporter()

    async def export() -> None:
        await read()
        found = to_otlp(metrics.REGISTRY.collect(), clock())
        await asyncio.to_thread(exporter.export, found)

    nursery.repeat(export, name="metrics-export", every=seconds, first=seconds)


def _interval_seconds(set_to: str) -> float:
    text = set_to or str(DEFAULT_MILLISECONDS)
    if not (text.isdecimal() and 0 < int(text) <= 86_400_000):
        raise SettingsInvalid(name=INTERVAL, reason="must be milliseconds, up to a day")
    return int(text) / 1000


def to_otlp(families: Iterable[Family], now: datetime) -> Any:
    """The families as OpenTelemetry's MetricsData, with cumulative sums."""
    from opentelemetry.sdk.metrics.export import MetricsData, ResourceMetrics, ScopeMetrics
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope

    at = int(now.timestamp() * NANO)
    made = [one for family in families if (one := _metric(family, at)) is not None]
    scope = ScopeMetrics(InstrumentationScope("tanya"), made, "")
    instance = f"{socket.gethostname()}:{os.getpid()}"
    resource = Resource.create({"service.name": "tanya", "service.instance.id": instance})
    return MetricsData([ResourceMetrics(resource, [scope], "")])


def _metric(family: Family, now: int) -> Any:
    from opentelemetry.sdk.metrics.export import AggregationTemporality, Gauge, Metric, Sum

    data: Any
    if family.type == "histogram":
        data = _histogram(family.samples, now)
    elif family.type == "counter":
        total = [one for one in family.samples if one.name.endswith("_total")]
        points = _points(total, now, _begun(family.samples))
        data = Sum(points, AggregationTemporality.CUMULATIVE, is_monotonic=True)
    elif family.type == "gauge":
        data = Gauge(_points(family.samples, now, {}))
    else:
        return None
    return Metric(family.name, family.documentation, "", data)


def _points(samples: Iterable[Sample], now: int, begun: Mapping[Any, int]) -> list[Any]:
    from opentelemetry.sdk.metrics.export import NumberDataPoint

    return [
        NumberDataPoint(one.labels, begun.get(_key(one.labels), 0), now, one.value)
        for one in samples
    ]


def _histogram(samples: Iterable[Sample], now: int) -> Any:
    from opentelemetry.sdk.metrics.export import (
        AggregationTemporality,
        Histogram,
        HistogramDataPoint,
    )

    begun, buckets = _begun(samples), dict[Any, list[tuple[str, float]]]()
    sums, labels = dict[Any, float](), dict[Any, dict[str, str]]()
    for one in samples:
        own = {name: value for name, value in one.labels.items() if name != "le"}
        key = _key(own)
        if one.name.endswith("_bucket"):
            buckets.setdefault(key, []).append((one.labels["le"], one.value))
        elif one.name.endswith("_sum"):
            sums[key], labels[key] = one.value, own
    points = []
    for key, found in buckets.items():
        upto = [int(value) for _, value in found]
        each = [after - before for before, after in zip([0, *upto], upto, strict=False)]
        bounds = [float(le) for le, _ in found[:-1]]  # the last bound is infinity
        points.append(
            HistogramDataPoint(
                attributes=labels[key],
                start_time_unix_nano=begun.get(key, 0),
                time_unix_nano=now,
                count=upto[-1],
                sum=sums[key],
                bucket_counts=each,
                explicit_bounds=bounds,
                min=None,  # type: ignore[arg-type]  # not known, and optional in the protocol
                max=None,  # type: ignore[arg-type]
            )
        )
    return Histogram(points, AggregationTemporality.CUMULATIVE)


def _begun(samples: Iterable[Sample]) -> dict[Any, int]:
    """When each began to be counted, in nanoseconds."""
    return {
        _key(one.labels): int(one.value * NANO) for one in samples if one.name.endswith("_created")
    }


def _key(labels: Mapping[str, str]) -> Any:
    return tuple(sorted(labels.items()))
