"""Tables of uploaded files. Content, text and names are sealed."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

files = sa.Table(
    "files",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    # Size of content and text in bytes.
    sa.Column("size", sa.Integer, nullable=False),
    # The cost of its text for a model, as this server counts.
    sa.Column("text_tokens", sa.Integer, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # When it first became part of a message; without that it is deleted after a day.
    sa.Column("sent_at", UtcDateTime),
    # Name, address, hash, metadata. The hash is sealed too, since it identifies a known file.
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("text", sa.LargeBinary),
    # Last, so that reading the other columns never touches it.
    sa.Column("content", sa.LargeBinary),
    # The id of its content in the store of FILES_URL; then `content` is NULL.
    sa.Column("object_id", sa.Uuid),
    sa.Index(None, "sent_at", "created_at"),
    sa.Index(
        "ix_files_in_database",
        "created_at",
        sqlite_where=sa.text("content IS NOT NULL"),
        postgresql_where=sa.text("content IS NOT NULL"),
    ),
)

# Objects that the worker deletes from the store. With `due_at` an object may still be being
# written, and is deleted then unless it has become a file's content; without it, its file is
# deleted already.
removed_objects = sa.Table(
    "removed_objects",
    metadata,
    sa.Column("object_id", sa.Uuid, primary_key=True),
    sa.Column("due_at", UtcDateTime),
)

attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.Uuid, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("file_id", sa.Uuid, nullable=False),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "message_id"], ["messages.user_id", "messages.id"], ondelete="CASCADE"
    ),
    sa.ForeignKeyConstraint(["user_id", "file_id"], ["files.user_id", "files.id"]),
    sa.Index(None, "user_id", "conversation_id"),
    sa.Index(None, "user_id", "file_id"),
)
