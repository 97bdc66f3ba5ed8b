"""File contents that are stored outside the database, on SQLite and PostgreSQL.

Exercises backend/files/moving.py, backend/files/store.py, backend/tasks/contents.py.
"""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
import msgspec
import pytest
import sqlalchemy as sa

from backend import files as files_room
from backend.db import Database, FolderObjects, KeyRing, NoObjects, Vault
from backend.db.keys import decode_master_key
from backend.errors import FileNotFound, FilesUnreachable
from backend.files import ContentMover, Details, File, copies, store
from backend.files.moving import WRITING
from backend.files.tables import files, removed_objects
from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.conftest import Clock
from tests.fixtures.app import Client, running
from tests.fixtures.s3 import S3Server, s3_server
from tests.integration.files.conftest import open_premium

__all__ = ["s3_server"]

ANN, EVE = 1, 2


class BreakingObjects(FolderObjects):
    """A folder store that fails right after it has written."""

    async def put(self, object_id: UUID, sealed: bytes) -> None:
        """Write it, then fail."""
        await super().put(object_id, sealed)
        raise FilesUnreachable


class Shelf:
    """Files of two people, and the worker that moves their contents into a folder."""

    def __init__(self, database: Database, settings: Settings, clock: Clock, folder: Path) -> None:
        self.database, self.clock, self.folder = database, clock, folder
        self.objects = FolderObjects(folder)
        keys = KeyRing(decode_master_key(settings.master_key))
        self.vault = Vault(keys, objects=self.objects)
        self.mover = ContentMover(database, self.objects, clock)

    async def keep(self, content: bytes = b"content", user_id: int = ANN) -> File:
        """Upload a file."""
        async with self.database.unit_of_work() as db:
            return await store.add(
                db, self.vault, user_id, uuid7(self.clock()), kind="document",
                media_type="application/x", text="words", content=content,
                details=Details(name="letter.docx"), now=self.clock(),
            )  # fmt: skip

    async def read(self, file: File, user_id: int = ANN) -> bytes:
        """Read its content."""
        async with self.database.snapshot() as db:
            return (await files_room.read(db, self.vault, user_id, file.id))[2]

    async def rows(self) -> list[tuple[bool, bool]]:
        """For each file whether its content is in the database and whether it is in the folder."""
        here, there = files.c.content.is_not(None), files.c.object_id.is_not(None)
        async with self.database.snapshot() as db:
            return [(bool(a), bool(b)) for a, b in await db.execute(sa.select(here, there))]

    async def noted(self) -> int:
        """How many objects are marked for deletion."""
        async with self.database.snapshot() as db:
            counted = sa.select(sa.func.count()).select_from(removed_objects)
            return int((await db.execute(counted)).scalar_one())

    def stored(self) -> list[Path]:
        """The objects in the folder."""
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def shelf(database: Database, settings: Settings, clock: Clock, tmp_path: Path) -> Shelf:
    """A store without files."""
    return Shelf(database, settings, clock, tmp_path / "objects")


async def test_contents_move_out_and_are_read_from_there(shelf: Shelf) -> None:
    """They are sealed as before; the row keeps what is searched and shown, and nothing else
    remains."""
    kept = [await shelf.keep(b"secret content %d" % number) for number in range(3)]
    await shelf.mover.run()
    assert await shelf.rows() == [(False, True)] * 3
    assert [await shelf.read(one) for one in kept] == [b"secret content %d" % n for n in range(3)]
    assert len(shelf.stored()) == 3
    assert not any(b"secret" in path.read_bytes() for path in shelf.stored())
    assert await shelf.noted() == 0
    await shelf.mover.run()
    assert len(shelf.stored()) == 3


async def test_other_peoples_objects_are_not_readable(shelf: Shelf) -> None:
    """Neither by asking for their file, nor by copying their object over one's own."""
    mine, other = await shelf.keep(), await shelf.keep(b"hers", EVE)
    await shelf.mover.run()
    with pytest.raises(FileNotFound):
        await shelf.read(other)
    async with shelf.database.unit_of_work() as db:
        hers = await db.scalar(sa.select(files.c.object_id).where(files.c.user_id == EVE))
        mine_row = files.c.user_id == ANN
        await db.execute(sa.update(files).where(mine_row).values(object_id=hers))
    with pytest.raises(Exception, match="text_unreadable"):
        await shelf.read(mine)


