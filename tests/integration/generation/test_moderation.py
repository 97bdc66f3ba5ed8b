"""Moderation of runs: questions before anybody is asked, answers while they are written and after.

Exercises backend/generation/run/moderation.py, backend/safety/guard.py,
backend/safety/refusals.py, backend/errors/safety.py.
"""

from typing import Any

import pytest
import sqlalchemy as sa

from backend.conversations import get_conversation
from backend.errors import ConsentNeeded, ModerationUnavailable
from backend.generation import Continue, Regenerate
from backend.generation.fakes import FixedModels
from backend.generation.run.moderation import OVERLAP
from backend.llm import Done, Reasoning, Text, ToolActivity
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever, Pause, Script
from backend.safety import JudgedText, Refusal
from backend.safety.fakes import RefusesWord
from backend.safety.tables import refusals
from backend.uuid7 import uuid7
from tests.fixtures.generation import USER, MakeRoom, Room, model, text_of, until

BAD = "zugzwang"


async def recorded(room: Room) -> list[tuple[str, str]]:
    """The recorded refusals: side and category."""
    async with room.database.snapshot() as db:
        rows = await db.execute(sa.select(refusals.c.side, refusals.c.category))
        return [(row.side, row.category) for row in rows]


async def test_a_refused_question_reaches_no_provider(make_room: MakeRoom) -> None:
    """A refused question reaches no model, leaves no receipt and uses no quota; the end says why,
    and so does a replay."""
    adapter = FakeAdapter.saying("ok")
    room = await make_room(adapter, moderation=RefusesWord(BAD))
    run = await room.send(f"What is {BAD}?")
    events = await room.events(run)
    assert (events[-1]["state"], events[-1]["errorCode"]) == ("failed", "question_refused")
    assert events[-1]["errorTitle"] == "This service doesn’t answer that"
    assert adapter.requests == []
    assert room.receipts.entries == []
    assert await room.quota() == (0, 0)
    assert await recorded(room) == [("question", "test")]
    assert (await room.message(run)).error_code == "question_refused"


async def test_a_refused_question_is_not_sent_with_a_later_one(make_room: MakeRoom) -> None:
    """The conversation continues without the refused question; asking for another answer to it is
    refused again."""
    adapter = FakeAdapter.saying("ok")
    room = await make_room(adapter, moderation=RefusesWord(BAD))
    first = await room.send("Hello")
    await room.events(first)
    later: dict[str, Any] = {"conversation_id": first.conversation_id, "create": False}
    refused = await room.send(f"What is {BAD}?", parent_id=first.message_id, **later)
    await room.events(refused)
    third = await room.send("And now?", parent_id=refused.message_id, **later)
    assert text_of(await room.events(third)) == "ok"
    assert [turn.text for turn in adapter.requests[-1].turns] == ["Hello", "ok", "And now?"]
    again = await room.generation.regenerate(
        USER, "en", Regenerate(id=uuid7(), message_id=refused.message_id)
    )
    assert (await room.events(again))[-1]["errorCode"] == "question_refused"
    assert len(adapter.requests) == 2


async def test_an_answer_is_judged_while_it_is_written(make_room: MakeRoom) -> None:
    """An answer that breaks a rule is cut at the next check; text, thoughts and activity are
    removed for readers and in the database. Its cost is booked, and the message is returned."""
    script: Script = [
        Batch(Reasoning("secret thought")),
        Batch(ToolActivity("web", "started", "secret query")),
        Batch(Text(f"So far a {BAD} and")),
        Forever(),
    ]
    room = await make_room(FakeAdapter(script), moderation=RefusesWord(BAD, "games"))
    run = await room.send()
    await room.first_text(run)
    await room.generation.parts.moderation.look()
    live = await room.events(run)
    assert [one["type"] for one in live][-2:] == ["text_withdrawn", "end"]
    assert live[-1]["errorCode"] == "answer_withheld"
    assert live[-1]["state"] == "failed"
    assert await recorded(room) == [("answer", "games")]
    kept = await room.message(run)
    assert (kept.text, kept.thinking) == ("", None)
    assert await room.quota() == (0, 0)
    assert (await room.row(run)).output_tokens > 0
    await room.log.aclose()
    parts = room.generation.parts
    frames = b"".join([one async for one in await parts.replayer.follow(USER, run.id, 0)])
    assert b"secret" not in frames
    assert BAD.encode() not in frames
    assert b"text_withdrawn" in frames


async def test_the_end_of_an_answer_is_judged_too(make_room: MakeRoom) -> None:
    """An answer is also judged at its end, before which a quick one may not have been checked."""
    room = await make_room(FakeAdapter.saying(f"A {BAD}"), moderation=RefusesWord(BAD))
    run = await room.send()
    events = await room.events(run)
    assert events[-1]["errorCode"] == "answer_withheld"
    assert (await room.message(run)).text == ""


