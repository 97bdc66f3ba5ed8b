"""/api/conversations: make, list, find, read, rename, pin, choose a branch, delete."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Meta, UnsetType

from backend import conversations as room
from backend import sources
from backend.conversations import Conversation
from backend.db import Database, Vault
from backend.identity import Principal
from backend.uuid7 import uuid7
from backend.web.api.messages import MessageShown, ModelNames, show_message
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock
from backend.web.parts import Part

TAGS = ["Conversations"]
Title = Annotated[str, Meta(min_length=1, max_length=room.MAX_TITLE, examples=["A week in Bali"])]


class ConversationShown(Shown, frozen=True):
    """One conversation. `leafId` ends the branch last looked at; `title` may come later."""

    id: UUID
    title: str | None
    pinned: bool
    leaf_id: UUID | None
    created_at: datetime
    updated_at: datetime


class ConversationPage(Shown, frozen=True):
    """A stretch of the list: pinned first, then the latest change first."""

    items: list[ConversationShown]
    next_cursor: str | None


class NewConversation(Received, frozen=True):
    """A conversation to make. `id` is a UUIDv7 of the client's, so that a repeat is harmless."""

    id: UUID | None = None
    title: Title | None = None


class ConversationChange(Received, frozen=True):
    """What to change; a field left out stays as it is."""

    title: Title | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    leaf_id: UUID | UnsetType = UNSET


class Messages(Shown, frozen=True):
    """The whole tree, oldest first; messages with the same `parentId` are branches."""

    items: list[MessageShown]
    leaf_id: UUID | None


@get("/conversations", tags=TAGS, summary="List or search the conversations")
async def list_conversations(
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 30,
    q: Annotated[
        str | None, QueryParameter(max_length=200, description="Words to look for")
    ] = None,
) -> ConversationPage:
    """The person's conversations; with `q`, those whose title or messages hold it."""
    async with database.snapshot() as db:
        if q and q.strip():
            page = await room.search_conversations(
                db, vault, principal.user_id, q, after=cursor, limit=limit
            )
        else:
            page = await room.list_conversations(
                db, vault, principal.user_id, after=cursor, limit=limit
            )
    return ConversationPage(items=[show(item) for item in page.items], next_cursor=page.next_cursor)


@post("/conversations", tags=TAGS, summary="Make a conversation")
async def create_conversation(
    data: JSONBody[NewConversation],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
) -> ConversationShown:
    """Make an empty conversation."""
    now = clock()
    async with database.unit_of_work() as db:
        made = await room.create_conversation(
            db, vault, principal.user_id, data.id or uuid7(now), now, data.title
        )
    return show(made)


@get("/conversations/{conversation_id:uuid}", tags=TAGS, summary="Read one conversation")
async def get_conversation(
    conversation_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
) -> ConversationShown:
    """Its title and state, without messages."""
    async with database.snapshot() as db:
        return show(await room.get_conversation(db, vault, principal.user_id, conversation_id))


@patch("/conversations/{conversation_id:uuid}", tags=TAGS, summary="Rename, pin, choose a branch")
async def change_conversation(
    conversation_id: FromPath[UUID],
    data: JSONBody[ConversationChange],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
) -> ConversationShown:
    """Change what is given, all of it or nothing."""
    person = principal.user_id
    async with database.unit_of_work() as db:
        if data.title is not UNSET:
            await room.rename(db, vault, person, conversation_id, data.title)
        if data.pinned is not UNSET:
            await room.pin(db, person, conversation_id, data.pinned)
        if data.leaf_id is not UNSET:
            await room.set_leaf(db, vault, person, conversation_id, data.leaf_id)
        return show(await room.get_conversation(db, vault, person, conversation_id))


@delete("/conversations/{conversation_id:uuid}", tags=TAGS, summary="Delete a conversation")
async def delete_conversation(
    conversation_id: FromPath[UUID], principal: Part[Principal], database: Part[Database]
) -> None:
    """Delete it, its messages and files for good."""
    async with database.unit_of_work() as db:
        await room.delete_conversation(db, principal.user_id, conversation_id)
        await sources.forget_left(db, principal.user_id)


@get("/conversations/{conversation_id:uuid}/messages", tags=TAGS, summary="Read the messages")
async def get_messages(
    conversation_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    model_names: Part[ModelNames],
) -> Messages:
    """The tree of messages, and which branch was looked at last."""
    async with database.snapshot() as db:
        head = await room.get_conversation(db, vault, principal.user_id, conversation_id)
        found = await room.get_messages(db, vault, principal.user_id, conversation_id)
        files = await sources.of_conversation(db, vault, principal.user_id, conversation_id)
    items = [show_message(message, model_names, files.get(message.id, ())) for message in found]
    return Messages(items=items, leaf_id=head.leaf_id)


def show(conversation: Conversation) -> ConversationShown:
    """A conversation as the API writes it."""
    return msgspec.convert(conversation, ConversationShown, from_attributes=True)


handlers = [
    list_conversations,
    create_conversation,
    get_conversation,
    change_conversation,
    delete_conversation,
    get_messages,
]
