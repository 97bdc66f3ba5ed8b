"""The console's tables."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

# Active switches: one row for each that an operator changed from its default.
switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

# When operators were last alerted about something, so that only one of many processes does it.
operator_alerts = sa.Table(
    "operator_alerts",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("told_at", UtcDateTime, nullable=False),
)

# A message to many people. `after_user` is the last person for whom sending began, `next_at` the
# time for the next: both are updated before anything is sent, so that nobody gets it twice.
# Messages that were begun and are in none of `sent`, `closed` and `failed` may or may not have
# arrived.
broadcasts = sa.Table(
    "broadcasts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("plan_id", sa.String(40)),
    sa.Column("language", sa.String(16)),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("people", sa.Integer, nullable=False, server_default="0"),
    sa.Column("begun", sa.Integer, nullable=False, server_default="0"),
    sa.Column("sent", sa.Integer, nullable=False, server_default="0"),
    sa.Column("closed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("after_user", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("next_at", UtcDateTime, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.CheckConstraint("state IN ('draft', 'running', 'stopped', 'done')", "state"),
    sa.Index(None, "state"),
)

# People who want no broadcasts.
broadcast_refusals = sa.Table(
    "broadcast_refusals",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("refused_at", UtcDateTime, nullable=False),
)

# An act that an operator must confirm in their chat with the bot. Sealed under the operator's own
# key; deleted once it is decided.
operator_confirmations = sa.Table(
    "operator_confirmations",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("act", sa.LargeBinary),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("error_code", sa.String(60)),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'begun', 'done', 'declined', 'failed')", "state"),
    sa.Index(None, "asked_at"),
)