async def test_earlier_text_of_an_answer_stays(make_room: MakeRoom) -> None:
    """When a continuation is withheld, only the added text is removed."""
    room = await make_room(FakeAdapter([Batch(Text("Fine. ")), Batch(Done("length"))]))
    run = await room.send()
    await room.events(run)
    other = await make_room(FakeAdapter.saying(f"Then {BAD}"), moderation=RefusesWord(BAD))
    more = await other.generation.continue_answer(
        USER, "en", Continue(id=uuid7(), message_id=run.message_id)
    )
    events = await other.events(more)
    assert (events[-1]["state"], events[-1]["errorCode"]) == ("interrupted", "answer_withheld")
    assert (await other.message(run)).text == "Fine. "


async def test_checks_of_parts_find_what_one_check_would(make_room: MakeRoom) -> None:
    """Each check judges the new text with a short overlap that starts at a word; a phrase split
    over two checks is found."""
    judge = RefusesWord("never there")
    pieces = ("word " * 2_000, "nev", "er th", "ere.")
    script: Script = [one for piece in pieces for one in (Batch(Text(piece)), Pause(0.15))]
    room = await make_room(FakeAdapter([*script, Forever()]), moderation=judge)
    run = await room.send("hello")
    moderation, active = room.generation.parts.moderation, room.generation.parts.active

    async def is_written() -> bool:
        await moderation.look()
        return any(running.text.endswith("ere.") for running in active)

    await until(is_written)
    await room.generation.stop(USER, run.id)
    assert (await room.events(run))[-1]["errorCode"] == "answer_withheld"
    shown = [one.text for one in judge.shown if one.side == "answer"]
    assert all(text.lstrip().startswith("word") for text in shown)
    assert sum(map(len, shown)) < 10_000 + len(pieces) * 2 * OVERLAP


async def test_stopped_answers_are_judged(make_room: MakeRoom) -> None:
    """After a stop, text that moderation withholds is not stored."""
    script: Script = [Batch(Text(f"So far {BAD} and")), Forever()]
    room = await make_room(FakeAdapter(script), moderation=RefusesWord(BAD))
    run = await room.send()
    await room.first_text(run)
    await room.generation.stop(USER, run.id)
    assert (await room.events(run))[-1]["errorCode"] == "answer_withheld"
    assert (await room.message(run)).text == ""


class Down:
    """A moderation that is down; `sees` questions all the same."""

    provider: str | None = None
    name = ""

    def __init__(self, *sides: str) -> None:
        self._sides = sides

    async def judge(self, judged: JudgedText) -> Refusal | None:
        """See Moderation."""
        if judged.side in self._sides:
            raise ModerationUnavailable
        return None


@pytest.mark.parametrize("side", ["question", "answer"])
async def test_an_answer_that_could_not_be_judged_is_not_shown(
    make_room: MakeRoom, side: str
) -> None:
    """If moderation is down and the operator requires it, the answer ends with that reason, not as
    refused."""
    adapter = FakeAdapter.saying("words")
    room = await make_room(adapter, moderation=Down(side))
    run = await room.send()
    events = await room.events(run)
    assert (events[-1]["state"], events[-1]["errorCode"]) == ("failed", "moderation_unavailable")
    assert len(adapter.requests) == (side == "answer")
    assert (await room.message(run)).text == ""
    assert await recorded(room) == []


class Elsewhere(RefusesWord):
    """A moderation at a remote provider."""

    provider = "judge"
    name = "Judge"


class Nobody:
    """Nobody has agreed to any remote provider."""

    async def agreed(self, db: object, user_id: int) -> frozenset[str]:
        """See ConsentCheck."""
        return frozenset({"local"})


async def test_a_remote_moderator_needs_consent(make_room: MakeRoom) -> None:
    """The question is held until the person consents to the moderation provider; models of this
    server need no consent."""
    here = FixedModels(model("own", provider="local"))
    room = await make_room(
        FakeAdapter.saying("ok"), moderation=Elsewhere(BAD), models=here, consents=Nobody()
    )
    with pytest.raises(ConsentNeeded) as refusal:
        await room.send()
    assert refusal.value.details == {"provider": "judge", "model": "Judge"}
    run = await room.send(server_only=True)
    assert text_of(await room.events(run)) == "ok"


async def test_a_refused_title_is_dropped(make_room: MakeRoom) -> None:
    """A model's refused words are removed too; their cost is booked, and there is nothing to
    appeal."""
    ok: Script = [Batch(Text("ok"), Done("stop"))]
    title: Script = [Batch(Text(f"About a {BAD}"), Done("stop"))]
    room = await make_room(FakeAdapter(ok, title), titles=True, moderation=RefusesWord(BAD))
    run = await room.send()
    assert (await room.events(run))[-1]["state"] == "complete"
    await until(lambda: len(room.receipts.ends) == 2)
    async with room.database.snapshot() as db:
        shown = await get_conversation(db, room.vault, USER, run.conversation_id)
    assert shown.title is None
    assert await recorded(room) == []
