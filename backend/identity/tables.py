"""Tables of people and their sessions. No names, usernames or photos: those go from Telegram's
init data back to the person's own screen and are never stored. Of a username there is a keyed
hash (`usernames.py`)."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

users = sa.Table(
    "users",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", sa.String(16), nullable=False),
    # The language they chose instead of Telegram's.
    sa.Column("chosen_language", sa.String(16)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("hand_off", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("suggestions", sa.Boolean, nullable=False, server_default=sa.true()),
    # Whether other people's words are sent with placeholders without asking.
    sa.Column("redact_others", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("interactive_cards", sa.Boolean, nullable=False, server_default=sa.false()),
    # Whether messages in a row in the chat with the bot are one question.
    sa.Column("join_questions", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("model_id", sa.String(100)),
    sa.Column("persona_id", sa.String(40)),
    sa.Column("custom_instructions", sa.LargeBinary),
    # For how long conversations are kept after their last change; NULL: until they are deleted.
    sa.Column("retention_days", sa.Integer),
    # Earlier launches are refused, and devices clear what they stored before.
    sa.Column("signed_out_at", UtcDateTime),
    # The username they were last seen with, and since when; NULL without one, and once somebody
    # else was seen with it.
    sa.Column("username_hash", sa.LargeBinary(32)),
    sa.Column("username_since", UtcDateTime),
    sa.Index(None, "seen_at"),
    sa.Index(None, "username_hash"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    # The kind of device, such as "android": just enough to recognise one's own.
    sa.Column("device", sa.String(16)),
    sa.Index(None, "expires_at"),
)

# Kept after the person's own rows, so that erasing somebody also ends their sessions. It names
# nobody: a session's id is random.
revoked_sessions = sa.Table(
    "revoked_sessions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("revoked_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index(None, "revoked_at"),
)

# People who cannot sign in with a launch from before their erasure. It identifies nobody: a keyed
# hash, kept for as long as such a launch would be valid. Without `done_at` the erasure is running.
erased_people = sa.Table(
    "erased_people",
    metadata,
    sa.Column("person_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("erased_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    sa.Index(None, "done_at"),
)
