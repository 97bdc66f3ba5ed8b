"""Generation's tables: runs, the processes that own them, and answers on their way to the chat."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata


def _conversation() -> sa.ForeignKeyConstraint:
    """Deleting a conversation takes its runs, and answers still to be delivered, along."""
    return sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    )


# One generation of one answer. `client_key` is the idempotency key the client made;
# `request_seal` what was asked with it, sealed. `shape` (sealed) gives, with the message's text,
# the numbered events again once the log is gone; `base_length` is the text that was there before
# a Continue, in code points.
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("user_message_id", sa.Uuid),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("client_key", sa.Uuid, nullable=False),
    sa.Column("request_seal", sa.LargeBinary, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("model_id", sa.String(100), nullable=False),
    sa.Column("answered_by", sa.String(100)),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("base_length", sa.Integer, nullable=False, server_default="0"),
    sa.Column("length", sa.Integer, nullable=False, server_default="0"),
    sa.Column("shape", sa.LargeBinary),
    sa.Column("finish_reason", sa.String(16)),
    sa.Column("error_code", sa.String(64)),
    sa.Column("input_tokens", sa.Integer),
    sa.Column("cached_tokens", sa.Integer),
    sa.Column("output_tokens", sa.Integer),
    sa.Column("reasoning_tokens", sa.Integer),
    sa.Column("cost_micro_dollars", sa.BigInteger),
    sa.Column("cost_estimated", sa.Boolean),
    _conversation(),
    sa.UniqueConstraint("user_id", "client_key"),
    sa.CheckConstraint(
        "state IN ('running', 'complete', 'stopped', 'interrupted', 'limited', 'failed')", "state"
    ),
    sa.Index("ix_runs_user_id_conversation_id", "user_id", "conversation_id"),
    # Only running rows are in it, so that the reaper's query is cheap.
    sa.Index(
        "ix_runs_owner",
        "owner",
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    ),
)

# Processes that own runs. One heartbeat per process covers all its runs. No personal data.
owners = sa.Table(
    "run_owners",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("beats", sa.BigInteger, nullable=False),
    sa.Column("beat_at", UtcDateTime, nullable=False),
)

# Answers to deliver to the bot chat. `attempts` is counted before an attempt is made.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("run_id", sa.Uuid, nullable=False),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("next_attempt_at", UtcDateTime),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("last_error", sa.String(64)),
    _conversation(),
    sa.UniqueConstraint("user_id", "run_id"),
    sa.Index("ix_outbox_user_id_conversation_id", "user_id", "conversation_id"),
    sa.CheckConstraint("state IN ('waiting', 'sent', 'gone', 'failed')", "state"),
    sa.Index(
        "ix_outbox_next_attempt_at",
        "next_attempt_at",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
)
