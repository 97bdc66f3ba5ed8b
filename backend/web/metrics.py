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

_COUNT = sa.func.count()
_WAITING = sa.select(_COUNT).select_from(outbox).where(outbox.c.state == "waiting")
_MISMATCHES = sa.select(_COUNT).select_from(mismatches).where(mismatches.c.resolved_at.is_(None))
_PAYMENTS = sa.select(inbox.c.kind, _COUNT.label("count")).group_by(inbox.c.kind)
_MATCHED = sa.select(reconciliation.c.balanced_at).where(reconciliation.c.balanced_at.is_not(None))


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
    metrics.OUTBOX.set((await db.execute(_WAITING)).scalar_one())
    metrics.MISMATCHES.set((await db.execute(_MISMATCHES)).scalar_one())
    payments = dict.fromkeys(EVENT_KINDS, 0)  # a kind's first event is a change from 0
    payments |= {row.kind: row.count for row in await db.execute(_PAYMENTS)}
    for kind, count in payments.items():
        metrics.PAYMENTS.labels(kind).set(count)
    for name, ran_at in (await db.execute(sa.select(job_runs.c.name, job_runs.c.ran_at))).all():
        metrics.JOB_RAN.labels(name).set(ran_at.timestamp())
    for matched in (await db.execute(_MATCHED)).scalars():
        metrics.MATCHED.set(matched.timestamp())
