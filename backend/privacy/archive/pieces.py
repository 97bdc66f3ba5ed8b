"""The content of an export, as a stream of pieces with a page of rows in memory.

Each page is read in its own transaction, so that a slow reader holds none open; changes made
meanwhile may be in the copy or not.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any, Protocol
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import files, generation, identity
from backend.billing import copies as billing
from backend.conversations import Conversation, Message, copies, sharing
from backend.db import Database, Vault
from backend.errors import FileNotFound
from backend.files import attached_to, display_name, file_ids
from backend.privacy import consent
from backend.privacy.archive import schemas
from backend.privacy.archive.markdown import heading, markdown_name, paragraph
from backend.privacy.looks import export_looks

encode = msgspec.json.encode


class Piece(msgspec.Struct, frozen=True):
    """A stretch of one file of the copy; pieces of the same name follow each other. `packed`
    content gains nothing from being compressed, and stays whole."""

    name: str
    data: bytes
    packed: bool = False


class Extra(Protocol):
    """What a room adds to the copy that this one cannot import: (name, content) of files."""

    def __call__(
        self, db: AsyncConnection, vault: Vault, user_id: int
    ) -> AsyncIterator[tuple[str, bytes]]:
        """Its files, in slices: slices of the same name follow each other."""
        ...


async def pieces(
    database: Database, vault: Vault, user_id: int, extras: Sequence[Extra], readme: str
) -> AsyncGenerator[Piece, None]:
    """Everything that is kept of a person."""
    yield Piece("README.txt", readme.encode())
    yield Piece(schemas.SCHEMA, msgspec.json.format(encode(schemas.json_schema())))
    kept = await account(database, vault, user_id)
    yield Piece(schemas.ACCOUNT, msgspec.json.format(encode(kept)))
    for part in (_conversations, _messages, _files, _markdown):
        async for piece in part(database, vault, user_id):
            yield piece
    for extra in extras:
        async with database.snapshot() as db:
            async for name, data in extra(db, vault, user_id):
                yield Piece(name, data)


async def account(database: Database, vault: Vault, user_id: int) -> dict[str, Any]:
    """Stored data other than messages: settings, agreements, payments, answers' figures."""
    async with database.snapshot() as db:
        return {
            "person": await identity.export(db, vault, user_id),
            "shares": await sharing.export_shares(db, user_id),
            "consents": await consent.export(db, user_id),
            "looks": await export_looks(db, user_id),
            "billing": await billing.export(db, user_id),
            "answers": await generation.export(db, user_id),
        }


async def _conversations(database: Database, vault: Vault, user_id: int) -> AsyncIterator[Piece]:
    async for page in _heads(database, vault, user_id):
        lines = [encode(msgspec.convert(one, schemas.ConversationLine, from_attributes=True))
                 for one in page]  # fmt: skip
        yield Piece(schemas.CONVERSATIONS, b"".join(line + b"\n" for line in lines))


async def _heads(
    database: Database, vault: Vault, user_id: int
) -> AsyncIterator[tuple[Conversation, ...]]:
    after: UUID | None = None
    while True:
        async with database.snapshot() as db:
            page = await copies.conversations_page(db, vault, user_id, after)
        if not page:
            return
        yield page
        after = page[-1].id


async def _messages(database: Database, vault: Vault, user_id: int) -> AsyncIterator[Piece]:
    after: UUID | None = None
    while True:
        async with database.snapshot() as db:
            page = await copies.messages_page(db, vault, user_id, after)
            held = await attached_to(db, user_id, [one.id for one in page])
        if not page:
            return
        lines = [encode(_line(one, held.get(one.id, []))) for one in page]
        yield Piece(schemas.MESSAGES, b"".join(line + b"\n" for line in lines))
        after = page[-1].id


def _line(message: Message, held: Sequence[UUID]) -> schemas.MessageLine:
    # An answer that is being written is, in the copy, one that was interrupted.
    state: Any = "interrupted" if message.state == "running" else message.state
    return schemas.MessageLine(
        id=message.id,
        conversation_id=message.conversation_id,
        parent_id=message.parent_id,
        role=message.role,
        text=message.text,
        state=state,
        created_at=message.created_at,
        updated_at=message.updated_at,
        model_id=message.model_id,
        error_code=message.error_code,
        citations=message.citations,
        thinking=message.thinking,
        task=message.asked.task,
        options=message.asked.options,
        search=message.asked.search,
        placeholders=message.asked.placeholders,
        files=tuple(held),
    )


async def _files(database: Database, vault: Vault, user_id: int) -> AsyncIterator[Piece]:
    """All contents first, then their lines: a ZIP has one file open at a time."""
    async with database.snapshot() as db:
        ids = await file_ids(db, user_id)
    lines: list[bytes] = []
    for file_id in ids:
        try:
            async with database.snapshot() as db:
                file, text, content = await files.read(db, vault, user_id, file_id)
        except FileNotFound:
            continue  # deleted meanwhile
        name = display_name(file.details.name, "file")
        path = f"files/{file_id}/{name}" if content else None
        line = schemas.FileLine(
            id=file.id,
            kind=file.kind,
            media_type=file.media_type,
            name=name,
            size=file.size,
            created_at=file.created_at,
            path=path,
            url=file.details.url or None,
            text="" if content and file.kind != "audio" else text,
        )
        lines.append(encode(line) + b"\n")
        if path:
            yield Piece(path, content, packed=True)
    for start in range(0, len(lines), copies.PAGE):
        yield Piece(schemas.FILES, b"".join(lines[start : start + copies.PAGE]))


async def _markdown(database: Database, vault: Vault, user_id: int) -> AsyncIterator[Piece]:
    """Each conversation as a page to read."""
    async for page in _heads(database, vault, user_id):
        for head in page:
            name = markdown_name(head)
            yield Piece(name, heading(head).encode())
            async with database.snapshot() as db:
                ids = await copies.message_ids(db, user_id, head.id)
            for start in range(0, len(ids), copies.PAGE):
                async with database.snapshot() as db:
                    some = await copies.messages_of(
                        db, vault, user_id, ids[start : start + copies.PAGE]
                    )
                yield Piece(name, "".join(map(paragraph, some)).encode())
