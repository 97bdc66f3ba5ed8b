"""The operator's console: what it grants, revokes, stops and shows, and what it logs.

Exercises backend/console/service.py, backend/console/person_card.py,
backend/console/switchboard.py, backend/billing/operator_grants.py,
backend/metering/restrictions.py, backend/console/roles.py, backend/console/tables.py,
backend/errors/console.py.
"""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
import sqlalchemy as sa

from backend import identity
from backend.console import MAINTENANCE, MODEL, Operator, Role, Switchboard
from backend.errors import (
    ChatClosed,
    InvalidField,
    PersonBanned,
    PersonNotKnown,
    PlanNotFound,
    QuotaExhausted,
    RequestNotFound,
    RoleForbids,
    TanyaError,
)
from backend.metering import quota
from backend.privacy.tables import access_log, access_names
from tests.integration.console.conftest import ANN, BOB, OPERATOR, OWNER, Desk


async def ask(desk: Desk, user_id: int) -> None:
    """Reserve and settle a message of the cheapest class."""
    run_id = uuid4()
    async with desk.database.unit_of_work() as db:
        await quota.reserve_quota(db, user_id, run_id, "free", desk.clock(), most=0, daily_cap=None)
        await quota.settle_quota(db, user_id, run_id, desk.clock())


async def test_a_plan_is_granted_once_and_revoked(desk: Desk) -> None:
    """A repeated grant has no effect; revoking ends the plan; a trial remains available."""
    act = uuid4()
    for _ in range(2):
        await desk.console.give_plan(OWNER, ANN, "premium", 30, act, "sorry")
    on = await desk.access(ANN)
    assert (on.plan_id, on.source) == ("premium", "gift")
    assert on.until is not None
    assert (on.until - desk.clock()).days == 30
    assert await desk.console.revoke_grants(OWNER, ANN, "premium", "a mistake") == 1
    assert (await desk.access(ANN)).plan_id == "free"
    assert (await desk.billing.standing(ANN)).trial_seconds > 0
    assert sorted(await desk.log(ANN)) == [
        ("plan_given", "sorry"), ("plan_given", "sorry"), ("plan_taken", "a mistake"),
    ]  # fmt: skip


async def test_paid_plans_are_not_revoked(desk: Desk) -> None:
    """Only what operators granted is revoked."""
    ordered = await desk.billing.checkout(ANN, "premium", "phone", "en")
    invoice = desk.stars.invoices[ordered.invoice_link]
    assert await desk.billing.pre_checkout(invoice.payload, ANN, "XTR", invoice.stars, "q") is None
    await desk.billing.paid(ANN, desk.stars.pay(ordered.invoice_link, ANN, desk.clock()))
    assert await desk.console.revoke_grants(OWNER, ANN, "premium") == 0
    assert (await desk.access(ANN)).source == "subscription"


async def test_messages_are_granted_and_revoked(desk: Desk) -> None:
    """Granted messages are credits like bought ones."""
    await desk.console.give_credits(OWNER, ANN, 50, uuid4())
    assert (await desk.console.person(OWNER, ANN)).credits == 50
    assert await desk.console.revoke_grants(OWNER, ANN, None) == 1
    assert (await desk.console.person(OWNER, ANN)).credits == 0


async def test_a_ban_stops_asking_and_buying_and_ends(desk: Desk) -> None:
    """It lasts until its date or until it is lifted, and affects nobody else."""
    await desk.console.ban(OWNER, ANN, 3, "floods")
    with pytest.raises(PersonBanned):
        await ask(desk, ANN)
    with pytest.raises(PersonBanned):
        await desk.billing.checkout(ANN, "premium", "phone", "en")
    await ask(desk, BOB)
    desk.clock.advance(days=3)
    await ask(desk, ANN)
    await desk.console.ban(OWNER, ANN, 0)
    desk.clock.advance(days=3000)
    with pytest.raises(PersonBanned) as refused:
        await ask(desk, ANN)
    assert refused.value.details["until"] is None
    await desk.console.ban(OWNER, ANN, None)
    await ask(desk, ANN)
    assert sorted(action for action, _ in await desk.log(ANN)) == ["banned", "banned", "unbanned"]


async def test_a_limit_lowers_the_plans(desk: Desk) -> None:
    """The person gets exactly so many messages a day, credits aside; a limit above the plan's has
    no effect."""
    await desk.console.limit(OWNER, ANN, 1)
    await ask(desk, ANN)
    with pytest.raises(QuotaExhausted) as refused:
        await ask(desk, ANN)
    assert refused.value.details["limit"] == 1
    card = await desk.console.person(OWNER, ANN)
    assert (card.limit, card.used, card.daily_limit) == (1, 1, 1)
    await desk.console.limit(OWNER, ANN, 1000)
    assert (await desk.console.person(OWNER, ANN)).limit < 1000
    await desk.console.limit(OWNER, ANN, None)
    await ask(desk, ANN)


