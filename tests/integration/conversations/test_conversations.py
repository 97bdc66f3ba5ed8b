"""Conversations: created, named, pinned, deleted, searched; only by their owner.

Exercises backend/web/api/conversations.py, backend/conversations/listing.py,
backend/conversations/schemas.py.
"""

import asyncio
import random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend import conversations as room
from backend import errors
from backend.conversations import search
from backend.conversations.tables import conversations, messages
from backend.uuid7 import uuid7
from tests.integration.conversations.helpers import ANN, BEN, Talk, moment_of

LAW = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def test_create(ann: Talk) -> None:
    """An empty conversation, with a title or without, once for each id."""
    named, unnamed = uuid7(), uuid7()
    async with ann.database.unit_of_work() as db:
        made = await room.create_conversation(
            db, ann.vault, ANN, named, ann.clock(), title="  My \n plan "
        )
        await room.create_conversation(db, ann.vault, ANN, unnamed, ann.clock())
        with pytest.raises(errors.ConversationExists):
            await room.create_conversation(db, ann.vault, ANN, named, ann.clock())
        with pytest.raises(errors.InvalidField):
            await room.create_conversation(db, ann.vault, ANN, named, ann.clock(), title=" ")
    assert made.title == "My plan"
    assert await ann.conversation(named) == made
    assert (await ann.conversation(unnamed)).title is None
    assert await ann.tree(named) == {}


async def test_a_chosen_title_stays(ann: Talk) -> None:
    """A model may set the title until the person does."""
    turn = await ann.say("Hello?")
    key = (ANN, turn.conversation_id)
    async with ann.database.unit_of_work() as db:
        assert await room.set_title(db, ann.vault, *key, "  A\n greeting ")
        assert await room.set_title(db, ann.vault, *key, "A greeting " + "x" * 200)
        assert not await room.set_title(db, ann.vault, *key, " ")
    title = (await ann.conversation(turn.conversation_id)).title
    assert title is not None
    assert len(title) == room.MAX_TITLE
    async with ann.database.unit_of_work() as db:
        await room.rename(db, ann.vault, *key, "Mine")
        assert not await room.set_title(db, ann.vault, *key, "A model's")
    assert (await ann.conversation(turn.conversation_id)).title == "Mine"


@pytest.mark.parametrize("title", ["", " \n ", "x" * 121])
async def test_titles_have_limits(ann: Talk, title: str) -> None:
    """A title is 1 to 120 characters."""
    turn = await ann.say("Hello?")
    async with ann.database.unit_of_work() as db:
        with pytest.raises(errors.InvalidField):
            await room.rename(db, ann.vault, ANN, turn.conversation_id, title)
        await room.rename(db, ann.vault, ANN, turn.conversation_id, "x" * 120)


async def test_deleting_is_for_good(ann: Talk, ben: Talk) -> None:
    """Deleting removes the conversation and its messages, and nothing else."""
    gone, kept, other = await ann.say("1"), await ann.say("2"), await ben.say("3")
    async with ann.database.unit_of_work() as db:
        await room.delete_conversation(db, ann.vault, ANN, gone.conversation_id, ann.clock())
    with pytest.raises(errors.ConversationNotFound):
        await ann.conversation(gone.conversation_id)
    ann.clock.advance(seconds=11)
    async with ann.database.unit_of_work() as db:
        await room.forget_overdue(db, ann.vault, ANN, ann.clock())
        left = set((await db.execute(sa.select(messages.c.conversation_id))).scalars())
        with pytest.raises(errors.ConversationNotFound):
            await room.delete_conversation(db, ann.vault, ANN, gone.conversation_id, ann.clock())
    assert left == {kept.conversation_id, other.conversation_id}
    assert not await ann.finish(gone, "too late")