@pytest.mark.parametrize("way", ["deleted", "unsent", "erased", "erased in pages"])
async def test_deleted_files_leave_the_store(shelf: Shelf, way: str) -> None:
    """However a file is deleted, the same transaction marks its object, and the next run of the job
    deletes it; other people's stay."""
    kept, others = await shelf.keep(), await shelf.keep(b"hers", EVE)
    await shelf.mover.run()
    async with shelf.database.unit_of_work() as db:
        match way:
            case "deleted":
                await store.delete(db, ANN, kept.id)
            case "unsent":
                await db.execute(sa.update(files).where(files.c.user_id == EVE).values(
                    created_at=shelf.clock() + timedelta(days=2)))  # fmt: skip
                await store.forget_unsent(db, shelf.clock() + timedelta(days=1))
            case "erased":
                await copies.erase(db, ANN)
            case _:
                page = await copies.erase_some(db, ANN)
                assert page is not None
                assert page.ids == (kept.id,)
                assert await copies.erase_some(db, ANN) is None
    assert (len(shelf.stored()), await shelf.noted()) == (2, 1)
    await shelf.mover.run()
    assert (len(shelf.stored()), await shelf.noted()) == (1, 0)
    assert await shelf.read(others, EVE) == b"hers"


async def test_an_interrupted_store_loses_nothing(shelf: Shelf) -> None:
    """The content stays in the database and is moved later; the abandoned object is deleted once no
    process can still refer to it."""
    kept = await shelf.keep()
    breaking = ContentMover(shelf.database, BreakingObjects(shelf.folder), shelf.clock)
    with pytest.raises(FilesUnreachable):
        await breaking.run()
    assert await shelf.rows() == [(True, False)]
    await shelf.mover.run()
    assert await shelf.read(kept) == b"content"
    assert len(shelf.stored()) == 2  # the write may still be under way
    shelf.clock.advance(seconds=WRITING.total_seconds() + 1)
    await shelf.mover.run()
    assert len(shelf.stored()) == 1
    assert await shelf.read(kept) == b"content"


async def test_an_abandoned_write_is_not_used(shelf: Shelf) -> None:
    """A process that was suspended while writing finds its object marked for deletion, and leaves
    the content in the database."""

    class Slow(FolderObjects):
        async def put(self, object_id: UUID, sealed: bytes) -> None:
            await super().put(object_id, sealed)
            shelf.clock.advance(hours=2)
            await shelf.mover._delete_page()

    kept = await shelf.keep()
    await ContentMover(shelf.database, Slow(shelf.folder), shelf.clock)._move(ANN, kept.id)
    assert await shelf.rows() == [(True, False)]
    assert shelf.stored() == []
    assert await shelf.read(kept) == b"content"


async def test_a_file_deleted_while_it_moves_leaves_nothing(shelf: Shelf) -> None:
    """The object is marked and deleted."""

    class Deleting(FolderObjects):
        async def put(self, object_id: UUID, sealed: bytes) -> None:
            await super().put(object_id, sealed)
            async with shelf.database.unit_of_work() as db:
                await store.delete(db, ANN, kept.id)

    kept = await shelf.keep()
    await ContentMover(shelf.database, Deleting(shelf.folder), shelf.clock).run()
    await shelf.mover.run()
    assert (await shelf.rows(), shelf.stored(), await shelf.noted()) == ([], [], 0)


async def test_without_a_store_nothing_moves(shelf: Shelf) -> None:
    """Contents that were moved earlier are reported as unavailable, not as empty."""
    kept = await shelf.keep()
    await ContentMover(shelf.database, NoObjects(), shelf.clock).run()
    assert await shelf.rows() == [(True, False)]
    await shelf.mover.run()
    shelf.vault.objects = NoObjects()
    with pytest.raises(FilesUnreachable):
        await shelf.read(kept)


async def test_an_outage_of_the_store(settings: Settings, s3_server: S3Server) -> None:
    """Reading gives 503 with a stable code, uploads still give 201, and reading works again once
    the store is back."""
    settings = msgspec.structs.replace(settings, files_url=s3_server.url)
    async with running(settings) as app:
        ann = await app.sign_in()
        await open_premium(app)
        container = app.container
        mover = ContentMover(container.database, container.vault.objects, container.clock)
        first = await _upload(ann, b"first words")
        await mover.run()
        assert len(s3_server.objects()) == 1
        assert await ann.call("GET", f"/api/files/{first}") == (200, "first words")
        s3_server.kill()
        status, problem = await ann.call("GET", f"/api/files/{first}")
        assert (status, problem["code"]) == (503, "files_unreachable")
        second = await _upload(ann, b"second words")
        with pytest.raises(FilesUnreachable):
            await mover.run()
        assert await ann.call("GET", f"/api/files/{second}") == (200, "second words")
        s3_server.start()
        await mover.run()
        for file_id, words in ((first, "first words"), (second, "second words")):
            assert await ann.call("GET", f"/api/files/{file_id}") == (200, words)
        assert await ann.call("DELETE", f"/api/files/{first}") == (204, "")
        await mover.run()
        assert len(s3_server.objects()) == 1


async def _upload(client: Client, content: bytes) -> str:
    form = aiohttp.FormData()
    form.add_field("file", content, filename="words.txt", content_type="text/plain")
    async with client.request("POST", "/api/files", data=form) as response:
        assert response.status == 201, await response.text()
        card = await response.json()
        return str(card["id"])