async def test_an_answer_reaches_the_person_and_closes_the_request(desk: Desk) -> None:
    """It is delivered once; if the chat is closed the request stays open."""
    request = await desk.ask_support(ANN, "Where is my plan?")
    desk.chat.closed.add(ANN)
    with pytest.raises(ChatClosed):
        await desk.console.answer(OWNER, request, "It is back.")
    assert [one.id for one in await desk.console.requests(OWNER)] == [request]
    desk.chat.closed.clear()
    await desk.console.answer(OWNER, request, "It is back.")
    assert desk.chat.sent == [(ANN, "It is back.")]
    with pytest.raises(RequestNotFound):
        await desk.console.answer(OWNER, request, "It is back.")
    assert await desk.console.requests(OWNER) == ()


async def test_a_card_holds_no_message_text(desk: Desk) -> None:
    """Support requests are counted and not shown; the look-up is logged."""
    await desk.ask_support(ANN, "A secret of mine")
    card = await desk.console.person(OWNER, ANN, "ticket 3")
    assert card.waiting_requests == 1
    assert "secret" not in repr(card)
    assert await desk.log(ANN) == [("person_read", "ticket 3")]


async def test_switches_reach_another_process(desk: Desk) -> None:
    """A switch set by one process is read by another; an unknown name is refused."""
    board = Switchboard(desk.database)
    await desk.console.switch(OWNER, MAINTENANCE, on=True)
    await desk.console.switch(OWNER, f"{MODEL}grok-4.5", on=True)
    await board.refresh()
    assert board.models_off == {"grok-4.5"}
    refusal = board.refusal()
    assert refusal is not None
    assert refusal.code == "under_maintenance"
    await desk.console.switch(OWNER, MAINTENANCE, on=False)
    await board.refresh()
    assert board.refusal() is None
    with pytest.raises(InvalidField):
        await desk.console.switch(OWNER, "everything", on=True)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("owner", {"person", "figures", "give", "ban", "answer", "switch", "refund"}),
        ("support", {"person", "give", "ban", "answer"}),
        ("finance", {"person", "figures", "refund"}),
        ("reader", {"person", "figures"}),
    ],
)
async def test_a_role_does_what_it_allows_and_no_more(
    desk: Desk, role: Role, may: set[str]
) -> None:
    """What a role forbids changes nothing and logs nothing."""
    one = Operator(OPERATOR, role)
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "person": lambda: desk.console.person(one, ANN),
        "figures": lambda: desk.console.figures(one, 1),
        "give": lambda: desk.console.give_plan(one, ANN, "premium", 1, uuid4()),
        "ban": lambda: desk.console.ban(one, ANN, 1),
        "answer": lambda: desk.console.requests(one),
        "switch": lambda: desk.console.switch(one, MAINTENANCE, on=True),
        "refund": lambda: desk.console.refund(one, "no-such-charge"),
    }
    allowed = set()
    for name, act in acts.items():
        try:
            await act()
            allowed.add(name)
        except RoleForbids:
            continue
        except TanyaError:
            allowed.add(name)
    assert allowed == may


async def test_the_log_says_which_operator(desk: Desk) -> None:
    """Operators have random names in the log; acts that concern no person are in nobody's log."""
    await desk.console.person(OWNER, ANN)
    await desk.console.figures(OWNER, 1)
    await desk.console.person(Operator(None, "owner"), ANN)
    async with desk.database.snapshot() as db:
        rows = (await db.execute(sa.select(access_log).order_by(access_log.c.id))).all()
        name = await db.scalar(
            sa.select(access_names.c.name).where(access_names.c.user_id == OPERATOR)
        )
    by = [(row.action, row.operator) for row in rows]
    assert sorted(by, key=str) == sorted(
        [("person_read", name), ("figures_read", name), ("person_read", None)], key=str
    )
    assert str(OPERATOR) not in repr(rows)
    assert await desk.log(BOB) == []


async def test_invalid_requests_change_nothing(desk: Desk) -> None:
    """Unknown person, unknown plan, amounts out of range, and an empty answer."""
    for stranger in (5, 0, -1, 2**70):
        with pytest.raises(PersonNotKnown):
            await desk.console.person(OWNER, stranger)
        with pytest.raises(PersonNotKnown):
            await desk.console.ban(OWNER, stranger, 1)
    for plan in ("free", "gift_month", "credits_50", "none"):
        with pytest.raises(PlanNotFound):
            await desk.console.give_plan(OWNER, ANN, plan, 1, uuid4())
    for days in (0, -1, 10_000):
        with pytest.raises(InvalidField):
            await desk.console.give_plan(OWNER, ANN, "premium", days, uuid4())
    with pytest.raises(InvalidField):
        await desk.console.answer(OWNER, uuid4(), "  ")
    assert await desk.log(ANN) == []


async def test_an_erased_person_cannot_be_looked_up(desk: Desk) -> None:
    """The card is deleted with the person."""
    async with desk.database.unit_of_work() as db:
        await identity.erase(db, ANN, desk.clock())
    with pytest.raises(PersonNotKnown):
        await desk.console.person(OWNER, ANN)