async def test_deleting_while_sending(ann: Talk) -> None:
    """A concurrent send and delete leave either the whole conversation or nothing."""
    for _ in range(5):
        first = await ann.say("One")

        async def delete(turn: room.Turn = first) -> None:
            async with ann.database.unit_of_work() as db:
                await room.delete_conversation(
                    db, ann.vault, ANN, turn.conversation_id, ann.clock()
                )

        await asyncio.gather(
            ann.say("Two", first.conversation_id, first.answer.id),
            delete(),
            return_exceptions=True,
        )
        assert await ann.tree(first.conversation_id) == {}


async def test_choosing_a_branch(ann: Talk) -> None:
    """The chosen branch is stored; its leaf must be in this conversation."""
    first, elsewhere = await ann.say("One"), await ann.say("Other")
    await ann.say("One, edited", first.conversation_id, branch=True)
    async with ann.database.unit_of_work() as db:
        await room.set_leaf(db, ann.vault, ANN, first.conversation_id, first.answer.id)
        with pytest.raises(errors.MessageNotFound):
            await room.set_leaf(db, ann.vault, ANN, first.conversation_id, elsewhere.answer.id)
        with pytest.raises(errors.ConversationNotFound):
            await room.set_leaf(db, ann.vault, ANN, uuid7(), first.answer.id)
    assert (await ann.conversation(first.conversation_id)).leaf_id == first.answer.id


async def test_someone_elses_conversation(ann: Talk, ben: Talk) -> None:
    """For anybody else every operation answers as if the conversation did not exist, and changes
    nothing."""
    turn = await ann.say("mine")
    before = await ann.conversation(turn.conversation_id)
    key = (BEN, turn.conversation_id)
    for attempt in (
        lambda db: room.get_conversation(db, ben.vault, *key),
        lambda db: room.rename(db, ben.vault, *key, "Taken"),
        lambda db: room.pin(db, *key, True),
        lambda db: room.set_leaf(db, ben.vault, *key, turn.history[0].id),
        lambda db: room.delete_conversation(db, ben.vault, *key, ben.clock()),
    ):
        with pytest.raises(errors.ConversationNotFound):
            async with ben.database.unit_of_work() as db:
                await attempt(db)
    async with ben.database.unit_of_work() as db:
        assert await room.get_messages(db, ben.vault, *key) == ()
        assert not await room.set_title(db, ben.vault, *key, "Taken")
    assert (await ben.page()).items == ()
    assert (await ben.page(q="mine")).items == ()
    assert await ann.conversation(turn.conversation_id) == before


@LAW
@given(data=st.data(), limit=st.integers(1, 5))
async def test_pages_together_are_the_whole_list(
    ann: Talk, data: st.DataObject, limit: int
) -> None:
    """Law: pages of any size together are the whole list in order, also with equal times."""
    await _wipe(ann)
    rows = data.draw(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12))
    start = ann.clock()
    for pinned, second in rows:
        ann.clock.now = start
        ann.clock.advance(seconds=second, microseconds=second)
        turn = await ann.say("x")
        async with ann.database.unit_of_work() as db:
            await room.pin(db, ANN, turn.conversation_id, pinned)
    ann.clock.now = start
    items = await ann.pages(limit)
    assert items == sorted(items, key=moment_of, reverse=True)
    assert len({item.id for item in items}) == len(rows)
    assert items == list((await ann.page(limit=100)).items)


@LAW
@given(seed=st.integers(0, 999), limit=st.integers(1, 4))
async def test_pages_are_stable_while_the_list_changes(ann: Talk, seed: int, limit: int) -> None:
    """Law: while conversations are added, moved up or deleted, paging repeats none and misses none
    that stayed in place."""
    await _wipe(ann)
    dice = random.Random(seed)
    turns = []
    for _ in range(8):
        ann.clock.advance(seconds=1)
        turns.append(await ann.say("x"))
    untouched = {turn.conversation_id for turn in turns}
    seen: list[object] = []
    cursor: str | None = None
    while True:
        page = await ann.page(cursor, limit)
        seen += [item.id for item in page.items]
        if (cursor := page.next_cursor) is None:
            break
        ann.clock.advance(seconds=1)
        match dice.randrange(3):
            case 0:
                await ann.say("new")
            case 1:
                moved = dice.choice(turns)
                async with ann.database.unit_of_work() as db:
                    await db.execute(
                        sa.update(conversations)
                        .where(conversations.c.id == moved.conversation_id)
                        .values(updated_at=ann.clock())
                    )
                untouched.discard(moved.conversation_id)
            case 2:
                gone = dice.choice(turns)
                async with ann.database.unit_of_work() as db:
                    await db.execute(
                        sa.delete(conversations).where(conversations.c.id == gone.conversation_id)
                    )
                untouched.discard(gone.conversation_id)
    assert len(seen) == len(set(seen))
    assert untouched <= set(seen)


