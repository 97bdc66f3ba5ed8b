"""What costs money or deletes something is done only after confirmation in the operator's own
chat.

Exercises backend/console/confirmations.py.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from backend.console import (
    BanWanted,
    BroadcastWanted,
    Confirmations,
    CreditsWanted,
    Operator,
    PlanWanted,
    RefundWanted,
    TakingWanted,
)
from backend.console.confirmations import GOOD_FOR, about_of, kind_of
from backend.console.tables import operator_confirmations
from backend.errors import ChatClosed, ConfirmationNotFound, RoleForbids
from backend.i18n import languages, translator
from backend.uuid7 import uuid7
from tests.integration.console.conftest import ANN, BOB, OPERATOR, OWNER, Desk

PLAN = PlanWanted(uuid7(), ANN, "premium", 30, "lost a day")


def asking(desk: Desk) -> Confirmations:
    """The confirmations of the console."""
    return desk.console.confirmations


async def test_nothing_is_done_before_confirmation(desk: Desk) -> None:
    """A request changes nothing; once confirmed it is done once, however often the button is
    pressed. The request is sealed, and deleted once it is decided."""
    confirmations = asking(desk)
    one = await confirmations.ask(OWNER, PLAN)
    assert desk.chat.asked == [(OPERATOR, one.id, "give_plan", f"{ANN}: premium, 30")]
    assert (await desk.access(ANN)).plan_id == "free"
    kept = sa.select(operator_confirmations.c.act)
    async with desk.database.snapshot() as db:
        sealed = (await db.execute(kept)).scalar_one()
    assert b"lost a day" not in sealed
    assert (await confirmations.decide(OWNER, one.id, yes=True)).state == "done"
    assert (await desk.access(ANN)).plan_id == "premium"
    with pytest.raises(ConfirmationNotFound):
        await confirmations.decide(OWNER, one.id, yes=True)
    async with desk.database.snapshot() as db:
        assert (await db.execute(kept)).scalar_one() is None
    assert (await confirmations.state(OWNER, one.id)).state == "done"


async def test_declined_late_or_another_persons_confirmation(desk: Desk) -> None:
    """Declining, confirming too late, and somebody else's press do nothing."""
    confirmations = asking(desk)
    one = await confirmations.ask(OWNER, PLAN)
    assert (await confirmations.decide(OWNER, one.id, yes=False)).state == "declined"
    two = await confirmations.ask(OWNER, PLAN)
    other = Operator(BOB, "owner")
    with pytest.raises(ConfirmationNotFound):
        await confirmations.state(other, two.id)
    with pytest.raises(ConfirmationNotFound):
        await confirmations.decide(other, two.id, yes=True)
    desk.clock.advance(seconds=(GOOD_FOR + timedelta(seconds=1)).total_seconds())
    assert (await confirmations.state(OWNER, two.id)).state == "expired"
    with pytest.raises(ConfirmationNotFound):
        await confirmations.decide(OWNER, two.id, yes=True)
    assert (await desk.access(ANN)).plan_id == "free"


async def test_what_fails_says_why(desk: Desk) -> None:
    """An unknown charge fails with its code; a closed chat leaves nothing to confirm."""
    confirmations = asking(desk)
    one = await confirmations.ask(OWNER, RefundWanted("nobody's"))
    done = await confirmations.decide(OWNER, one.id, yes=True)
    assert (done.state, done.error_code) == ("failed", "payment_not_found")
    desk.chat.closed.add(OPERATOR)
    with pytest.raises(ChatClosed):
        await confirmations.ask(OWNER, PLAN)
    states = sa.select(operator_confirmations.c.state)
    async with desk.database.snapshot() as db:
        assert {row.state for row in await db.execute(states)} == {"failed"}


async def test_each_act_needs_its_role(desk: Desk) -> None:
    """An operator without the role cannot request the act, and a role that was removed meanwhile
    cannot confirm it."""
    confirmations = asking(desk)
    reader = Operator(BOB, "reader")
    wanted = (PLAN, BanWanted(ANN, 0), RefundWanted("x"), TakingWanted(ANN, None),
              CreditsWanted(uuid7(), ANN, 5), BroadcastWanted(uuid7(), 3))  # fmt: skip
    for one in wanted:
        with pytest.raises(RoleForbids):
            await confirmations.ask(reader, one)
    asked = await confirmations.ask(Operator(BOB, "support"), BanWanted(ANN, 0))
    done = await confirmations.decide(reader, asked.id, yes=True)
    assert (done.state, done.error_code) == ("failed", "role_forbids")
    for one in wanted:
        assert about_of(one)
        for language in languages():
            if language in ("en", "ru", "ar"):
                key = f"bot.confirm.{kind_of(one)}"
                assert translator(language)(key, about="x") != key
