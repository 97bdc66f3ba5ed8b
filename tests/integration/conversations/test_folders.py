"""Folders: at most one per conversation, sealed like titles, listed one at a time.

Exercises backend/conversations/folders.py.
"""

import pytest
import sqlalchemy as sa

from backend import conversations as room
from backend import errors
from backend.conversations.tables import conversations
from tests.integration.conversations.helpers import ANN, BEN, Talk


async def put(talk: Talk, folder: str | None, text: str = "Hello?") -> room.Conversation:
    """Create a conversation in a folder."""
    turn = await talk.say(text)
    async with talk.database.unit_of_work() as db:
        await room.set_folder(db, talk.vault, talk.user_id, turn.conversation_id, folder)
    return await talk.conversation(turn.conversation_id)


async def names(talk: Talk) -> list[str]:
    """The names of the existing folders."""
    async with talk.database.snapshot() as db:
        return await room.folder_names(db, talk.vault, talk.user_id)


async def test_a_folder_exists_while_a_conversation_is_in_it(ann: Talk) -> None:
    """A name's spaces are normalised; when the last conversation is moved or taken out, the folder
    is gone."""
    trip, work = await put(ann, "  On \n the road "), await put(ann, "Work")
    assert (trip.folder, work.folder) == ("On the road", "Work")
    assert await names(ann) == ["On the road", "Work"]
    async with ann.database.unit_of_work() as db:
        await room.set_folder(db, ann.vault, ANN, trip.id, "Work")
        await room.set_folder(db, ann.vault, ANN, work.id, " ")
    assert await names(ann) == ["Work"]
    assert (await ann.conversation(work.id)).folder is None
    async with ann.database.unit_of_work() as db:
        await room.set_folder(db, ann.vault, ANN, trip.id, None)
    assert await names(ann) == []


async def test_a_folder_belongs_to_its_owner_and_has_a_bounded_name(ann: Talk) -> None:
    """Another person's conversation is not found; a name that is too long is refused; no name is
    readable in the database."""
    mine = await put(ann, "Diagnoses")
    async with ann.database.unit_of_work() as db:
        with pytest.raises(errors.ConversationNotFound):
            await room.set_folder(db, ann.vault, BEN, mine.id, "Mine now")
        with pytest.raises(errors.InvalidField):
            await room.set_folder(db, ann.vault, ANN, mine.id, "x" * (room.MAX_FOLDER + 1))
    async with ann.database.snapshot() as db:
        (stored,) = (await db.execute(sa.select(conversations.c.folder))).scalars()
        assert await room.folder_names(db, ann.vault, BEN) == []
    assert b"Diagnoses" not in stored
    assert (await ann.conversation(mine.id)).folder == "Diagnoses"


async def test_one_folders_conversations_are_listed_page_by_page(ann: Talk) -> None:
    """In the order of the list, without repeats or gaps, whatever conversations lie between
    them."""
    wanted = []
    for number in range(7):
        one = await put(ann, "Work" if number % 2 else "Else", f"Question {number}")
        wanted += [one.id] if number % 2 else []
        await ann.say("In none")
    found, cursor = [], None
    while True:
        async with ann.database.snapshot() as db:
            page = await room.list_folder(db, ann.vault, ANN, "Work", after=cursor, limit=2)
        found += [one.id for one in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert sorted(found) == sorted(wanted)
    assert found == [one.id for one in await ann.pages() if one.id in wanted]