async def test_list_refuses_nonsense(ann: Talk) -> None:
    """A forged cursor and an invalid page size are refused."""
    with pytest.raises(errors.CursorInvalid):
        await ann.page("nonsense")
    with pytest.raises(errors.CursorInvalid):
        await ann.page("nonsense", q="x")
    for limit in (0, -1, 101):
        with pytest.raises(errors.InvalidField):
            await ann.page(limit=limit)
    with pytest.raises(errors.InvalidField):
        await ann.page(q="x" * 201)


async def test_search(ann: Talk, ben: Talk) -> None:
    """Search finds words in titles, questions and answers, ignoring case; only in one's own
    conversations."""
    by_title, by_question, by_answer = [await ann.say("x") for _ in range(2)] + [await ann.say("x")]
    async with ann.database.unit_of_work() as db:
        await room.rename(db, ann.vault, ANN, by_title.conversation_id, "Über GRÜSSE")
    await ann.say("wie man Grüße schreibt", by_question.conversation_id)
    await ann.finish(by_answer, "... grüße ...")
    await ben.say("grüße")
    await ann.say("nothing of the kind")
    found = {item.id for item in await ann.pages(q=" GRÜßE ")}
    assert found == {
        by_title.conversation_id,
        by_question.conversation_id,
        by_answer.conversation_id,
    }
    assert await ann.pages(q="grüße%") == []
    assert len(await ann.pages(q="  ")) == 4


@LAW
@given(
    hits=st.lists(st.booleans(), max_size=30),
    limit=st.integers(1, 7),
    bound=st.integers(1, 60),
)
async def test_search_pages_find_everything(
    ann: Talk, monkeypatch: pytest.MonkeyPatch, hits: list[bool], limit: int, bound: int
) -> None:
    """Law: pages of a search together are the matching part of the list in order, however early
    each call stops."""
    await _wipe(ann)
    monkeypatch.setattr(search, "MAX_SCANNED", bound)
    monkeypatch.setattr(search, "_BATCH", 4)
    for hit in hits:
        ann.clock.advance(seconds=1)
        await ann.say("needle" if hit else "hay")
    found = await ann.pages(limit, q="needle")
    whole = await ann.pages(100)
    expected = [item for item, hit in zip(whole, reversed(hits), strict=True) if hit]
    assert found == expected


async def test_export_and_erase(ann: Talk, ben: Talk) -> None:
    """An export holds all of a person's conversations and messages; erasure deletes them, and
    nobody else's."""
    turn = await ann.say("One")
    await ann.finish(turn, "Uno")
    await ann.say("Two", turn.conversation_id)
    ann.clock.advance(seconds=1)
    await ann.say("Other")
    kept = await ben.say("theirs")
    async with ann.database.snapshot() as db:
        copy = [item async for item in room.export(db, ann.vault, ANN)]
        assert [item async for item in room.export(db, ann.vault, 999)] == []
    assert [len(found) for _, found in copy] == [4, 2]
    assert {message.text for message in copy[0][1]} == {"One", "Uno", "Two", ""}
    async with ann.database.unit_of_work() as db:
        await room.erase(db, ANN)
        left = (await db.execute(sa.select(messages.c.conversation_id))).scalars()
        assert set(left) == {kept.conversation_id}
    assert (await ann.page()).items == ()


async def _wipe(talk: Talk) -> None:
    async with talk.database.unit_of_work() as db:
        await room.erase(db, talk.user_id)
