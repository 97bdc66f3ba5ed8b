"""Tables of people and their sessions. No names, usernames or photos: those go from Telegram's
init data back to the person's own screen and are never stored."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

users = sa.Table(
    "users",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("hand_off", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("suggestions", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("model_id", sa.String(100)),
    sa.Column("persona_id", sa.String(40)),
    sa.Column("custom_instructions", sa.LargeBinary),
    sa.Index(None, "seen_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index(None, "expires_at"),
)

# Outlives the person's own rows, so that erasing somebody also ends their sessions. It names
# nobody: a session's id is random.
revoked_sessions = sa.Table(
    "revoked_sessions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("revoked_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index(None, "revoked_at"),
)
