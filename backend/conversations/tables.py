"""Tables of conversations and their messages. Titles, texts and citations are sealed."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("title", sa.LargeBinary),
    # Whether the person chose the title: then no model may replace it.
    sa.Column("title_edited", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("leaf_id", sa.Uuid),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    # The order of the list, whole, so that a page is one stretch of the index.
    sa.Index(None, "user_id", "pinned", "updated_at", "id"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("parent_id", sa.Uuid),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("text", sa.LargeBinary, nullable=False),
    sa.Column("citations", sa.LargeBinary),
    # How a question is to be answered, sealed; NULL is plainly.
    sa.Column("asked", sa.LargeBinary),
    sa.Column("model_id", sa.String(100)),
    sa.Column("run_id", sa.Uuid),
    sa.Column("error_code", sa.String(64)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index(None, "user_id", "conversation_id"),
)
