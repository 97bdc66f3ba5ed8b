"""/api/conversations: make, list, find, read, change, choose a branch, delete, restore."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET

from backend import conversations as room
from backend import files as files_room
from backend.conversations import copies
from backend.db import Database, Vault
from backend.errors import ErasureWhileAnswering
from backend.generation import is_answering, show_message
from backend.identity import Principal
from backend.runlog import ConversationEvent, PersonEvents, RemovedEvent
from backend.uuid7 import uuid7
from backend.web.api.conversation_shapes import (
    ConversationChange,
    ConversationPage,
    ConversationShown,
    Messages,
    NewConversation,
    read_conversation,
    show,
)
from backend.web.auth import Clock
from backend.web.parts import Part

TAGS = ["Conversations"]
ModelNames = Callable[[str], str | None]


@get("/conversations", tags=TAGS, summary="List or search the conversations")
async def list_conversations(
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 30,
    q: Annotated[str | None, QueryParameter(max_length=200, description="Words to find")] = None,
    folder: Annotated[str | None, QueryParameter(max_length=room.MAX_FOLDER)] = None,
) -> ConversationPage:
    """The person's conversations; with `q`, those whose title or messages contain it; else with
    `folder`, those in it."""
    person = principal.user_id
    async with database.snapshot() as db:
        if q and q.strip():
            page = await room.search_conversations(db, vault, person, q, after=cursor, limit=limit)
        elif folder:
            page = await room.list_folder(db, vault, person, folder, after=cursor, limit=limit)
        else:
            page = await room.list_conversations(db, vault, person, after=cursor, limit=limit)
        folders = [] if cursor or q else await room.folder_names(db, vault, person)
        previews = await room.previews(db, vault, person, page.items)
    items = [show(item, previews.get(item.id)) for item in page.items]
    return ConversationPage(items=items, next_cursor=page.next_cursor, folders=folders)


@post("/conversations", tags=TAGS, summary="Make a conversation")
async def create_conversation(
    data: JSONBody[NewConversation],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    person_events: Part[PersonEvents],
) -> ConversationShown:
    """Create an empty conversation."""
    now = clock()
    async with database.unit_of_work() as db:
        made = await room.create_conversation(
            db, vault, principal.user_id, data.id or uuid7(now), now, data.title
        )
    person_events.publish(principal.user_id, ConversationEvent(made.id))
    return show(made)


@get("/conversations/{conversation_id:uuid}", tags=TAGS, summary="Read one conversation")
async def get_conversation(
    conversation_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
) -> ConversationShown:
    """Its title and state, with the beginning of its last message."""
    async with database.snapshot() as db:
        return await read_conversation(db, vault, principal.user_id, conversation_id)


@patch(
    "/conversations/{conversation_id:uuid}",
    tags=TAGS,
    summary="Rename, pin, put into a folder, choose a branch or where it goes",
)
async def change_conversation(
    conversation_id: FromPath[UUID],
    data: JSONBody[ConversationChange],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    person_events: Part[PersonEvents],
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
        if data.server_only is not UNSET:
            await room.set_server_only(db, person, conversation_id, data.server_only)
        if data.folder is not UNSET:
            await room.set_folder(db, vault, person, conversation_id, data.folder)
        changed = await read_conversation(db, vault, person, conversation_id)
    person_events.publish(person, ConversationEvent(conversation_id))
    return changed


@delete("/conversations/{conversation_id:uuid}", tags=TAGS, summary="Delete a conversation")
async def delete_conversation(
    conversation_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    person_events: Part[PersonEvents],
) -> None:
    """Hide a conversation at once, and delete it, its messages and files after ten seconds, during
    which it can be restored. A temporary one is deleted at once."""
    async with database.unit_of_work() as db:
        await room.delete_conversation(db, vault, principal.user_id, conversation_id, clock())
    person_events.publish(principal.user_id, RemovedEvent(conversation_id))


@post(
    "/conversations/{conversation_id:uuid}/restore",
    tags=TAGS,
    summary="Bring a conversation back that was deleted a moment ago",
    status_code=200,
)
async def restore_conversation(
    conversation_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    person_events: Part[PersonEvents],
) -> ConversationShown:
    """Restore a conversation within ten seconds of its deletion; later it is not found."""
    person = principal.user_id
    async with database.unit_of_work() as db:
        await room.restore_conversation(db, person, conversation_id, clock())
        restored = await read_conversation(db, vault, person, conversation_id)
    person_events.publish(person, ConversationEvent(conversation_id))
    return restored


@delete("/conversations", tags=TAGS, summary="Delete all conversations", status_code=204)
async def delete_conversations(
    principal: Part[Principal], database: Part[Database], clock: Part[Clock]
) -> None:
    """Delete all conversations with their messages and files, in pages that do not block the
    database. The request can be repeated if it was interrupted."""
    now = clock()
    while True:
        async with database.unit_of_work() as db:
            if await is_answering(db, principal.user_id):
                raise ErasureWhileAnswering
            if not await copies.forget_older(db, principal.user_id, now):
                await files_room.forget_left(db, principal.user_id)
                return


@delete("/messages/{message_id:uuid}", tags=TAGS, summary="Delete a message", status_code=204)
async def delete_message(
    message_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    clock: Part[Clock],
    person_events: Part[PersonEvents],
) -> None:
    """Delete a message and everything after it on all branches: hidden at once, deleted after ten
    seconds, during which it can be restored."""
    person = principal.user_id
    async with database.unit_of_work() as db:
        conversation_id, _ = await room.delete_message(db, person, message_id, clock())
    person_events.publish(person, ConversationEvent(conversation_id))


@post(
    "/messages/{message_id:uuid}/restore",
    tags=TAGS,
    summary="Bring a message back that was deleted a moment ago",
    status_code=204,
)
async def restore_message(
    message_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    clock: Part[Clock],
    person_events: Part[PersonEvents],
) -> None:
    """Restore a message and what followed it within ten seconds; later it is not found."""
    person = principal.user_id
    async with database.unit_of_work() as db:
        conversation_id = await room.restore_message(db, person, message_id, clock())
    person_events.publish(person, ConversationEvent(conversation_id))


@get("/conversations/{conversation_id:uuid}/messages", tags=TAGS, summary="Read the messages")
async def get_messages(
    conversation_id: FromPath[UUID],
    principal: Part[Principal],
    database: Part[Database],
    vault: Part[Vault],
    model_names: Part[ModelNames],
) -> Messages:
    """The tree of messages, and the branch last viewed."""
    async with database.snapshot() as db:
        head = await room.get_conversation(db, vault, principal.user_id, conversation_id)
        found = await room.get_messages(db, vault, principal.user_id, conversation_id)
        files = await files_room.of_conversation(db, vault, principal.user_id, conversation_id)
    items = [
        show_message(
            message,
            files.get(message.id, ()),
            model_names(message.model_id) if message.model_id else None,
        )
        for message in found
    ]
    return Messages(items=items, leaf_id=head.leaf_id)


handlers = [
    list_conversations,
    create_conversation,
    get_conversation,
    change_conversation,
    delete_conversation,
    restore_conversation,
    restore_message,
    delete_conversations,
    delete_message,
    get_messages,
]
