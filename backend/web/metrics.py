"""/metrics: metrics for Prometheus, with METRICS_TOKEN as bearer token."""

import hmac
import shutil
from typing import Any

import sqlalchemy as sa
from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import metrics
from backend.billing.tables import inbox, mismatches
from backend.db import Database
from backend.errors import NotFound
from backend.generation import Generation
from backend.generation.tables import outbox
from backend.llm import ModelRoom
from backend.settings import Settings
from backend.tasks.tables import job_runs
from backend.web.parts import Part
from backend.web.person_streams import PersonStreams

_COUNT = sa.func.count()
_WAITING = sa.select(_COUNT).select_from(outbox).where(outbox.c.state == "waiting")
_MISMATCHES = sa.select(_COUNT).select_from(mismatches).where(mismatches.c.resolved_at.is_(None))
_PAYMENTS = sa.select(inbox.c.kind, _COUNT).group_by(inbox.c.kind)


@get("/metrics", include_in_schema=False)
async def show_metrics(
    request: Request[Any, Any, Any],
    settings: Part[Settings],
    database: Part[Database],
    generation: Part[Generation],
    models: Part[ModelRoom],
    streams: Part[PersonStreams],
) -> Response[bytes]:
    """This process's metrics, and those of all processes from the database.

    Raises:
        NotFound: METRICS_TOKEN is not set, or does not match.
    """
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    token = settings.metrics_token
    if not token or not hmac.compare_digest(sent.encode(), token.encode()):
        raise NotFound
    metrics.RUNS.set(generation.running)
    metrics.QUEUED.set(generation.queued)
    metrics.STREAMS.set(streams.count)
    metrics.DISK_FREE.set(shutil.disk_usage(settings.data_dir).free)
    metrics.TROUBLED.clear()  # who recovered is not among them any more
    for provider, why in models.router.troubled().items():
        metrics.TROUBLED.labels(provider, why).set(1)
    try:
        async with database.snapshot() as db:
            await _ask_database(db)
    except Exception:  # the other metrics matter most during an outage
        metrics.OUTBOX.set(float("nan"))
    return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def _ask_database(db: AsyncConnection) -> None:
    metrics.OUTBOX.set((await db.execute(_WAITING)).scalar_one())
    metrics.MISMATCHES.set((await db.execute(_MISMATCHES)).scalar_one())
    for kind, count in (await db.execute(_PAYMENTS)).all():
        metrics.PAYMENTS.labels(kind).set(count)
    for name, ran_at in (await db.execute(sa.select(job_runs.c.name, job_runs.c.ran_at))).all():
        metrics.JOB_RAN.labels(name).set(ran_at.timestamp())
