"""Appeals and reports decided and answered in the console; statements read, sent, closed and
paid.

Exercises backend/console/moderation_desk.py, backend/console/books.py,
backend/console/waiting.py, backend/web/api/console_desk.py, backend/web/api/console_system.py.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backend import __version__
from backend.console import ClosingWanted, Operator, PayoutWanted
from backend.db.migrate import newest
from backend.errors import (
    InvalidField,
    PartnerNotFound,
    PeriodClosed,
    PeriodNotOver,
    RoleForbids,
)
from backend.ledger import movements
from backend.settings import Settings
from backend.tasks import PeriodicJob
from backend.tasks.schedule import run_if_due
from backend.uuid7 import uuid7
from telegram_emulator.actions import PressStart, SavePerson
from telegram_emulator.schemas import Person
from tests.fixtures.app import ANN, SIMULATED, Client, Running, running
from tests.fixtures.chat import BotChat
from tests.integration.console.conftest import OPERATOR, OWNER, Desk

BAD = "zugzwangbomb"
HEAD, FINANCE = 700000011, 700000012
FORMER = "2026-10"


@pytest.fixture
async def app(settings: Settings, tmp_path: Path) -> AsyncIterator[Running]:
    """A server with one moderation rule, an owner and an operator of the finance role."""
    path = tmp_path / "rules.toml"
    path.write_text(f'[[rule]]\ncategory = "weapons"\nphrases = ["{BAD}"]\n')
    roles: dict[str, Any] = {"admin_ids": (HEAD,), "finance_ids": (FINANCE,)}
    rules = {"moderation": "rules", "moderation_rules": str(path)}
    async with running(settings, **roles, **rules) as app:
        for person in (HEAD, FINANCE):
            chat = BotChat(app, person)
            await chat.act(SavePerson(Person(person, "Olga", language_code="en")))
            await chat.act(PressStart(person))
        yield app


async def objected(ann: Client) -> str:
    """Ask what is refused and appeal; returns the appeal's id."""
    found = await ann.ask(f"Explain the {BAD}.", modelId=SIMULATED)
    refusal = str(found[0]["message"]["id"])
    body = {"words": "It is chess."}
    status, told = await ann.call("POST", f"/api/refusals/{refusal}/appeal", body)
    assert (status, told["appeal"]) == (200, "waiting")
    return refusal


async def test_an_appeal_is_decided_and_its_person_told(app: Running) -> None:
    """The appeal is listed with what the person attached, decided once, and answered in the chat
    with the operator's words; both look-ups are in the person's log."""
    ann, head = await app.sign_in(ANN), await app.sign_in(HEAD)
    chat = BotChat(app, ANN)
    await chat.start()
    appeal = await objected(ann)
    _, queue = await head.call("GET", "/api/console/moderation")
    (waiting,) = queue["appeals"]
    assert (waiting["id"], waiting["userId"], waiting["words"]) == (appeal, ANN, "It is chess.")
    decided = {"overturned": True, "answer": "You were right."}
    status, told = await head.call("POST", f"/api/console/appeals/{appeal}", decided)
    assert (status, told) == (200, {"told": True})
    assert chat.said()[-1].endswith("You were right.")
    assert (await head.call("POST", f"/api/console/appeals/{appeal}", decided))[0] == 404
    _, log = await ann.call("GET", "/api/access-log")
    assert {"appeal_read", "appeal_decided"} <= {one["action"] for one in log["items"]}


async def test_what_waits_is_counted_and_nobody_opened(app: Running) -> None:
    """An objection and a message to support are one each, for all and on the person's card; finance
    is told no counts, and counting leaves nothing in the person's log."""
    ann, head, finance = [await app.sign_in(one) for one in (ANN, HEAD, FINANCE)]
    appeal = await objected(ann)
    await app.container.billing.ask_support(ANN, "Help!")
    assert (await head.call("GET", "/api/console/waiting"))[1] == {"requests": 1, "cases": 1}
    assert (await finance.call("GET", "/api/console/waiting"))[0] == 403
    _, log = await ann.call("GET", "/api/access-log")
    assert log["items"] == []
    _, card = await head.call("GET", f"/api/console/people/{ANN}")
    assert (card["waitingRequests"], card["waitingCases"]) == (1, 1)
    await head.call("POST", f"/api/console/appeals/{appeal}", {"overturned": False})
    assert (await head.call("GET", "/api/console/waiting"))[1] == {"requests": 1, "cases": 0}


