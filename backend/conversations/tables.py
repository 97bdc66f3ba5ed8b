"""Tables of conversations and their messages. Titles, texts and citations are sealed."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata


def _of_few(table: str, column: str) -> tuple[sa.Index]:
    """A partial index for the deletion job, with only the few rows that wait for it."""
    few = sa.column(column).is_not(None)
    name = f"ix_{table}_{column}"
    return (sa.Index(name, column, sqlite_where=few, postgresql_where=few),)


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
    # Whether its words may go to models of this server only.
    sa.Column("server_only", sa.Boolean, nullable=False, server_default=sa.false()),
    # The name of the folder it is in, sealed; NULL is none.
    sa.Column("folder", sa.LargeBinary),
    # When a temporary one ends; NULL is never.
    sa.Column("expires_at", UtcDateTime),
    # When the person deleted it: hidden at once, deleted permanently once it cannot be undone.
    sa.Column("removed_at", UtcDateTime),
    # The whole order of the list, so that a page is one range of the index.
    sa.Index(None, "user_id", "pinned", "updated_at", "id"),
    # The person's few conversations in folders, to list the folders' names.
    sa.Index(
        "ix_conversations_in_folders",
        "user_id",
        sqlite_where=sa.column("folder").is_not(None),
        postgresql_where=sa.column("folder").is_not(None),
    ),
    *_of_few("conversations", "expires_at"),
    *_of_few("conversations", "removed_at"),
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
    # The model's thinking and tools before the text, sealed; NULL if there were none.
    sa.Column("thinking", sa.LargeBinary),
    # How a question is to be answered, sealed; NULL without options.
    sa.Column("asked", sa.LargeBinary),
    sa.Column("model_id", sa.String(100)),
    sa.Column("run_id", sa.Uuid),
    sa.Column("error_code", sa.String(64)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("removed_at", UtcDateTime),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index(None, "user_id", "conversation_id"),
    *_of_few("messages", "removed_at"),
)

# What a person shared by a link: a copy of part of a conversation as it was then. It is deleted
# with its conversation.
shares = sa.Table(
    "shares",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_shares_user_id_conversation_id", "user_id", "conversation_id"),
)
