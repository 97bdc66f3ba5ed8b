"""Tables of what people hand over to be read. Content, text and names are sealed."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

files = sa.Table(
    "files",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    # Bytes of what is kept of it: content and text.
    sa.Column("size", sa.Integer, nullable=False),
    # What its text costs a model, as this server counts.
    sa.Column("text_tokens", sa.Integer, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # When it first became part of a message; until then it is forgotten after a day.
    sa.Column("sent_at", UtcDateTime),
    # Name, address, hash, measures. The hash too: by it a known file could be recognised.
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("text", sa.LargeBinary),
    # Last, so that reading the others never touches it.
    sa.Column("content", sa.LargeBinary),
    # Under this id its content lies in the store of FILES_URL, and `content` is NULL.
    sa.Column("object_id", sa.Uuid),
    sa.Index(None, "sent_at", "created_at"),
    sa.Index(
        "ix_files_in_database",
        "created_at",
        sqlite_where=sa.text("content IS NOT NULL"),
        postgresql_where=sa.text("content IS NOT NULL"),
    ),
)

# Objects that the worker deletes from the store. With `due_at` one is perhaps still being written,
# and to be deleted then unless it has become a file's content; without, its file is gone.
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
