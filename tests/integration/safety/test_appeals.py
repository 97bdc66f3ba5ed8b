"""Appeals over HTTP, in the chat and on the command line; export, erasure and figures.

Exercises backend/safety/appeals.py, backend/safety/commands.py, backend/safety/copies.py,
backend/safety/figures.py, backend/safety/tables.py, backend/web/api/refusals.py,
backend/bot/handlers/appeal.py.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from backend.i18n import translator
from backend.privacy.operator_access import record_with
from backend.safety import erase, forget_old
from backend.safety.commands import commands
from backend.safety.figures import moderation_figures
from backend.safety.tables import refusals
from backend.settings import Settings
from backend.uuid7 import uuid7
from telegram_emulator.actions import PressButton
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, running
from tests.fixtures.chat import buttons_of, chatting

BAD = "zugzwangbomb"
ASKED = f"Please explain the {BAD}."
WORDS = "It is a chess problem."


@pytest.fixture
def rules(tmp_path: Path) -> dict[str, Any]:
    """Settings with one rule about a word."""
    path = tmp_path / "rules.toml"
    path.write_text(f'[[rule]]\ncategory = "weapons"\nphrases = ["{BAD}"]\n')
    return {"moderation": "rules", "moderation_rules": str(path)}


@pytest.fixture
async def app(settings: Settings, rules: dict[str, Any]) -> AsyncIterator[Running]:
    """The application with that rule."""
    async with running(settings, **rules) as app:
        yield app


async def refused(client: Client) -> str:
    """The id of a refused question."""
    found = await client.ask(ASKED, modelId=SIMULATED)
    assert found[-1]["errorCode"] == "question_refused"
    return str(found[0]["message"]["id"])


def run_command(app: Running, *words: str) -> str:
    """Run an operator's command; returns what it prints."""
    settings, clock = app.container.settings, app.container.clock
    made = commands(clock, record_with(lambda: settings, clock))
    group = click.Group(commands={str(one.name): one for one in made})
    result = CliRunner().invoke(group, words, obj=settings, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


async def test_an_appeal_from_the_person_to_the_decision(app: Running) -> None:
    """The operator reads the question and the appeal, which the person's access log shows; the
    person sees the decision, and it is final."""
    ann = await app.sign_in()
    path = f"/api/refusals/{await refused(ann)}"
    status, told = await ann.call("GET", path)
    assert (status, told["side"], told["appeal"]) == (200, "question", "none")
    assert (await ann.call("POST", f"{path}/appeal", {}))[1]["appeal"] == "waiting"
    status, told = await ann.call("POST", f"{path}/appeal", {"words": f"{WORDS}\x1b[2J"})
    assert told["appeal"] == "waiting"
    listed = await asyncio.to_thread(run_command, app, "appeals", "--reason", "a look")
    assert ASKED in listed
    assert WORDS in listed
    assert "weapons by rules" in listed
    assert "\x1b" not in listed
    log = (await ann.call("GET", "/api/access-log"))[1]["items"]
    assert [(one["action"], one["reason"]) for one in log] == [("appeal_read", "a look")]
    left = await asyncio.to_thread(run_command, app, "appeals", "--overturn", told["id"])
    assert "Nobody waits" in left
    assert (await ann.call("GET", path))[1]["appeal"] == "overturned"
    assert (await ann.call("POST", f"{path}/appeal", {"words": "x"}))[1]["appeal"] == "overturned"


async def test_other_peoples_refusals_are_not_found(app: Running) -> None:
    """Neither is an unknown one; a text that is too long is refused."""
    ann, eve = await app.sign_in(), await app.sign_in(EVE)
    path = f"/api/refusals/{await refused(ann)}"
    assert (await eve.call("GET", path))[0] == 404
    status, problem = await eve.call("POST", f"{path}/appeal", {})
    assert (status, problem["code"]) == (404, "refusal_not_found")
    assert (await ann.call("GET", f"/api/refusals/{uuid7()}"))[0] == 404
    assert (await ann.call("POST", f"{path}/appeal", {"words": "x" * 2_001}))[0] == 400


async def test_a_deleted_question_is_not_in_the_appeal(app: Running) -> None:
    """The deleted text is not shown; the appeal still reaches the operator."""
    ann = await app.sign_in()
    found = await ann.ask(ASKED, modelId=SIMULATED)
    await ann.call("DELETE", f"/api/conversations/{found[0]['conversationId']}?undo=false")
    refusal_id = found[0]["message"]["id"]
    await ann.call("POST", f"/api/refusals/{refusal_id}/appeal", {"words": WORDS})
    assert WORDS in await asyncio.to_thread(run_command, app, "appeals")


async def test_a_text_to_be_checked_is_judged(app: Running) -> None:
    """It would be sent to a provider too; its refusal can be appealed by the check's id."""
    ann = await app.sign_in()
    check = str(uuid7())
    status, problem = await ann.call("POST", "/api/checks", {"id": check, "text": ASKED})
    assert (status, problem["code"]) == (403, "question_refused")
    assert (await ann.call("POST", f"/api/refusals/{check}/appeal", {}))[0] == 200


async def test_export_figures_and_erasure(app: Running) -> None:
    """The export contains the appeal's text; figures are counts without names; after erasure it is
    gone from the figures too. Old refusals are deleted, except those with a waiting appeal."""
    ann = await app.sign_in()
    first, second = await refused(ann), await refused(ann)
    await ann.call("POST", f"/api/refusals/{first}/appeal", {"words": WORDS})
    async with ann.request("GET", "/api/export") as response:
        archive = ZipFile(io.BytesIO(await response.read()))
    copied = json.loads(archive.read("safety.json"))["refusals"]
    assert [one.get("question") for one in copied] == [ASKED, None]
    assert copied[0]["appeal"] == WORDS
    now, database = app.container.clock(), app.container.database
    async with database.unit_of_work() as db:
        figures = await moderation_figures(db, now - timedelta(1), now + timedelta(1))
        assert figures["refusals"] == [
            {"side": "question", "judge": "rules", "category": "weapons", "count": 2}
        ]
        assert figures["appeals"] == {"waiting": 1}
        await forget_old(db, now + timedelta(days=401))
        kept = (await db.execute(sa.select(refusals.c.id))).scalars().all()
        assert [str(one) for one in kept] == [first]
        assert second not in map(str, kept)
        await erase(db, ANN)
        figures = await moderation_figures(db, now - timedelta(1), now + timedelta(1))
    assert (figures["refusals"], figures["appeals"]) == ([], {})


async def test_refusals_and_appeals_in_the_chat(settings: Settings, rules: dict[str, Any]) -> None:
    """A refusal has an appeal button, and /appeal adds a text. Without a refusal there is nothing
    to appeal."""
    t = translator("en")
    async with chatting(settings, **rules) as chat:
        await chat.start()
        assert text_of_message(await chat.ask("/appeal")) == t("bot.appeal.nothing")
        message = await chat.ask(ASKED)
        assert t("error.question_refused.title") in text_of_message(message)
        (button,) = buttons_of(message)
        assert button["text"] == t("bot.appeal.button")
        await chat.act(PressButton(chat.person_id, message["message_id"], button["callback_data"]))
        await chat.quiet()
        assert chat.said()[-1] == t("bot.appeal.waiting")
        await chat.ask(f"/appeal {WORDS}")
        listed = await asyncio.to_thread(run_command, chat.app, "appeals")
        assert ASKED in listed
        assert WORDS in listed
        chat.answers(f"It is a {BAD}.")
        message = await chat.ask("And what is it?")
        assert t("error.answer_withheld.title") in text_of_message(message)
        assert BAD not in "".join(chat.said())


def text_of_message(message: dict[str, Any]) -> str:
    """The text of a message."""
    return str(message.get("text", ""))
