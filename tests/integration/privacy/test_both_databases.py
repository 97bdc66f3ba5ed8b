"""What people control, on SQLite and PostgreSQL alike: links, checks, temporary conversations,
deletion with undo, and placeholders. The access log has its own tests of this kind.

Exercises backend/conversations/shared_content.py.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend import conversations as room
from backend import identity
from backend.checks import Check, Claim, Price, store
from backend.conversations import UNDO_LIFE, Asked, sharing
from backend.conversations.path import everything
from backend.db import TEMPORARY_LIFE, Database, Vault
from backend.errors import CheckNotFound, ConversationNotFound, MessageNotFound, ShareNotFound
from backend.uuid7 import uuid7
from tests.conftest import Clock
from tests.integration.conversations.helpers import ANN, BEN, Talk

TEMPORARY = UUID("01a20972-9d30-8d13-b09c-835c61e1c88e")


@pytest.fixture
def talk(database: Database, vault: Vault, clock: Clock) -> Talk:
    """Ann's conversations."""
    return Talk(database, vault, clock)


async def answered(talk: Talk, text: str = "Answer") -> room.Turn:
    """A question with an answer."""
    turn = await talk.say("Question")
    await talk.finish(turn, text)
    return turn


async def test_links(talk: Talk, database: Database, vault: Vault, clock: Clock) -> None:
    """Created, opened, listed and ended; closed after their time, and nobody else's to end."""
    turn = await answered(talk)
    of = (vault, ANN, turn.conversation_id)
    async with database.unit_of_work() as db:
        content = await sharing.shared_content(db, *of, turn.answer.id, None, "Ann")
        made = await sharing.add_share(db, *of, content, 7, clock())
    async with database.snapshot() as db:
        assert await sharing.open_share(db, vault, ANN, made.id, clock()) == made
        assert await sharing.list_shares(db, vault, ANN, clock()) == [made]
        for owner, moment in ((BEN, clock()), (ANN, made.expires_at)):
            with pytest.raises(ShareNotFound):
                await sharing.open_share(db, vault, owner, made.id, moment)
    async with database.unit_of_work() as db:
        await sharing.end_share(db, ANN, made.id)
        assert await sharing.list_shares(db, vault, ANN, clock()) == []


async def test_deleted_messages_disappear_from_links(
    talk: Talk, database: Database, vault: Vault, clock: Clock
) -> None:
    """Hidden at once and shown again if undone; later deleted for good, also from the link's stored
    copy."""
    turn = await answered(talk)
    of = (vault, ANN, turn.conversation_id)
    async with database.unit_of_work() as db:
        content = await sharing.shared_content(db, *of, turn.answer.id, None, None)
        made = await sharing.add_share(db, *of, content, 7, clock())
        await room.delete_message(db, ANN, turn.answer.id, clock())
        (left,) = (await sharing.open_share(db, vault, ANN, made.id, clock())).content.messages
        assert left.text == "Question"
        await room.restore_message(db, ANN, turn.answer.id, clock())
        assert await sharing.open_share(db, vault, ANN, made.id, clock()) == made
        await room.delete_message(db, ANN, turn.history[-1].id, clock())
        assert await room.forget_overdue(db, vault, ANN, clock() + UNDO_LIFE) == 2
        with pytest.raises(ShareNotFound):
            await sharing.open_share(db, vault, ANN, made.id, clock())


async def test_deleting_can_be_undone_for_ten_seconds(
    talk: Talk, database: Database, vault: Vault, clock: Clock
) -> None:
    """A conversation and a message alike; after ten seconds there is nothing to restore."""
    turn = await answered(talk)
    async with database.unit_of_work() as db:
        await room.delete_conversation(db, vault, ANN, turn.conversation_id, clock())
    clock.advance(seconds=9)
    async with database.unit_of_work() as db:
        await room.restore_conversation(db, ANN, turn.conversation_id, clock())
        await room.delete_message(db, ANN, turn.answer.id, clock())
    clock.advance(seconds=10)
    async with database.unit_of_work() as db:
        with pytest.raises(MessageNotFound):
            await room.restore_message(db, ANN, turn.answer.id, clock())
        assert await room.people_with_overdue(db, clock()) == [ANN]
        assert await room.forget_overdue(db, vault, ANN, clock()) == 1
        await room.delete_conversation(db, vault, ANN, turn.conversation_id, clock())
    clock.advance(seconds=10)
    async with database.unit_of_work() as db:
        with pytest.raises(ConversationNotFound):
            await room.restore_conversation(db, ANN, turn.conversation_id, clock())
        assert await room.forget_overdue(db, vault, ANN, clock()) > 0
        assert await room.people_with_overdue(db, clock()) == []


