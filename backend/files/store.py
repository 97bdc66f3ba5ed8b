"""Stored files. Every function takes the caller's open transaction and the person, so that other
people's files are not found, like those that do not exist."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault, insert
from backend.errors import FileInUse, FileNotFound
from backend.files import sealing
from backend.files.schemas import Details, File
from backend.files.tables import attachments, files, removed_objects
from backend.llm import count_tokens

_SHOWN = [column for column in files.c if column.name not in ("text", "content")]
_OWN = (files.c.user_id == sa.bindparam("owner"), files.c.id == sa.bindparam("file"))
_FIND = sa.select(*_SHOWN).where(*_OWN)
_READ = sa.select(files).where(*_OWN)
_SUM = sa.select(sa.func.coalesce(sa.func.sum(files.c.size), 0)).where(
    files.c.user_id == sa.bindparam("owner")
)
_IS_ATTACHED = (
    sa.select(attachments.c.file_id)
    .where(attachments.c.user_id == files.c.user_id, attachments.c.file_id == files.c.id)
    .exists()
)
_FIRST = (
    sa.select(files.c.id)
    .where(files.c.user_id == sa.bindparam("owner"))
    .order_by(files.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


async def add(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    file_id: UUID,
    *,
    kind: str,
    media_type: str,
    text: str,
    content: bytes,
    details: Details,
    now: datetime,
    sent: bool = False,
) -> File:
    """Store a file. An existing one with this id is not changed."""
    cipher = await vault.cipher(db, user_id)
    row = {
        "user_id": user_id,
        "id": file_id,
        "kind": kind,
        "media_type": media_type,
        "size": len(content) + len(text.encode()) if kind != "text" else len(content),
        "text_tokens": count_tokens(text),
        "created_at": now,
        "sent_at": now if sent else None,
        "details": sealing.seal_details(cipher, file_id, details),
        "text": sealing.seal_text(cipher, file_id, text),
        "content": sealing.seal_content(cipher, file_id, content),
    }
    await db.execute(insert(db, files).values(row).on_conflict_do_nothing())
    return await get(db, vault, user_id, file_id)


async def get(db: AsyncConnection, vault: Vault, user_id: int, file_id: UUID) -> File:
    """One file. Raises FileNotFound."""
    row = (await db.execute(_FIND, _key(user_id, file_id))).one_or_none()
    if row is None:
        raise FileNotFound
    return sealing.to_file(row, await vault.cipher(db, user_id))


async def get_many(
    db: AsyncConnection, vault: Vault, user_id: int, file_ids: Sequence[UUID]
) -> tuple[File, ...]:
    """The files in the requested order.

    Raises:
        FileNotFound: one of them is not there, or not the person's.
    """
    mine = sa.select(*_SHOWN).where(files.c.user_id == user_id, files.c.id.in_(file_ids))
    rows: dict[UUID, Any] = {row.id: row for row in await db.execute(mine)}
    if len(rows) != len(set(file_ids)):
        raise FileNotFound
    cipher = await vault.cipher(db, user_id)
    return tuple(sealing.to_file(rows[file_id], cipher) for file_id in file_ids)


async def read(
    db: AsyncConnection, vault: Vault, user_id: int, file_id: UUID
) -> tuple[File, str, bytes]:
    """One file with its text and its content. Raises FileNotFound, FilesUnreachable."""
    row = (await db.execute(_READ, _key(user_id, file_id))).one_or_none()
    if row is None:
        raise FileNotFound
    cipher = await vault.cipher(db, user_id)
    text = sealing.open_text(cipher, file_id, row.text)
    sealed = row.content
    if row.object_id is not None:
        sealed = await vault.objects.get(row.object_id)
        if sealed is None:  # its file was deleted meanwhile
            raise FileNotFound
    return sealing.to_file(row, cipher), text, sealing.open_content(cipher, file_id, sealed)


async def stored_bytes(db: AsyncConnection, user_id: int) -> int:
    """The total size of the person's stored files."""
    return int((await db.execute(_SUM, {"owner": user_id})).scalar_one())


async def delete(db: AsyncConnection, user_id: int, file_id: UUID) -> None:
    """Delete a file that is in no message; others are deleted with their conversation.

    Raises:
        FileNotFound, FileInUse.
    """
    if not await _remove(db, files.c.user_id == user_id, files.c.id == file_id, ~_IS_ATTACHED):
        found = (await db.execute(_FIND, _key(user_id, file_id))).one_or_none()
        raise FileNotFound if found is None else FileInUse


async def forget_left(db: AsyncConnection, user_id: int) -> None:
    """Delete the person's files whose last message is gone."""
    await _remove(db, files.c.user_id == user_id, files.c.sent_at.is_not(None), ~_IS_ATTACHED)


async def forget_unsent(db: AsyncConnection, before: datetime) -> int:
    """Delete all files that never became part of a message or no longer are; returns how many."""
    unsent = sa.or_(files.c.sent_at.is_not(None), files.c.created_at < before)
    return len(await _remove(db, unsent, ~_IS_ATTACHED))


async def erase(db: AsyncConnection, user_id: int, most: int | None = None) -> tuple[UUID, ...]:
    """Delete the first of a person's files, `most` at most; None: all of them. Returns the ids."""
    wanted = [files.c.user_id == user_id]
    if most is not None:
        page = (await db.execute(_FIRST, {"owner": user_id, "most": most})).scalars().all()
        wanted.append(files.c.id.in_(page))
    return await _remove(db, *wanted)


async def _remove(db: AsyncConnection, *which: sa.ColumnElement[bool]) -> tuple[UUID, ...]:
    """Delete files, and mark their objects for the worker; returns the files' ids."""
    deleted = sa.delete(files).where(*which).returning(files.c.id, files.c.object_id)
    gone = (await db.execute(deleted)).all()
    if objects := [{"object_id": row.object_id} for row in gone if row.object_id is not None]:
        await db.execute(sa.insert(removed_objects), objects)
    return tuple(sorted(row.id for row in gone))


def _key(user_id: int, file_id: UUID) -> dict[str, Any]:
    return {"owner": user_id, "file": file_id}
