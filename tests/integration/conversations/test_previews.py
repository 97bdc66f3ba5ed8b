"""Previews in the list: always the beginning of what ends the thread, and nothing of what is to
leave no trace.

Exercises backend/conversations/previews.py.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend import conversations as room
from backend.conversations.path import everything
from backend.conversations.previews import MAX_PREVIEW
from backend.db import temporary_id
from backend.uuid7 import uuid7
from tests.integration.conversations.helpers import ANN, BEN, Talk


async def test_what_ends_the_thread_is_shown(ann: Talk) -> None:
    """An answer that is being written, then its end, and the question again without it."""
    turn = await ann.say("Why is the sky blue?")
    chat = turn.conversation_id
    assert await preview(ann, chat) == room.Preview("assistant", "running", "")
    await ann.finish(turn, "**Light** scatters.", "stopped")
    stopped = room.Preview("assistant", "stopped", "**Light** scatters.")
    assert await preview(ann, chat) == stopped
    async with ann.database.unit_of_work() as db:
        await room.delete_message(db, ANN, turn.answer.id, ann.clock())
    assert await preview(ann, chat) == room.Preview("user", "complete", "Why is the sky blue?")
    async with ann.database.unit_of_work() as db:
        await room.restore_message(db, ANN, turn.answer.id, ann.clock())
    assert await preview(ann, chat) == stopped


async def test_the_chosen_branch_is_shown(ann: Talk) -> None:
    """Another answer to the same question replaces the first; so does choosing the first again."""
    first = await ann.say("Name a sea.")
    chat = first.conversation_id
    await ann.finish(first, "The Baltic.")
    async with ann.database.unit_of_work() as db:
        other = await room.regenerate(
            db, ann.vault, ANN, message_id=first.answer.id, answer_id=uuid7(ann.clock()),
            run_id=uuid7(ann.clock()), now=ann.clock(),
        )  # fmt: skip
    await ann.finish(other, "The Black Sea.")
    assert (await preview(ann, chat)).text == "The Black Sea."
    async with ann.database.unit_of_work() as db:
        await room.set_leaf(db, ann.vault, ANN, chat, first.answer.id)
    assert (await preview(ann, chat)).text == "The Baltic."


async def test_a_preview_is_short_and_has_the_originals(ann: Talk) -> None:
    """A long text is cut; what a placeholder stands for is shown, as in the conversation."""
    names = room.Asked(placeholders={"[name 1]": "Ben Smith"})
    async with ann.database.unit_of_work() as db:
        turn = await room.start_turn(
            db, ann.vault, ANN, conversation_id=uuid7(ann.clock()), message_id=uuid7(ann.clock()),
            parent_id=None, text="Who is [name 1]?", answer_id=uuid7(ann.clock()),
            run_id=uuid7(ann.clock()), now=ann.clock(), create=True, asked=names, takes=everything,
        )  # fmt: skip
    await ann.finish(turn, "\n\n[Name 1] " + "is a writer. " * 1_000)
    shown = (await preview(ann, turn.conversation_id)).text
    assert shown.startswith("Ben Smith is a writer. ")
    assert len(shown) == MAX_PREVIEW


async def test_what_has_no_words_to_show(ann: Talk, ben: Talk) -> None:
    """Temporary and empty conversations have no preview, and nobody has another's."""
    temporary, empty = temporary_id(ann.clock()), uuid7(ann.clock())
    async with ann.database.unit_of_work() as db:
        await room.create_conversation(db, ann.vault, ANN, empty, ann.clock())
        await room.start_turn(
            db, ann.vault, ANN, conversation_id=temporary, message_id=uuid7(ann.clock()),
            parent_id=None, text="A secret", answer_id=uuid7(ann.clock()),
            run_id=uuid7(ann.clock()), now=ann.clock(), create=True, takes=everything,
        )  # fmt: skip
    turn = await ann.say("Hello?")
    page = await ann.page()
    async with ann.database.snapshot() as db:
        found = await room.previews(db, ann.vault, ANN, page.items)
        others = await room.previews(db, ben.vault, BEN, page.items)
    assert {one.id for one in page.items} == {temporary, empty, turn.conversation_id}
    assert found.keys() == {turn.conversation_id}
    assert others == {}


async def test_a_page_takes_one_statement_more(ann: Talk) -> None:
    """However many conversations it has."""
    for number in range(30):
        await ann.finish(await ann.say(f"Question {number}"), f"Answer {number}")
    statements: list[str] = []
    engine = ann.database.engine.sync_engine

    def see(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    async with ann.database.snapshot() as db:
        page = await room.list_conversations(db, ann.vault, ANN)
        sa.event.listen(engine, "before_cursor_execute", see)
        found = await room.previews(db, ann.vault, ANN, page.items)
        sa.event.remove(engine, "before_cursor_execute", see)
    assert len(page.items) == 30
    assert {one.text for one in found.values()} == {f"Answer {number}" for number in range(30)}
    assert len(statements) == 1


async def preview(person: Talk, conversation_id: UUID) -> room.Preview:
    """A conversation's preview."""
    shown = await person.conversation(conversation_id)
    async with person.database.snapshot() as db:
        found = await room.previews(db, person.vault, person.user_id, [shown])
    return found[conversation_id]
