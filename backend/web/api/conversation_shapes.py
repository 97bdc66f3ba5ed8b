"""The conversations' requests and responses, and the one from the other."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations as room
from backend.conversations import Conversation
from backend.db import Vault
from backend.generation import MessageShown
from backend.web.api.wire import Received, Shown

Title = Annotated[str, Meta(min_length=1, max_length=room.MAX_TITLE, examples=["A week in Bali"])]


Folder = Annotated[str, Meta(max_length=room.MAX_FOLDER, examples=["Travel"])]


class ConversationShown(Shown, frozen=True):
    """One conversation. `leafId` ends the branch last looked at; `title` may come later. With
    `serverOnly` its words go to models of this server only. A temporary one ends at `expiresAt`,
    and has no `preview`."""

    id: UUID
    title: str | None
    pinned: bool
    leaf_id: UUID | None
    created_at: datetime
    updated_at: datetime
    server_only: bool
    expires_at: datetime | None
    folder: str | None
    preview: room.Preview | None = None


class ConversationPage(Shown, frozen=True):
    """A page of the list: pinned first, then by latest change. A first page lists the existing
    `folders`, unless it is a search's."""

    items: list[ConversationShown]
    next_cursor: str | None
    folders: list[str]


class NewConversation(Received, frozen=True):
    """A conversation to create. `id` is the client's UUIDv7, so that repeats are harmless."""

    id: UUID | None = None
    title: Title | None = None


class ConversationChange(Received, frozen=True):
    """What to change; a field left out stays as it is."""

    title: Title | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    leaf_id: UUID | UnsetType = UNSET
    server_only: bool | UnsetType = UNSET
    folder: Folder | UnsetType | None = UNSET


class Messages(Shown, frozen=True):
    """The whole tree, oldest first; messages with the same `parentId` are branches."""

    items: list[MessageShown]
    leaf_id: UUID | None


def show(conversation: Conversation, preview: room.Preview | None = None) -> ConversationShown:
    """A conversation as the API writes it."""
    shown = msgspec.convert(conversation, ConversationShown, from_attributes=True)
    return msgspec.structs.replace(shown, preview=preview)


async def read_conversation(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID
) -> ConversationShown:
    """One conversation as the API writes it, with its preview. Raises ConversationNotFound."""
    found = await room.get_conversation(db, vault, user_id, conversation_id)
    previews = await room.previews(db, vault, user_id, [found])
    return show(found, previews.get(found.id))