async def test_a_report_is_closed_and_answered(app: Running) -> None:
    """With an answer the person is told, without one the report is only closed; a closed one cannot
    be closed again."""
    ann, head = await app.sign_in(ANN), await app.sign_in(HEAD)
    chat = BotChat(app, ANN)
    await chat.start()
    for answer, told in (("Thank you.", True), ("", False)):
        found = await ann.ask("Hello?", modelId=SIMULATED)
        body = {"id": str(uuid7()), "reason": "wrong", "words": "No.", "withAnswer": True}
        path = f"/api/messages/{found[0]['message']['id']}/report"
        status, _ = await ann.call("POST", path, body)
        assert status < 300
        _, queue = await head.call("GET", "/api/console/moderation")
        (report,) = queue["reports"]
        assert report["answer"]
        where = f"/api/console/reports/{report['id']}"
        status, done = await head.call("POST", where, {"answer": answer})
        assert (status, done) == (200, {"told": told})
        assert (await head.call("POST", where, {"answer": ""}))[0] == 404
    assert "Thank you." in chat.said()[-1]


async def test_statements_over_http(app: Running) -> None:
    """The finance role reads a month and gets its files in the chat; closing and paying need
    confirmation there; other roles get nothing."""
    finance, head = await app.sign_in(FINANCE), await app.sign_in(HEAD)
    _, books = await finance.call("GET", "/api/console/statements/2026-11")
    (xai,) = books["statements"]
    assert xai["partner"] == "xai"
    assert any(line["label"] and line["stars"] for line in xai["lines"])
    chat = BotChat(app, FINANCE)
    before = len(chat.sent())
    path = "/api/console/statements/2026-11/xai/sent"
    assert (await finance.call("POST", path, {}))[0] == 204
    names = [one["document"]["file_name"] for one in chat.sent()[before:]]
    assert names == ["xai-2026-11-statement.csv", "xai-2026-11-charges.csv"]
    closing = "/api/console/statements/2026-09/closed"
    assert (await finance.call("POST", closing, {"confirmed": False}))[0] == 409
    assert (await finance.call("POST", closing, {"confirmed": True}))[0] == 202
    paid = {"partner": "xai", "currency": "XTR", "amount": 5, "reference": "B1", "confirmed": True}
    assert (await finance.call("POST", "/api/console/payouts", paid))[1]["state"] == "waiting"
    assert (await finance.call("GET", "/api/console/moderation"))[0] == 403
    ann = await app.sign_in(ANN)
    for where in ("moderation", "statements/2026-11", "switches"):
        assert (await ann.call("GET", f"/api/console/{where}"))[0] == 403
    _, switches = await head.call("GET", "/api/console/switches")
    assert SIMULATED in {one["id"] for one in switches["models"]}
    off = {"name": f"model:{SIMULATED}", "on": True, "confirmed": True}
    await head.call("POST", "/api/console/switches", off)
    _, switches = await head.call("GET", "/api/console/switches")
    (simulated,) = [one for one in switches["models"] if one["id"] == SIMULATED]
    assert not simulated["offered"]


async def test_the_system_page(app: Running) -> None:
    """Version, the database's revision, this web process and the jobs that ran; other roles get
    nothing."""
    finance, ann = await app.sign_in(FINANCE), await app.sign_in(ANN)
    database = app.container.database
    job = PeriodicJob("tidy", timedelta(hours=1), partial(asyncio.sleep, 0))
    await run_if_due(job, database, app.container.clock)
    _, shown = await finance.call("GET", "/api/console/system")
    assert (shown["version"], shown["revision"]) == (__version__, newest())
    assert os.getpid() in {one["pid"] for one in shown["processes"]}
    (ran_at,) = [one["ranAt"] for one in shown["jobs"] if one["name"] == "tidy"]
    assert datetime.fromisoformat(ran_at) <= app.container.clock()
    assert (await ann.call("GET", "/api/console/system"))[0] == 403


async def test_closing_and_paying(desk: Desk) -> None:
    """A past month is closed once; a payout is booked once per reference."""
    books = desk.console.books
    await desk.console.perform(OWNER, ClosingWanted(FORMER))
    assert (await books.month(OWNER, FORMER)).closed_through == FORMER
    with pytest.raises(PeriodClosed):
        await books.close(OWNER, FORMER)
    with pytest.raises(PeriodNotOver):
        await books.close(OWNER, "2026-11")
    payout = PayoutWanted("xai", movements.STARS, 100, "BANK-1")
    await desk.console.perform(OWNER, payout)
    with pytest.raises(InvalidField):
        await desk.console.perform(OWNER, payout)
    with pytest.raises(PartnerNotFound):
        await books.pay_out(OWNER, "nobody", movements.STARS, 1, "B")
    for month in ("2026-13", "then"):
        with pytest.raises(InvalidField):
            await books.month(OWNER, month)
    await books.send(OWNER, "xai", "2026-11")
    assert [text.split(":")[0] for to, text in desk.chat.sent if to == OPERATOR] == [
        "xai-2026-11-statement.csv",
        "xai-2026-11-charges.csv",
    ]
    for role in ("support", "reader"):
        with pytest.raises(RoleForbids):
            await books.month(Operator(1, role), "2026-11")
    with pytest.raises(RoleForbids):
        await books.send(Operator(None, "owner"), "xai", "2026-11")
