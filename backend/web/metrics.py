"""/metrics: metrics for Prometheus, with METRICS_TOKEN as bearer token."""

import hmac
from typing import Any

import sqlalchemy as sa
from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import metrics
from backend.billing import EVENT_KINDS
from backend.billing.tables import inbox, mismatches
from backend.db import Database
from backend.errors import NotFound
from backend.generation import Generation
from backend.generation.tables import outbox
from backend.ledger.tables import reconciliation
from backend.llm import ModelRoom
from backend.settings import Settings
from backend.tasks.tables import job_runs
from backend.web.parts import Part
from backend.web.person_streams import PersonStreams

_WAITING = "waiting in the outbox"
_MISMATCHES = "mismatches"
_MATCHED = "the balance matched"
_COUNT = sa.func.count().label("count")
_COUNTS = sa.union_all(
    sa.select(inbox.c.kind.label("name"), _COUNT).group_by(inbox.c.kind),
    sa.select(sa.literal(_WAITING), _COUNT).where(outbox.c.state == "waiting"),
    sa.select(sa.literal(_MISMATCHES), _COUNT).where(mismatches.c.resolved_at.is_(None)),
)
_TIMES = sa.union_all(
    sa.select(job_runs.c.name, job_runs.c.ran_at.label("at")),
    sa.select(sa.literal(_MATCHED), reconciliation.c.balanced_at).where(
        reconciliation.c.balanced_at.is_not(None)
    ),
)


class GaugeReader:
    """Brings the gauges up to date that are not counted as things happen: of this process, and of
    all processes from the database."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        generation: Generation,
        models: ModelRoom,
        streams: PersonStreams,
    ) -> None:
        self._settings = settings
        self._database = database
        self._generation = generation
        self._models = models
        self._streams = streams

    async def read(self) -> None:
        """Read all of them; an outage of the database leaves the others."""
        metrics.RUNS.set(self._generation.running)
        metrics.QUEUED.set(self._generation.queued)
        metrics.STREAMS.set(self._streams.count)
        metrics.read_disk(self._settings.data_dir)
        metrics.TROUBLED.clear()  # who recovered is not among them any more
        for provider, why in self._models.router.troubled().items():
            metrics.TROUBLED.labels(provider, why).set(1)
        try:
            async with self._database.snapshot() as db:
                await _ask_database(db)
        except Exception:  # the other metrics matter most during an outage
            metrics.OUTBOX.set(float("nan"))


@get("/metrics", include_in_schema=False)
async def show_metrics(
    request: Request[Any, Any, Any], settings: Part[Settings], gauges: Part[GaugeReader]
) -> Response[bytes]:
    """This process's metrics, and those of all processes from the database.

    Raises:
        NotFound: METRICS_TOKEN is not set, or does not match.
    """
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    token = settings.metrics_token
    if not token or not hmac.compare_digest(sent.encode(), token.encode()):
        raise NotFound
    await gauges.read()
    return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def _ask_database(db: AsyncConnection) -> None:
    """Two statements: five took half of what a scrape took."""
    found: Any = await db.execute(_COUNTS)
    counts: dict[str, int] = dict(list(found))
    metrics.OUTBOX.set(counts.pop(_WAITING))
    metrics.MISMATCHES.set(counts.pop(_MISMATCHES))
    payments = dict.fromkeys(EVENT_KINDS, 0)  # a kind's first event is a change from 0
    for kind, count in (payments | counts).items():
        metrics.PAYMENTS.labels(kind).set(count)
    found = await db.execute(_TIMES)
    times: dict[str, float] = {name: at.timestamp() for name, at in found}
    if matched := times.pop(_MATCHED, None):
        metrics.MATCHED.set(matched)
    for name, ran_at in times.items():
        metrics.JOB_RAN.labels(name).set(ran_at)
