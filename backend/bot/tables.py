"""The inbox of Telegram's updates: kept before Telegram is told that they arrived."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

bot_updates = sa.Table(
    "bot_updates",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    # Sealed, since it holds what a person wrote; emptied once the update is done.
    sa.Column("body", sa.LargeBinary),
    # The process that handles it, by its name among the owners of runs.
    sa.Column("owner", sa.String(64)),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("done_at", UtcDateTime),
    sa.Index("ix_bot_updates_waiting", "done_at", "update_id"),
)

# Which conversation a person's chat with the bot goes on in; /new moves it.
bot_chats = sa.Table(
    "bot_chats",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
)
