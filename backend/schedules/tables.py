"""The tables of scheduled questions and of posts for digests. Their text is sealed."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

# `message_id` is the idempotency key of the next question: asking twice asks once. `weekdays` has
# a bit for each day, Monday's the lowest; `minute` counts from local midnight.
schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("question", sa.LargeBinary, nullable=False),
    sa.Column("minute", sa.Integer, nullable=False),
    sa.Column("weekdays", sa.Integer, nullable=False),
    sa.Column("time_zone", sa.String(64), nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("next_at", UtcDateTime, nullable=False),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("error_code", sa.String(64)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # Whether the posts that the person collects are part of the question.
    sa.Column("collects", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint("minute >= 0 AND minute < 1440", "minute"),
    sa.CheckConstraint("weekdays > 0 AND weekdays < 128", "weekdays"),
    sa.Index(None, "user_id", "conversation_id"),
    # The index contains only active schedules.
    sa.Index(
        "ix_schedules_next_at",
        "next_at",
        sqlite_where=sa.text("paused = 0"),
        postgresql_where=sa.text("NOT paused"),
    ),
)

# Posts of public channels that a person has forwarded for their digest, sealed.
collected_posts = sa.Table(
    "collected_posts",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Index("ix_collected_posts_added_at", "added_at"),
)
