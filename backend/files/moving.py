"""Moves files' sealed contents from the database into the store of FILES_URL, and deletes objects
there that no file uses any more.

Nobody waits for either: an upload is one transaction in the database, and works while the store is
unavailable. An object is recorded before it is written, so that interrupted writes are cleaned up.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from backend.db import Database, ObjectStore
from backend.files.tables import files, removed_objects

PAGE: Final = 100
WRITING: Final = timedelta(hours=1)
"""After this long an object that is no file's content is deleted: no write takes that long."""

_FILE = (files.c.user_id == sa.bindparam("owner"), files.c.id == sa.bindparam("file"))
_HERE = (
    sa.select(files.c.user_id, files.c.id)
    .where(files.c.content.is_not(None))
    .order_by(files.c.created_at)
    .limit(PAGE)
)
_CONTENT = sa.select(files.c.content).where(*_FILE)
_MOVED = (
    sa.update(files)
    .where(*_FILE, files.c.content.is_not(None))
    .values(object_id=sa.bindparam("object"), content=None)
)
_THIS = removed_objects.c.object_id == sa.bindparam("object")
_WRITTEN = sa.delete(removed_objects).where(_THIS, removed_objects.c.due_at.is_not(None))
_GIVE_UP = (
    sa.update(removed_objects)
    .where(removed_objects.c.due_at < sa.bindparam("now"))
    .values(due_at=None)
)
_TO_DELETE = (
    sa.select(removed_objects.c.object_id).where(removed_objects.c.due_at.is_(None)).limit(PAGE)
)
_DELETED = sa.delete(removed_objects).where(_THIS)


class ContentMover:
    """Moves and deletes; safe in several processes at once."""

    def __init__(
        self, database: Database, objects: ObjectStore, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._objects = objects
        self._clock = clock

    async def run(self) -> None:
        """Move and delete until nothing is left to do. Raises FilesUnreachable."""
        if not self._objects.in_use:
            return
        while await self._delete_page():
            pass
        while await self._move_page():
            pass

    async def _move_page(self) -> int:
        async with self._database.snapshot() as db:
            page = (await db.execute(_HERE)).all()
        for row in page:  # one at a time, so that only one content is in memory
            await self._move(row.user_id, row.id)
        return len(page)

    async def _move(self, user_id: int, file_id: UUID) -> None:
        this = {"owner": user_id, "file": file_id}
        async with self._database.snapshot() as db:
            sealed = await db.scalar(_CONTENT, this)
        if sealed is None:
            return  # deleted, or moved by another process
        object_id = uuid4()
        async with self._database.unit_of_work() as db:
            due_at = self._clock() + WRITING
            await db.execute(sa.insert(removed_objects).values(object_id=object_id, due_at=due_at))
        await self._objects.put(object_id, sealed)
        async with self._database.unit_of_work() as db:
            if not (await db.execute(_WRITTEN, {"object": object_id})).rowcount:
                return  # abandoned meanwhile: the content stays in the database
            if not (await db.execute(_MOVED, this | {"object": object_id})).rowcount:
                await db.execute(sa.insert(removed_objects).values(object_id=object_id))

    async def _delete_page(self) -> int:
        async with self._database.unit_of_work() as db:
            await db.execute(_GIVE_UP, {"now": self._clock()})
        async with self._database.snapshot() as db:
            page = (await db.execute(_TO_DELETE)).scalars().all()
        for object_id in page:
            await self._objects.delete(object_id)
            async with self._database.unit_of_work() as db:
                await db.execute(_DELETED, {"object": object_id})
        return len(page)
