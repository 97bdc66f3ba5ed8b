"""Files in messages: choosing, attaching and reading them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault, hot
from backend.errors import InvalidField, TooManyFiles
from backend.files import sealing, store
from backend.files.schemas import File
from backend.files.tables import attachments, files

Attached: TypeAlias = Mapping[UUID, tuple[File, ...]]
"""Files by the message that they are attached to."""

_SHOWN = [column for column in files.c if column.name not in ("text", "content")]
_JOINED = sa.select(attachments.c.message_id, *_SHOWN).join(
    files, sa.and_(files.c.user_id == attachments.c.user_id, files.c.id == attachments.c.file_id)
)
_OF_CONVERSATION = hot(
    _JOINED.where(
        attachments.c.user_id == sa.bindparam("owner"),
        attachments.c.conversation_id == sa.bindparam("conversation"),
    ).order_by(attachments.c.message_id, attachments.c.position)
)
_NEXT = sa.select(sa.func.coalesce(sa.func.max(attachments.c.position) + 1, 0)).where(
    attachments.c.user_id == sa.bindparam("owner"),
    attachments.c.message_id == sa.bindparam("message"),
)
_INSERT = sa.insert(attachments)


async def chosen(
    db: AsyncConnection, vault: Vault, user_id: int, file_ids: Sequence[UUID], limit: int
) -> tuple[File, ...]:
    """The files to send.

    Raises:
        TooManyFiles: more than `limit`, the plan's.
        InvalidField: one of them twice.
        FileNotFound: one that is not there, or not the person's.
    """
    if not file_ids:
        return ()
    if len(file_ids) > limit:
        raise TooManyFiles(limit=limit)
    if len(set(file_ids)) != len(file_ids):
        raise InvalidField(field="files")
    return await store.get_many(db, vault, user_id, file_ids)


async def attach(
    db: AsyncConnection,
    user_id: int,
    conversation_id: UUID,
    message_id: UUID,
    file_ids: Iterable[UUID],
    now: datetime,
) -> None:
    """Attach files to a message, after those that it has."""
    ids = list(file_ids)
    if not ids:
        return
    key = {"owner": user_id, "message": message_id}
    first = int((await db.execute(_NEXT, key)).scalar_one())
    rows = [
        {
            "user_id": user_id,
            "message_id": message_id,
            "position": first + number,
            "file_id": file_id,
            "conversation_id": conversation_id,
        }
        for number, file_id in enumerate(ids)
    ]
    await db.execute(_INSERT, rows)
    await db.execute(
        sa.update(files)
        .where(files.c.user_id == user_id, files.c.id.in_(ids), files.c.sent_at.is_(None))
        .values(sent_at=now)
    )


async def of_conversation(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID
) -> Attached:
    """All files of a conversation, in all its branches."""
    key = {"owner": user_id, "conversation": conversation_id}
    return await _gathered(db, vault, user_id, await db.execute(_OF_CONVERSATION, key))


async def of_message(
    db: AsyncConnection, vault: Vault, user_id: int, message_id: UUID
) -> tuple[File, ...]:
    """The files of one message, in their order."""
    one = _JOINED.where(
        attachments.c.user_id == user_id, attachments.c.message_id == message_id
    ).order_by(attachments.c.position)
    found = await _gathered(db, vault, user_id, await db.execute(one))
    return found.get(message_id, ())


async def _gathered(
    db: AsyncConnection, vault: Vault, user_id: int, rows: Iterable[sa.Row[Any]]
) -> Attached:
    gathered: dict[UUID, tuple[File, ...]] = {}
    found = list(rows)
    if not found:
        return gathered
    cipher = await vault.cipher(db, user_id)
    for row in found:
        file = sealing.to_file(row, cipher)
        gathered[row.message_id] = (*gathered.get(row.message_id, ()), file)
    return gathered
