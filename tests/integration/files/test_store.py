"""Files in the database, on SQLite and PostgreSQL.

Exercises backend/files/sealing.py, backend/files/service.py.
"""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from backend import conversations
from backend import files as files_room
from backend.db import Database, Vault
from backend.errors import FileInUse, FileNotFound, InvalidField, TooManyFiles
from backend.files import Details, File, store
from backend.files.tables import attachments, files
from backend.uuid7 import uuid7
from tests.conftest import Clock

ANN, EVE = 1, 2


class Shelf:
    """A person's files and one conversation."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self.database, self.vault, self.clock = database, vault, clock
        self.conversation, self.question, self.answer = (uuid7(clock()) for _ in range(3))

    async def keep(self, user_id: int = ANN, content: bytes = b"content") -> File:
        """Store a file."""
        async with self.database.unit_of_work() as db:
            return await store.add(
                db, self.vault, user_id, uuid7(self.clock()), kind="document",
                media_type="application/x", text="words", content=content,
                details=Details(name="letter.docx", pages=3), now=self.clock(),
            )  # fmt: skip

    async def ask(self, *file_ids: UUID) -> None:
        """Send files with a question."""
        async with self.database.unit_of_work() as db:
            await conversations.start_turn(
                db, self.vault, ANN, conversation_id=self.conversation,
                message_id=self.question, parent_id=None, text="Read", answer_id=self.answer,
                run_id=uuid7(self.clock()), now=self.clock(), create=True,
            )  # fmt: skip
            await files_room.attach(
                db, ANN, self.conversation, self.question, file_ids, self.clock()
            )

    async def count(self) -> tuple[int, int]:
        """Files and attachments in the whole database."""
        async with self.database.snapshot() as db:
            counts = [
                (await db.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
                for table in (files, attachments)
            ]
        return counts[0], counts[1]


@pytest.fixture
def shelf(database: Database, vault: Vault, clock: Clock) -> Shelf:
    """A person without files."""
    return Shelf(database, vault, clock)


async def test_a_stored_file_is_read_back(shelf: Shelf) -> None:
    """Its owner gets all of it, and it is stored sealed."""
    kept = await shelf.keep()
    async with shelf.database.snapshot() as db:
        file, text, content = await files_room.read(db, shelf.vault, ANN, kept.id)
        row = (await db.execute(sa.select(files))).one()
        with pytest.raises(FileNotFound):
            await files_room.read(db, shelf.vault, EVE, kept.id)
    assert (file, text, content) == (kept, "words", b"content")
    assert file.details == Details(name="letter.docx", pages=3)
    assert file.size == len(b"content" + b"words")
    assert not any(b"letter" in value or b"words" in value for value in row if type(value) is bytes)


async def test_a_repeated_upload_keeps_the_first(shelf: Shelf) -> None:
    """Telegram may deliver the same document twice."""
    first = await shelf.keep()
    async with shelf.database.unit_of_work() as db:
        again = await store.add(
            db, shelf.vault, ANN, first.id, kind="text", media_type="text/plain", text="other",
            content=b"", details=Details(name="other"), now=shelf.clock(),
        )  # fmt: skip
    assert again == first
    assert await shelf.count() == (1, 0)


async def test_attaching_checks_owner_count_and_repeats(shelf: Shelf) -> None:
    """The checks come before anything is written."""
    mine, theirs = await shelf.keep(), await shelf.keep(EVE)
    async with shelf.database.snapshot() as db:
        choose = files_room.chosen
        assert await choose(db, shelf.vault, ANN, [mine.id], 1) == (mine,)
        for ids, limit, error in (
            ([mine.id, theirs.id], 5, FileNotFound),
            ([mine.id, mine.id], 5, InvalidField),
            ([mine.id, theirs.id], 1, TooManyFiles),
        ):
            with pytest.raises(error):
                await choose(db, shelf.vault, ANN, ids, limit)


async def test_files_keep_their_order_in_a_message(shelf: Shelf) -> None:
    """Files that are added later, such as pages, follow the others."""
    kept = [await shelf.keep() for _ in range(3)]
    await shelf.ask(kept[1].id, kept[0].id)
    async with shelf.database.unit_of_work() as db:
        await files_room.attach(
            db, ANN, shelf.conversation, shelf.question, [kept[2].id], shelf.clock()
        )
    async with shelf.database.snapshot() as db:
        found = await files_room.of_message(db, shelf.vault, ANN, shelf.question)
        everything = await files_room.of_conversation(db, shelf.vault, ANN, shelf.conversation)
        assert await files_room.of_conversation(db, shelf.vault, EVE, shelf.conversation) == {}
    assert [file.id for file in found] == [kept[1].id, kept[0].id, kept[2].id]
    assert everything == {shelf.question: found}


async def test_sent_files_are_deleted_with_their_last_message(shelf: Shelf) -> None:
    """Before that they cannot be deleted."""
    sent, unsent = await shelf.keep(), await shelf.keep()
    await shelf.ask(sent.id)
    async with shelf.database.unit_of_work() as db:
        with pytest.raises(FileInUse):
            await store.delete(db, ANN, sent.id)
        await files_room.forget_left(db, ANN)
    assert await shelf.count() == (2, 1)
    async with shelf.database.unit_of_work() as db:
        now = shelf.clock()
        await conversations.delete_conversation(db, shelf.vault, ANN, shelf.conversation, now)
        later = now + conversations.UNDO_LIFE
        await conversations.forget_overdue(db, shelf.vault, ANN, later)
        await files_room.forget_left(db, ANN)
    assert await shelf.count() == (1, 0)
    async with shelf.database.unit_of_work() as db:
        await store.delete(db, ANN, unsent.id)
    assert await shelf.count() == (0, 0)


async def test_files_that_were_never_sent_are_deleted_after_a_day(shelf: Shelf) -> None:
    """The hourly job deletes them; files in a message stay."""
    sent, _ = await shelf.keep(), await shelf.keep()
    await shelf.ask(sent.id)
    shelf.clock.advance(hours=25)
    fresh = await shelf.keep()
    async with shelf.database.unit_of_work() as db:
        assert await files_room.forget_unsent(db, shelf.clock() - timedelta(days=1)) == 1
    async with shelf.database.snapshot() as db:
        left = set((await db.execute(sa.select(files.c.id))).scalars())
    assert left == {sent.id, fresh.id}


async def test_files_are_exported_and_erased(shelf: Shelf) -> None:
    """Both cover the person's own files only."""
    mine, theirs = await shelf.keep(), await shelf.keep(EVE)
    await shelf.ask(mine.id)
    async with shelf.database.snapshot() as db:
        copies = [copy async for copy in files_room.export(db, shelf.vault, ANN)]
    assert copies == [(mine, "words", b"content")]
    async with shelf.database.unit_of_work() as db:
        await files_room.erase(db, ANN)
    async with shelf.database.snapshot() as db:
        left = (await db.execute(sa.select(files.c.id))).scalars().all()
    assert list(left) == [theirs.id]
