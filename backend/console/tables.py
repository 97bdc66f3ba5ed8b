"""The console's tables."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

# What an operator has switched away from how it is by itself: one row each, and none for the rest.
switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

# When operators were last told of something, so that of many processes one tells it once.
operator_alerts = sa.Table(
    "operator_alerts",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("told_at", UtcDateTime, nullable=False),
)
