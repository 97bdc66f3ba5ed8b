"""Messages to many: who gets them, nobody gets one twice, and what remains after a crash.

Exercises backend/console/broadcasts.py, backend/console/broadcast_sender.py,
backend/console/ports.py, backend/console/erasing.py, backend/wiring/erased.py,
backend/tasks/broadcasts.py.
"""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa

from backend import identity
from backend.billing import operator_grants
from backend.console import Broadcast, BroadcastSender, Operator, Segment, Told, erase
from backend.console.broadcast_sender import A_SECOND
from backend.console.tables import broadcasts
from backend.errors import BroadcastNotFound, InvalidField, RoleForbids
from backend.identity import SettingsChange, change_settings
from backend.privacy.tables import access_log
from backend.uuid7 import uuid7
from tests.integration.console.conftest import ANN, BOB, OPERATOR, OWNER, Desk

PEOPLE = (ANN, BOB, OPERATOR)
EVERYBODY = Segment()


class Crash(BaseException):
    """The process dies."""


class Tellers:
    """A Telegram under the test's control: `says` by person; `dies_at` is the person at whom the
    process dies."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.says: dict[int, Told] = {}
        self.dies_at: int | None = None

    async def send_broadcast(self, user_id: int, text: str) -> Told:
        """See BroadcastChat."""
        await asyncio.sleep(0)
        if user_id == self.dies_at:
            self.dies_at = None
            raise Crash
        outcome = self.says.get(user_id, "sent")
        if outcome == "sent":
            self.told.append(user_id)
        return outcome


def sender(desk: Desk, chat: Tellers) -> BroadcastSender:
    """The sender of a worker; its pauses move the test's clock."""

    async def sleep(seconds: float) -> None:
        desk.clock.advance(seconds=seconds)

    return BroadcastSender(desk.database, desk.clock, chat, sleep)


async def written(desk: Desk, segment: Segment = EVERYBODY) -> Broadcast:
    """A draft of a message to many."""
    return await desk.console.broadcasts.write(OWNER, uuid7(), "We are back.", segment)


async def report(desk: Desk, broadcast_id: UUID) -> Broadcast:
    """The message with its current figures."""
    return await desk.console.broadcasts.get(OWNER, broadcast_id)


async def test_everybody_is_sent_it_once(desk: Desk) -> None:
    """Two workers send concurrently, at one common rate, until all are done."""
    draft = await written(desk)
    assert (draft.state, draft.people) == ("draft", 3)
    chat, begun = Tellers(), desk.clock()
    await desk.console.broadcasts.begin(OWNER, draft.id)
    await asyncio.gather(sender(desk, chat).work(), sender(desk, chat).work())
    assert sorted(chat.told) == sorted(PEOPLE)
    assert (desk.clock() - begun).total_seconds() >= 2 / A_SECOND
    ended = await report(desk, draft.id)
    assert (ended.state, ended.sent, ended.unsure) == ("done", 3, 0)
    assert ended.ended_at is not None
    await desk.console.broadcasts.begin(OWNER, draft.id)
    assert await sender(desk, chat).work() == 0


async def test_a_crash_sends_nothing_twice(desk: Desk) -> None:
    """A person whose delivery was interrupted is not sent it again, and the report counts them as
    unsure."""
    draft, chat = await written(desk), Tellers()
    await desk.console.broadcasts.begin(OWNER, draft.id)
    chat.dies_at = BOB
    with pytest.raises(Crash):
        await sender(desk, chat).work()
    assert chat.told == [ANN]
    await sender(desk, chat).work()
    assert chat.told == [ANN, OPERATOR]
    ended = await report(desk, draft.id)
    assert (ended.state, ended.sent, ended.unsure) == ("done", 2, 1)


async def test_stopped_and_resumed(desk: Desk) -> None:
    """Stopped after the first person it sends to nobody else; resumed, it continues after them."""
    draft, chat = await written(desk), Tellers()
    board = desk.console.broadcasts
    await board.begin(OWNER, draft.id)

    class Stopping(Tellers):
        async def send_broadcast(self, user_id: int, text: str) -> Told:
            await board.stop(OWNER, draft.id)
            return await chat.send_broadcast(user_id, text)

    await sender(desk, Stopping()).work()
    assert chat.told == [ANN]
    assert (await report(desk, draft.id)).state == "stopped"
    assert await sender(desk, chat).work() == 0
    await board.begin(OWNER, draft.id)
    await sender(desk, chat).work()
    assert chat.told == list(PEOPLE)
    assert (await report(desk, draft.id)).people == 3


