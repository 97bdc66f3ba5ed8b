"""Feedback and reports over HTTP, in the chat and on the command line; export and figures.

Exercises backend/safety/feedback.py, backend/web/api/feedback.py, backend/bot/handlers/feedback.py.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest

from backend.i18n import translator
from backend.safety import erase
from backend.safety.figures import moderation_figures
from backend.settings import Settings
from backend.uuid7 import uuid7
from telegram_emulator.actions import PressButton, React, SendText
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, running
from tests.fixtures.chat import BotChat, buttons_of, chatting
from tests.integration.safety.test_appeals import run_command

CANARY = "marmalade-zeppelin"
WORDS = "It is off by a year."


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """The application."""
    async with running(settings) as app:
        yield app


async def answered(client: Client) -> tuple[str, str]:
    """The ids of an answer that contains the canary, and of its question."""
    found = await client.ask(CANARY, modelId=SIMULATED)
    return str(found[0]["message"]["id"]), str(found[0]["userMessage"]["id"])


def report(**more: Any) -> dict[str, Any]:
    """The body of a report."""
    return {"id": str(uuid7()), "reason": "wrong"} | more


async def test_a_thumb_is_stored_changed_and_removed(app: Running) -> None:
    """Only for a person's own answers."""
    ann, eve = await app.sign_in(), await app.sign_in(EVE)
    answer, question = await answered(ann)
    path = f"/api/messages/{answer}/feedback"
    assert (await ann.call("GET", path)) == (200, {"thumb": None})
    for thumb in ("up", "down", None):
        assert (await ann.call("PUT", path, {"thumb": thumb})) == (200, {"thumb": thumb})
        assert (await ann.call("GET", path))[1] == {"thumb": thumb}
    assert (await ann.call("PUT", path, {"thumb": "sideways"}))[0] == 400
    assert (await ann.call("PUT", f"/api/messages/{question}/feedback", {"thumb": "up"}))[0] == 404
    assert (await eve.call("PUT", path, {"thumb": "up"}))[0] == 404
    assert (await eve.call("GET", path))[0] == 404


async def test_the_operator_reads_only_what_was_attached(app: Running) -> None:
    """Always the reason and the model; the texts only where the person chose to attach them. Each
    look-up is in the person's log, and a repeated report is the same one."""
    ann = await app.sign_in()
    answer, _ = await answered(ann)
    path = f"/api/messages/{answer}/report"
    assert (await ann.call("POST", path, report()))[0] == 204
    listed = await asyncio.to_thread(run_command, app, "reports")
    assert f"wrong, {SIMULATED}" in listed
    assert CANARY not in listed
    more = report(reason="harmful", words=WORDS, withAnswer=True)
    assert [(await ann.call("POST", path, more))[0] for _ in range(2)] == [204, 204]
    listed = await asyncio.to_thread(run_command, app, "reports", "--reason", "a look")
    assert WORDS in listed
    assert CANARY in listed
    assert listed.count("harmful, ") == 1
    log = (await ann.call("GET", "/api/access-log"))[1]["items"]
    assert {one["action"] for one in log} == {"report_read"}
    for _ in range(2):
        one = next(word for word in listed.split() if word.count("-") == 4)
        listed = await asyncio.to_thread(run_command, app, "reports", "--close", one)
    assert "No reports wait." in listed


async def test_invalid_reports_are_refused(app: Running) -> None:
    """An unknown reason, a text that is too long, and another person's answer."""
    ann, eve = await app.sign_in(), await app.sign_in(EVE)
    answer, question = await answered(ann)
    path = f"/api/messages/{answer}/report"
    assert (await ann.call("POST", path, report(reason="dull")))[0] == 400
    assert (await ann.call("POST", path, report(words="x" * 2_001)))[0] == 400
    assert (await ann.call("POST", f"/api/messages/{question}/report", report()))[0] == 404
    assert (await eve.call("POST", path, report()))[0] == 404


async def test_export_figures_and_erasure(app: Running) -> None:
    """The export contains all of it, the figures count by model and reason, and erasure deletes
    it."""
    ann = await app.sign_in()
    answer, _ = await answered(ann)
    await ann.call("PUT", f"/api/messages/{answer}/feedback", {"thumb": "down"})
    await ann.call("POST", f"/api/messages/{answer}/report", report(words=WORDS))
    async with ann.request("GET", "/api/export") as response:
        archive = ZipFile(io.BytesIO(await response.read()))
    copied = json.loads(archive.read("safety.json"))
    assert [one["thumb"] for one in copied["feedback"]] == ["down"]
    assert [(one["reason"], one["words"]) for one in copied["reports"]] == [("wrong", WORDS)]
    now, database = app.container.clock(), app.container.database
    async with database.unit_of_work() as db:
        figures = await moderation_figures(db, now - timedelta(1), now + timedelta(1))
        assert figures["feedback"] == [{"model_id": SIMULATED, "thumb": "down", "count": 1}]
        assert figures["reports"] == [{"reason": "wrong", "count": 1}]
        await erase(db, ANN)
        figures = await moderation_figures(db, now - timedelta(1), now + timedelta(1))
    assert (figures["feedback"], figures["reports"]) == ([], [])


async def press(chat: BotChat, label: str) -> None:
    """Press the newest button with this label."""
    message = next(one for one in reversed(chat.sent()) if buttons_of(one))
    data = next(b["callback_data"] for b in buttons_of(message) if b["text"] == label)
    assert len(data.encode()) <= 64
    await chat.act(PressButton(chat.person_id, message["message_id"], data))
    await chat.quiet()


async def test_reactions_and_reports_in_the_chat(settings: Settings) -> None:
    """A thumb as a reaction is feedback, also shown in the app; another emoji removes it. /report
    in a reply asks for a reason and whether to attach the text."""
    t = translator("en")
    async with chatting(settings) as chat:
        await chat.start()
        chat.answers(f"An answer with {CANARY}.")
        number = (await chat.ask("Hello"))["message_id"]
        ann = await chat.app.sign_in(chat.person_id)
        _, page = await ann.call("GET", "/api/conversations")
        _, tree = await ann.call("GET", f"/api/conversations/{page['items'][0]['id']}/messages")
        answer = next(one["id"] for one in tree["items"] if one["role"] == "assistant")
        path = f"/api/messages/{answer}/feedback"
        for emoji, thumb in ((("👍",), "up"), (("👎",), "down"), (("🤔",), None)):
            await chat.act(React(chat.person_id, number, emoji))
            await chat.quiet()
            assert (await ann.call("GET", path))[1] == {"thumb": thumb}
        assert await chat.ask("/report") is not None
        assert chat.said()[-1] == t("bot.report.usage")
        await chat.act(SendText(chat.person_id, "/report", reply_to=number))
        await chat.quiet()
        assert chat.said()[-1] == t("bot.report.why")
        await press(chat, t("app.report.harmful"))
        await press(chat, t("bot.report.without"))
        assert chat.said()[-1] == t("app.report.sent")
        listed = await asyncio.to_thread(run_command, chat.app, "reports")
        assert "harmful" in listed
        assert CANARY not in listed
