"""Turns: what starting one writes, how answers grow and end, and how branches are made.

Exercises backend/conversations/turns.py, backend/conversations/thread.py,
backend/conversations/answers.py.
"""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from backend import conversations as room
from backend import errors
from backend.citations import Citation
from backend.conversations.tables import messages
from backend.db import temporary_id
from backend.uuid7 import uuid7
from tests.integration.conversations.helpers import ANN, Talk


async def test_first_turn(ann: Talk) -> None:
    """The question and its empty, running answer are stored, and the answer is the branch."""
    turn = await ann.say("Hello?")
    assert [message.text for message in turn.history] == ["Hello?"]
    assert (turn.answer.state, turn.answer.text) == ("running", "")
    tree = await ann.tree(turn.conversation_id)
    assert list(tree.values()) == [turn.history[0], turn.answer]
    conversation = await ann.conversation(turn.conversation_id)
    assert (conversation.leaf_id, conversation.title) == (turn.answer.id, None)


async def test_second_turn_carries_history(ann: Talk) -> None:
    """The next turn gets the whole branch, oldest first, and moves the conversation to the top."""
    first = await ann.say("One")
    await ann.finish(first, "Uno")
    ann.clock.advance(minutes=1)
    second = await ann.say("Two", first.conversation_id, first.answer.id)
    assert [message.text for message in second.history] == ["One", "Uno", "Two"]
    conversation = await ann.conversation(first.conversation_id)
    assert conversation.updated_at == ann.clock()
    assert conversation.leaf_id == second.answer.id


async def test_texts_are_sealed(ann: Talk) -> None:
    """No text, title or source is readable in the database."""
    turn = await ann.say("secret question")
    source = Citation("https://secret.example", "secret source", 0, 6)
    await ann.finish(turn, "secret answer", citations=[source])
    async with ann.database.unit_of_work() as db:
        await room.rename(db, ann.vault, ANN, turn.conversation_id, "secret title")
        for table in messages.metadata.sorted_tables:
            rows = (await db.execute(sa.select(table))).all()
            assert "secret" not in repr(rows)
    tree = await ann.tree(turn.conversation_id)
    assert tree[turn.answer.id].text == "secret answer"
    assert tree[turn.answer.id].citations == (source,)


async def test_editing_makes_a_branch(ann: Talk) -> None:
    """A second question under the same parent is a sibling; neither sees the other."""
    first = await ann.say("One")
    await ann.finish(first, "Uno")
    second = await ann.say("Two", first.conversation_id, first.answer.id)
    edited = await ann.say("Two, edited", first.conversation_id, first.answer.id, branch=True)
    assert [message.text for message in edited.history] == ["One", "Uno", "Two, edited"]
    assert edited.history[-1].parent_id == second.history[-1].parent_id
    again = await ann.say("One, edited", first.conversation_id, branch=True)
    assert [message.text for message in again.history] == ["One, edited"]
    assert len(await ann.tree(first.conversation_id)) == 8


async def test_regenerating_makes_a_sibling(ann: Talk) -> None:
    """Another answer to the same question; both are kept and the new one is the branch."""
    turn = await ann.say("One")
    await ann.finish(turn, "Uno", model_id="small")
    async with ann.database.unit_of_work() as db:
        other = await room.regenerate(
            db,
            ann.vault,
            ANN,
            message_id=turn.answer.id,
            answer_id=uuid7(),
            run_id=uuid7(),
            now=ann.clock(),
        )
    assert other.history == turn.history
    assert other.answer.parent_id == turn.answer.parent_id
    tree = await ann.tree(turn.conversation_id)
    assert tree[turn.answer.id].text == "Uno"
    assert tree[other.answer.id].state == "running"
    assert (await ann.conversation(turn.conversation_id)).leaf_id == other.answer.id


async def test_only_answers_can_be_regenerated(ann: Talk) -> None:
    """A question or an unknown id cannot be regenerated."""
    turn = await ann.say("One")
    for message_id in (turn.history[0].id, uuid7()):
        async with ann.database.unit_of_work() as db:
            with pytest.raises(errors.MessageNotFound):
                await room.regenerate(
                    db,
                    ann.vault,
                    ANN,
                    message_id=message_id,
                    answer_id=uuid7(),
                    run_id=uuid7(),
                    now=ann.clock(),
                )


