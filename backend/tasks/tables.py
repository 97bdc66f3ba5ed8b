"""When each periodic job last ran, so that a deploy does not put it off."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

job_runs = sa.Table(
    "job_runs",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("ran_at", UtcDateTime, nullable=False),
)
