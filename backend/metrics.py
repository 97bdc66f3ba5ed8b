"""Prometheus metrics: no text, name or id of a person, and nothing counted for each token.

Labels have few values each: models and providers of the catalog, states, error codes. None is
called `job` or `instance`, which are Prometheus' own. One registry for the process, as
prometheus-client's own examples have it; `/metrics` shows it (web/metrics.py).
"""

import shutil
from pathlib import Path
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

ANSWERS: Final = Counter(
    "tanya_answers", "Answers that ended", ["model", "provider", "state"], registry=REGISTRY
)
FIRST_TEXT_SECONDS: Final = Histogram(
    "tanya_first_text_seconds",
    "From the run's start, the queue included, to the first words of the answer",
    ["provider"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120),
    registry=REGISTRY,
)
TOKEN_SECONDS: Final = Histogram(
    "tanya_token_seconds",
    "Of each answer, from its first words to its end, for each of its tokens",
    ["provider"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 1, 5),
    registry=REGISTRY,
)
ANSWER_SECONDS: Final = Histogram(
    "tanya_answer_seconds",
    "From the run's start to its end",
    ["provider"],
    buckets=(0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320, 640, 1800),
    registry=REGISTRY,
)
TOKENS: Final = Counter(
    "tanya_tokens", "Tokens as providers count them", ["model", "kind"], registry=REGISTRY
)
COST: Final = Counter(
    "tanya_cost_micro_dollars",
    "Cost of answers at providers, in millionths of a dollar",
    ["provider"],
    registry=REGISTRY,
)
REFUSALS: Final = Counter(
    "tanya_refusals",
    "Questions that were refused, by the error's code: quota, caps, a full queue",
    ["code"],
    registry=REGISTRY,
)
REFUSALS.labels("operator_cap_reached")  # so that the first one raises its alert: 1 after 0
UNMODERATED: Final = Counter(
    "tanya_unmoderated",
    "Texts that the moderation endpoint could not judge",
    ["provider"],
    registry=REGISTRY,
)
RUNS: Final = Gauge("tanya_runs", "Answers being written or waiting here", registry=REGISTRY)
QUEUED: Final = Gauge("tanya_queued_runs", "Answers that wait for a place here", registry=REGISTRY)
STREAMS: Final = Gauge("tanya_streams", "Answers being followed here", registry=REGISTRY)
TROUBLED: Final = Gauge(
    "tanya_provider_troubled",
    "1 for a provider that this process leaves alone: key_rejected or provider_failing",
    ["provider", "why"],
    registry=REGISTRY,
)
DISK_FREE: Final = Gauge("tanya_disk_free_bytes", "Free on the disk of DATA_DIR", registry=REGISTRY)
OUTBOX: Final = Gauge("tanya_outbox", "Answers waiting to be sent to a chat", registry=REGISTRY)
JOB_SECONDS: Final = Histogram(
    "tanya_job_seconds",
    "What a run of a job took, by whether it failed; of the process that ran it",
    ["task", "outcome"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600),
    registry=REGISTRY,
)
JOB_RAN: Final = Gauge(
    "tanya_job_ran_timestamp_seconds", "When each job last ran", ["task"], registry=REGISTRY
)
PAYMENTS: Final = Gauge(
    "tanya_payment_events", "Events of payment that came in, by kind", ["kind"], registry=REGISTRY
)
MISMATCHES: Final = Gauge(
    "tanya_mismatches", "What does not match Telegram's list of payments", registry=REGISTRY
)
MATCHED: Final = Gauge(
    "tanya_balance_matched_timestamp_seconds",
    "When the books' balance was last the one that Telegram tells; 0 until it was",
    registry=REGISTRY,
)
LOOP_LAG: Final = Histogram(
    "tanya_loop_lag_seconds",
    "How late the event loop woke up, measured ten times a second",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
    registry=REGISTRY,
)


def read_disk(data_dir: Path) -> None:
    """Bring the free disk up to date, in every process that shows it: 0 would raise an alert."""
    DISK_FREE.set(shutil.disk_usage(data_dir).free)