@pytest.mark.parametrize("state", ["stopped", "interrupted", "limited", "failed"])
async def test_continuing_in_place(ann: Talk, state: room.State) -> None:
    """An answer that ended early continues with its text under a new run; the old run can no longer
    write, even if it was still alive."""
    turn = await ann.say("Count")
    await ann.finish(turn, "1, 2", state, error_code="provider_unavailable")
    run_id = uuid7()
    async with ann.database.unit_of_work() as db:
        going = await room.continue_answer(
            db, ann.vault, ANN, message_id=turn.answer.id, run_id=run_id, now=ann.clock()
        )
    assert going.history == turn.history
    assert (going.answer.text, going.answer.state) == ("1, 2", "running")
    assert (going.answer.run_id, going.answer.error_code) == (run_id, None)
    assert not await ann.finish(turn, "from the old run")
    assert await ann.finish(going, "1, 2, 3")
    tree = await ann.tree(turn.conversation_id)
    assert tree[turn.answer.id].text == "1, 2, 3"


async def test_messages_that_cannot_be_continued(ann: Talk) -> None:
    """Not a running or complete answer, and not a question; two concurrent requests cannot both
    continue."""
    turn = await ann.say("Count")

    async def go_on(message_id: UUID) -> None:
        async with ann.database.unit_of_work() as db:
            await room.continue_answer(
                db, ann.vault, ANN, message_id=message_id, run_id=uuid7(), now=ann.clock()
            )

    for message_id in (turn.answer.id, turn.history[0].id):
        with pytest.raises(errors.AnswerNotContinuable):
            await go_on(message_id)
    with pytest.raises(errors.MessageNotFound):
        await go_on(uuid7())
    await ann.finish(turn, "1", "stopped")
    results = await asyncio.gather(
        *(go_on(turn.answer.id) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == [
        *["AnswerNotContinuable"] * 3,
        "NoneType",
    ]


async def test_answers_end_once(ann: Talk) -> None:
    """Only a running answer can be ended: the first end counts, also when two come concurrently."""
    turn = await ann.say("Hello?")
    results = await asyncio.gather(*(ann.finish(turn, f"end {n}") for n in range(4)))
    assert sorted(results) == [False, False, False, True]
    tree = await ann.tree(turn.conversation_id)
    assert tree[turn.answer.id].text == f"end {results.index(True)}"
    assert tree[turn.answer.id].state == "complete"


async def test_checkpoints(ann: Talk, ben: Talk) -> None:
    """The texts of many people's answers are stored together; an ended answer is not
    overwritten."""
    turns = [(ann, await ann.say("a")), (ben, await ben.say("b")), (ann, await ann.say("c"))]
    await ann.finish(turns[2][1], "ended")
    rows = [
        room.Checkpoint(
            talk.user_id,
            turn.conversation_id,
            turn.answer.id,
            turn.answer.run_id or uuid7(),
            f"so far {n}",
        )
        for n, (talk, turn) in enumerate(turns)
    ]
    async with ann.database.unit_of_work() as db:
        await room.checkpoint_texts(db, ann.vault, rows, ann.clock())
        await room.checkpoint_texts(db, ann.vault, [], ann.clock())
    kept = [(await talk.tree(turn.conversation_id))[turn.answer.id].text for talk, turn in turns]
    assert kept == ["so far 0", "so far 1", "ended"]


async def test_interrupting_keeps_the_checkpoint(ann: Talk) -> None:
    """An answer whose process died ends as interrupted with the text it had, once."""
    turn = await ann.say("Hello?")
    run_id = turn.answer.run_id
    assert run_id is not None
    async with ann.database.unit_of_work() as db:
        await room.checkpoint_texts(
            db,
            ann.vault,
            [room.Checkpoint(ANN, turn.conversation_id, turn.answer.id, run_id, "so far")],
            ann.clock(),
        )
        end = {"now": ann.clock(), "error_code": "run_lost"}
        answer = (ANN, turn.answer.id, run_id)
        assert not await room.interrupt_message(db, ANN, turn.answer.id, uuid7(), **end)  # type: ignore[arg-type]
        assert await room.interrupt_message(db, *answer, **end)  # type: ignore[arg-type]
        assert not await room.interrupt_message(db, *answer, **end)  # type: ignore[arg-type]
    message = (await ann.tree(turn.conversation_id))[turn.answer.id]
    assert (message.state, message.text, message.error_code) == (
        "interrupted",
        "so far",
        "run_lost",
    )


async def test_the_same_message_sent_twice_concurrently(ann: Talk) -> None:
    """One of two equal requests makes the turn; the other is told, and writes nothing."""
    conversation = await ann.say("One")
    message_id = uuid7()
    results = await asyncio.gather(
        *(ann.say("Two", conversation.conversation_id, message_id=message_id) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["MessageExists", "Turn"]
    assert len(await ann.tree(conversation.conversation_id)) == 4


async def test_two_different_messages_sent_concurrently(ann: Talk) -> None:
    """Each follows the one before, although both devices had seen the same last answer."""
    first = await ann.say("One")
    turns = await asyncio.gather(
        *(ann.say(f"Two {n}", first.conversation_id, first.answer.id) for n in range(4))
    )
    tree = await ann.tree(first.conversation_id)
    assert len(tree) == 10
    assert sorted(len(turn.history) for turn in turns) == [3, 5, 7, 9]
    assert len({message.parent_id for message in tree.values()}) == 10


async def test_the_next_question_follows_the_newest_answer(ann: Talk) -> None:
    """A device that has not seen the newest turn does not create a branch, neither with the answer
    that it saw last nor with none."""
    first = await ann.say("One")
    await ann.finish(first, "Uno")
    elsewhere = await ann.say("Two", first.conversation_id, first.answer.id)
    await ann.finish(elsewhere, "Due")
    for parent_id in (first.answer.id, None):
        turn = await ann.say("Three", first.conversation_id, parent_id)
        assert [message.text for message in turn.history[:4]] == ["One", "Uno", "Two", "Due"]
        await ann.finish(turn, "Tre")


async def test_a_chosen_branch_is_continued(ann: Talk) -> None:
    """The question follows the branch's newest message, whichever message of it was named."""
    first = await ann.say("One")
    second = await ann.say("Two", first.conversation_id)
    await ann.say("One, edited", first.conversation_id, branch=True)
    async with ann.database.unit_of_work() as db:
        await room.set_leaf(db, ann.vault, ANN, first.conversation_id, first.history[0].id)
    third = await ann.say("Three", first.conversation_id)
    assert third.history[-1].parent_id == second.answer.id


async def test_only_as_much_as_fits_is_read(ann: Talk) -> None:
    """Of a long conversation the newest messages are read, over several pages, and the turn says
    that it is not whole."""
    turn = await ann.say("Question 0")
    for number in range(1, 80):
        turn = await ann.say(f"Question {number}", turn.conversation_id)
    asked: list[str] = []

    def hundred(message: room.Message) -> bool:
        asked.append(message.text)
        return len(asked) < 100

    last = await ann.say("The last", turn.conversation_id, takes=hundred)
    assert not last.whole
    assert len(last.history) == 101
    assert len(asked) == 100
    assert last.history[-2].id == turn.answer.id
    whole = await ann.say("And all", turn.conversation_id)
    assert whole.whole
    assert len(whole.history) == 163
    assert whole.history[0].text == "Question 0"


async def test_creating_twice_makes_one_conversation(ann: Talk) -> None:
    """`create` makes a conversation only if it does not exist."""
    conversation_id = uuid7()

    async def say(text: str) -> room.Turn:
        async with ann.database.unit_of_work() as db:
            return await room.start_turn(
                db,
                ann.vault,
                ANN,
                conversation_id=conversation_id,
                message_id=uuid7(),
                parent_id=None,
                text=text,
                answer_id=uuid7(),
                run_id=uuid7(),
                now=ann.clock(),
                create=True,
            )

    await asyncio.gather(say("One"), say("Two"))
    assert len(await ann.tree(conversation_id)) == 4
    assert len((await ann.page()).items) == 1


async def test_an_ended_temporary_conversation_gets_no_new_key(ann: Talk) -> None:
    """Its device asks to create it again, though its key is gone: it is not found, and no key is
    made, also where changes wait before they are sent."""
    conversation_id = temporary_id(ann.clock())

    async def say(text: str) -> room.Turn:
        return await ann.database.write(
            lambda db: room.start_turn(
                db,
                ann.vault,
                ANN,
                conversation_id=conversation_id,
                message_id=uuid7(),
                parent_id=None,
                text=text,
                answer_id=uuid7(),
                run_id=uuid7(),
                now=ann.clock(),
                create=True,
            )
        )

    await say("One")
    await ann.vault.temporary.drop(ANN, conversation_id)
    with pytest.raises(errors.ConversationNotFound):
        await say("Two")
    assert await ann.vault.temporary.find(ANN, conversation_id) is None


async def test_refused_sends_leave_nothing(ann: Talk) -> None:
    """Each kind of bad input has its own error, and its transaction writes nothing."""
    first = await ann.say("One")
    question = first.history[0].id
    other = await ann.say("elsewhere")

    def say(text: str, **more: Any) -> object:
        return ann.say(text, **{"conversation_id": first.conversation_id, **more})

    refused = [
        (say("  "), errors.InvalidField),
        (say("x" * (room.MAX_TEXT + 1)), errors.MessageTooLong),
        (say("x", message_id=uuid4()), errors.InvalidField),
        (say("x", parent_id=question), errors.InvalidField),
        (say("x", parent_id=uuid7()), errors.MessageNotFound),
        (say("x", parent_id=other.answer.id), errors.MessageNotFound),
        (say("x", message_id=question), errors.MessageExists),
        (ann.say("x", uuid7()), errors.ConversationNotFound),
        (ann.say("x", None, first.answer.id), errors.MessageNotFound),
    ]
    for attempt, error in refused:
        with pytest.raises(error):
            await attempt  # type: ignore[misc]
    assert len(await ann.tree(first.conversation_id)) == 2
    assert len((await ann.page()).items) == 2
    await ann.say("x" * room.MAX_TEXT)


async def test_other_peoples_ids(ann: Talk, ben: Talk) -> None:
    """Another person's ids are unknown ids: the same errors, and nothing changes."""
    mine = await ann.say("mine")
    await ann.finish(mine, "answer", "stopped")
    with pytest.raises(errors.ConversationNotFound):
        await ben.say("x", mine.conversation_id)
    own = await ben.say("own")
    with pytest.raises(errors.MessageNotFound):
        await ben.say("x", own.conversation_id, mine.answer.id)
    assert not await ben.finish(mine, "taken over")
    now = ben.clock()
    key = (ben.vault, ben.user_id)
    answer_id, run_id = uuid7(), uuid7()
    for attempt in (
        lambda db: room.path_to(db, *key, mine.answer.id, takes=room.newest(9)),
        lambda db: room.get_message(db, *key, mine.answer.id),
        lambda db: room.continue_answer(
            db, *key, message_id=mine.answer.id, run_id=run_id, now=now
        ),
        lambda db: room.regenerate(
            db, *key, message_id=mine.answer.id, answer_id=answer_id, run_id=run_id, now=now
        ),
    ):
        with pytest.raises(errors.MessageNotFound):
            async with ben.database.unit_of_work() as db:
                await attempt(db)
    assert (await ann.tree(mine.conversation_id))[mine.answer.id].text == "answer"


async def test_same_ids_of_two_people_do_not_meet(ann: Talk, ben: Talk) -> None:
    """Ids are per person: using another person's id reveals nothing."""
    mine = await ann.say("mine")
    message_id = mine.history[0].id
    theirs = await ben.say("theirs", message_id=message_id)
    assert theirs.history[0].id == message_id
    assert [message.text for message in theirs.history] == ["theirs"]


async def test_a_turn_needs_few_statements(ann: Talk) -> None:
    """Starting a turn takes four statements, the first of which finds the conversation's end and
    locks it, and ending it takes one, whatever else the person has."""
    first = await ann.say("One")
    for _ in range(10):
        await ann.say("another")
    await ann.finish(first, "Uno")
    statements: list[str] = []

    def seen(*args: object) -> None:
        statements.append(str(args[2]).split()[0])

    event.listen(ann.database.engine.sync_engine, "before_cursor_execute", seen)
    second = await ann.say("Two", first.conversation_id, first.answer.id)
    await ann.finish(second, "Dos")
    writing = [word for word in statements if word not in ("BEGIN", "COMMIT")]
    assert writing == ["SELECT", "WITH", "INSERT", "UPDATE", "UPDATE"]


async def test_long_branch(ann: Talk) -> None:
    """A long conversation is read whole and in order."""
    turn = await ann.say("0")
    await ann.finish(turn, "answer")
    for number in range(1, 60):
        turn = await ann.say(str(number), turn.conversation_id, turn.answer.id)
        await ann.finish(turn, "answer")
    asked = [message.text for message in turn.history if message.role == "user"]
    assert asked == [str(number) for number in range(60)]
