"""The table of checks. Claims, quotes and texts are sealed."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

# `content` (sealed) has the claims with their results, and the text unless a message was checked.
# `claim_micro_dollars` is the most that one claim may cost, as the person was told.
checks = sa.Table(
    "checks",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("conversation_id", sa.Uuid),
    sa.Column("message_id", sa.Uuid),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("provider", sa.String(64), nullable=False),
    sa.Column("model_id", sa.String(100), nullable=False),
    sa.Column("model_name", sa.String(200), nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("claim_micro_dollars", sa.BigInteger),
    sa.Column("cost_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cost_estimated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("error_code", sa.String(64)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.ForeignKeyConstraint(
        ["user_id", "message_id"], ["messages.user_id", "messages.id"], ondelete="CASCADE"
    ),
    sa.CheckConstraint(
        "state IN ('listed', 'running', 'complete', 'stopped', 'interrupted', 'failed')", "state"
    ),
    sa.Index(None, "user_id", "conversation_id"),
    sa.Index(None, "user_id", "message_id"),
    # The index contains only the few running checks.
    sa.Index(
        "ix_checks_started_at",
        "started_at",
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    ),
)