async def test_closed_chats_failures_and_a_busy_telegram(desk: Desk) -> None:
    """Each is counted; when Telegram is busy the sender waits and retries the same person."""
    draft, chat = await written(desk), Tellers()
    chat.says = {ANN: "closed", BOB: "busy", OPERATOR: "failed"}
    await desk.console.broadcasts.begin(OWNER, draft.id)
    await sender(desk, chat).work()
    waiting = await report(desk, draft.id)
    assert (waiting.state, waiting.closed, waiting.begun) == ("running", 1, 1)
    chat.says[BOB] = "sent"
    desk.clock.advance(seconds=61)
    await sender(desk, chat).work()
    ended = await report(desk, draft.id)
    assert (ended.sent, ended.closed, ended.failed, ended.unsure) == (1, 1, 1, 0)


async def test_segments_and_opting_out(desk: Desk) -> None:
    """Segments by plan, by language with its regions, and by both; people who opted out get nothing
    until they opt in again."""
    async with desk.database.unit_of_work() as db:
        await operator_grants.give_time(db, ANN, "premium", 30, uuid7(), desk.clock())
        await identity.remember(db, BOB, "ar-eg", desk.clock())
        change = SettingsChange(language="ar")
        await change_settings(db, desk.vault, OPERATOR, change)

    async def counted(**segment: str) -> int:
        return (await written(desk, Segment(**segment))).people

    assert await counted(plan_id="premium") == 1
    assert await counted(plan_id="free") == 2
    assert await counted(language="ar") == 2
    assert await counted(language="a") == 0
    assert await counted(plan_id="premium", language="ar") == 0
    await desk.console.broadcasts.want(BOB, wanted=False)
    assert await counted(language="ar") == 1
    await desk.console.broadcasts.want(BOB, wanted=True)
    assert await counted(language="ar") == 2
    desk.clock.advance(days=60)
    assert await counted(plan_id="free") == 3


async def test_only_owners_and_only_valid_messages(desk: Desk) -> None:
    """Other roles are refused, and so are an empty or too long text and an unknown plan; all is
    logged."""
    board = desk.console.broadcasts
    draft = await written(desk)
    for role in ("support", "finance", "reader"):
        other = Operator(BOB, role)
        for act in (board.begin, board.stop, board.get):
            with pytest.raises(RoleForbids):
                await act(other, draft.id)
        with pytest.raises(RoleForbids):
            await board.listed(other)
    for text, segment in ((" ", Segment()), ("x" * 3501, Segment()), ("x", Segment("gold"))):
        with pytest.raises(InvalidField):
            await board.write(OWNER, uuid7(), text, segment)
    with pytest.raises(BroadcastNotFound):
        await board.begin(OWNER, uuid7())
    again = await board.write(OWNER, draft.id, "Another text", Segment())
    assert again.text == "We are back."
    await board.begin(OWNER, draft.id)
    await board.begin(OWNER, draft.id)
    await board.stop(OWNER, draft.id)
    await board.preview(OWNER, draft.id, OPERATOR)
    assert desk.chat.sent[-1] == (OPERATOR, "We are back.")
    async with desk.database.snapshot() as db:
        rows = await db.execute(sa.select(access_log.c.action))
        actions = [row.action for row in rows]
        kept = (await db.execute(sa.select(broadcasts.c.state))).all()
    assert sorted(actions) == ["broadcast_begun", "broadcast_stopped", "broadcast_written"]
    assert [row.state for row in kept] == ["stopped"]


async def test_opting_out_is_erased_with_the_person(desk: Desk) -> None:
    """The choice is deleted with the person."""
    await desk.console.broadcasts.want(BOB, wanted=False)
    async with desk.database.unit_of_work() as db:
        await erase(db, BOB)
    assert (await written(desk)).people == 3
