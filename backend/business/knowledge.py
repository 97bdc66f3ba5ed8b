"""The owner's files that replies are based on: their extracted text, sealed."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.business import sealing
from backend.business.schemas import MAX_FILE_TEXT, MAX_FILES, BusinessFile
from backend.business.tables import business_accounts, business_files
from backend.db import Cipher, Database, Vault, insert_new
from backend.errors import FileNotFound, FileUnsupported, TooManyFiles

_FILE = business_files.c
_LISTED = [column for column in _FILE if column.name != "text"]


class BusinessKnowledge:
    """The use cases. People can only access their own files."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def add(self, user_id: int, file_id: UUID, name: str, text: str) -> BusinessFile:
        """Store a file's text, as much as is used; repeating the id changes nothing.

        Raises:
            FileUnsupported: it contains no text.
            TooManyFiles: the limit is reached.
        """
        text = text.strip()
        if not text:
            raise FileUnsupported
        kept, cut = text[:MAX_FILE_TEXT], len(text) > MAX_FILE_TEXT
        async with self._database.unit_of_work() as db:
            await _lock(db, user_id)
            others = _FILE.user_id == user_id, _FILE.id != file_id
            counted = sa.select(sa.func.count()).select_from(business_files).where(*others)
            if (await db.execute(counted)).scalar_one() >= MAX_FILES:
                raise TooManyFiles(limit=MAX_FILES)
            cipher = await self._vault.cipher(db, user_id)
            row = {
                "user_id": user_id,
                "id": file_id,
                "name": sealing.seal_file(cipher, file_id, "name", name),
                "text": sealing.seal_file(cipher, file_id, "text", kept),
                "size": len(kept),
                "cut": cut,
                "added_at": self._clock(),
            }
            await db.execute(insert_new(db, business_files), row)
        return BusinessFile(id=file_id, name=name, size=len(kept), cut=cut)

    async def list_all(self, user_id: int) -> list[BusinessFile]:
        """The owner's files, the oldest first."""
        mine = sa.select(*_LISTED).where(_FILE.user_id == user_id)
        async with self._database.snapshot() as db:
            rows = (await db.execute(mine.order_by(_FILE.added_at, _FILE.id))).all()
            if not rows:
                return []
            cipher = await self._vault.cipher(db, user_id)
        return [
            BusinessFile(
                id=row.id,
                name=sealing.open_file(cipher, row.id, "name", row.name),
                size=row.size,
                cut=row.cut,
            )
            for row in rows
        ]

    async def texts(self, user_id: int) -> list[str]:
        """The texts of the files, oldest first."""
        async with self._database.snapshot() as db:
            cipher = await self._vault.cipher(db, user_id)
            return [text for _, text in await opened_files(db, cipher, user_id)]

    async def remove(self, user_id: int, file_id: UUID) -> None:
        """Delete a file. Raises FileNotFound."""
        this = _FILE.user_id == user_id, _FILE.id == file_id
        async with self._database.unit_of_work() as db:
            if not (await db.execute(sa.delete(business_files).where(*this))).rowcount:
                raise FileNotFound


async def opened_files(db: AsyncConnection, cipher: Cipher, user_id: int) -> list[tuple[str, str]]:
    """Names and texts of a person's files, the oldest first."""
    mine = sa.select(_FILE.id, _FILE.name, _FILE.text).where(_FILE.user_id == user_id)
    rows = (await db.execute(mine.order_by(_FILE.added_at, _FILE.id))).all()
    return [
        (
            sealing.open_file(cipher, row.id, "name", row.name),
            sealing.open_file(cipher, row.id, "text", row.text),
        )
        for row in rows
    ]


async def _lock(db: AsyncConnection, user_id: int) -> None:
    """Lock the person, so that two concurrent files cannot exceed the limit."""
    mine = business_accounts.c.user_id == user_id
    await db.execute(sa.select(business_accounts.c.user_id).where(mine).with_for_update())