async def test_temporary_chats(talk: Talk, database: Database, vault: Vault, clock: Clock) -> None:
    """Readable while their key exists; in no list, and deleted after a day."""
    async with database.unit_of_work() as db:
        await room.start_turn(
            db, vault, ANN, conversation_id=TEMPORARY, message_id=uuid7(clock()), parent_id=None,
            text="Between us", answer_id=uuid7(clock()), run_id=uuid7(clock()), now=clock(),
            create=True, takes=everything,
        )  # fmt: skip
    async with database.snapshot() as db:
        first, _ = await room.get_messages(db, vault, ANN, TEMPORARY)
        assert first.text == "Between us"
        assert (await room.get_conversation(db, vault, ANN, TEMPORARY)).expires_at is not None
    clock.advance(seconds=TEMPORARY_LIFE.total_seconds())
    async with database.unit_of_work() as db:
        assert await room.people_with_overdue(db, clock()) == [ANN]
        await room.forget_overdue(db, vault, ANN, clock())
    async with database.snapshot() as db:
        with pytest.raises(ConversationNotFound):
            await room.get_conversation(db, vault, ANN, TEMPORARY)


async def test_checks(talk: Talk, database: Database, vault: Vault, clock: Clock) -> None:
    """Listed, run, ended once, deleted; deleted with their message, and visible to their owner
    only."""
    turn = await answered(talk)
    check = Check(
        id=uuid7(clock()), state="listed", claims=(Claim("It rains"),), text="", model_id="m",
        model_name="M", provider="p", simulated=True, price=Price(1, 20), created_at=clock(),
        conversation_id=turn.conversation_id, message_id=turn.answer.id,
    )  # fmt: skip
    async with database.unit_of_work() as db:
        await store.add(db, vault, ANN, check)
        await store.add(db, vault, ANN, check)
        assert await store.begin(db, vault, ANN, check, clock())
        assert not await store.begin(db, vault, ANN, check, clock())
        assert await store.begun_before(db, clock() + timedelta(1)) == [(ANN, check.id)]
        ended = replace(check, state="complete", ended_at=clock(), cost_micro_dollars=7)
        assert await store.end(db, vault, ANN, ended)
        assert not await store.end(db, vault, ANN, ended)
    async with database.unit_of_work() as db:
        (found,) = await store.of_message(db, vault, ANN, turn.answer.id)
        assert (found.state, found.cost_micro_dollars) == ("complete", 7)
        with pytest.raises(CheckNotFound):
            await store.get(db, vault, BEN, check.id)
        await room.delete_message(db, ANN, turn.answer.id, clock())
        await room.forget_overdue(db, vault, ANN, clock() + UNDO_LIFE)
        with pytest.raises(CheckNotFound):
            await store.get(db, vault, ANN, check.id)


async def test_placeholders(talk: Talk, database: Database, vault: Vault, clock: Clock) -> None:
    """What each placeholder means in the whole conversation, and whether the person is asked."""
    asked = Asked(placeholders={"[name 1]": "Ben"})
    conversation = uuid7(clock())
    async with database.unit_of_work() as db:
        await room.start_turn(
            db, vault, ANN, conversation_id=conversation, message_id=uuid7(clock()),
            parent_id=None, text="[name 1] asks", answer_id=uuid7(clock()), run_id=uuid7(clock()),
            now=clock(), create=True, asked=asked, takes=everything,
        )  # fmt: skip
        assert await room.placeholders_of(db, vault, ANN, conversation) == asked.placeholders
        assert await room.placeholders_of(db, vault, BEN, conversation) == {}
        await identity.remember(db, ANN, "en", clock())
        assert not (await identity.profile(db, vault, ANN)).redact_others
        await identity.change_settings(db, vault, ANN, identity.SettingsChange(redact_others=True))
        assert (await identity.profile(db, vault, ANN)).redact_others
