"""Moderation of everything that is sent to a model or comes from one: text, files, pages, pictures,
checks, scheduled questions; through the whole application.

Exercises backend/safety/endpoint.py, backend/generation/run/moderation.py,
backend/generation/run/materials.py, backend/bot/ports/courier.py.
"""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from backend.i18n import translator
from backend.llm.simulation.mock_provider import simulation
from backend.metering.tables import provider_calls
from backend.privacy.tables import receipts
from backend.safety import JudgedText, Refusal, open_appeals
from backend.safety.fakes import RefusesWord
from backend.safety.tables import refusals
from backend.settings import Settings
from backend.uuid7 import uuid7
from telegram_emulator.actions import PressButton
from tests.contract.safety.server import ModerationServer, moderating
from tests.fixtures.app import ANN, Client, Running, running
from tests.fixtures.chat import buttons_of, chatting
from tests.fixtures.documents import picture
from tests.fixtures.generation import until
from tests.integration.files.conftest import open_premium
from tests.integration.files.test_asking import ask, with_pages
from tests.integration.files.test_files_api import upload

BAD = "zugzwangbomb"
TEXT = f"K2 is 8,611 metres high, says the {BAD}. It was first climbed in 1954."


@pytest.fixture
async def judge() -> AsyncIterator[ModerationServer]:
    """A remote moderation endpoint that flags one word."""
    async with moderating({"weapons": BAD}) as server:
        yield server


@pytest.fixture
def at_the_judge(judge: ModerationServer) -> dict[str, Any]:
    """Settings under which everything is judged by that endpoint."""
    return {
        "moderation": "provider",
        "moderation_provider": "moderation",
        "moderation_url": judge.base_url,
        "moderation_price_dollars": 10,
    }


@pytest.fixture
async def app(settings: Settings, at_the_judge: dict[str, Any]) -> AsyncIterator[Running]:
    """The application with these settings."""
    async with running(settings, **at_the_judge) as app:
        yield app


@pytest.fixture
async def ann(app: Running) -> Client:
    """Ann, who has agreed to the moderation provider."""
    ann = await app.sign_in(ANN)
    await open_premium(app)
    await ann.call("PUT", "/api/consents/moderation")
    return ann


class RefusesClaims(RefusesWord):
    """Refuses a word in a model's claims, and nothing in people's text."""

    def __init__(self) -> None:
        super().__init__("K2")

    async def judge(self, judged: JudgedText) -> Refusal | None:
        """See Moderation."""
        return await super().judge(judged) if judged.side == "answer" else None


def shown_to(judge: ModerationServer) -> list[Any]:
    """Everything that the endpoint got, in order."""
    return [one for raw in judge.received for one in json.loads(raw)["input"]]


def asked_models(app: Running) -> int:
    """How many requests the model got."""
    assert app.container.models.simulation is not None
    return len(app.container.models.simulation.received)


async def ending(client: Client, text: str, **more: Any) -> tuple[str, str | None]:
    """How a question ended: state and code."""
    last = (await ask(client, text, **more))[-1]
    return last["state"], last.get("errorCode")


async def test_a_files_text_is_judged_before_it_is_sent(
    app: Running, ann: Client, judge: ModerationServer
) -> None:
    """No model is asked; the receipt of the judgement names the file."""
    _, card = await upload(ann, f"A list about the {BAD}.".encode(), "list.txt")
    found = await ending(ann, "Summarise this", files=[card["id"]])
    assert found == ("failed", "question_refused")
    assert asked_models(app) == 0
    assert f"A list about the {BAD}." in shown_to(judge)
    _, card = await upload(ann, b"A list about foxes.", "list.txt")
    assert (await ending(ann, "Summarise this", files=[card["id"]]))[0] == "complete"


async def test_a_page_is_judged_before_it_is_sent(app: Running, ann: Client) -> None:
    """Including its title; no model is asked."""
    with_pages(app, bad=f"<title>The {BAD}</title><p>Some words.</p>", good="<p>Foxes.</p>")
    found = await ending(ann, "How high? https://bad.site.com/")
    assert found == ("failed", "question_refused")
    assert asked_models(app) == 0
    assert (await ending(ann, "How high? https://good.site.com/"))[0] == "complete"


async def test_a_picture_is_judged_before_it_is_sent(
    app: Running, ann: Client, judge: ModerationServer
) -> None:
    """In the re-encoded form that the model would get. The cost of the judgement is booked."""
    _, card = await upload(ann, picture("PNG"), "fox.png")
    assert (await ending(ann, "What is it?", files=[card["id"]]))[0] == "complete"
    seen = [one for one in shown_to(judge) if isinstance(one, dict)]
    assert [one["type"] for one in seen] == ["image_url"]
    async with app.container.database.snapshot() as db:
        purposes = set((await db.execute(sa.select(provider_calls.c.purpose))).scalars())
        kept = set((await db.execute(sa.select(receipts.c.purpose))).scalars())
    assert "moderate" in purposes
    assert {"moderation", "send"} <= kept
    judge.words = {"weapons": "\x89PNG"}
    found = await ending(ann, "And now?", files=[card["id"]])
    assert found == ("failed", "question_refused")


async def test_a_made_picture_is_judged_before_it_is_shown(app: Running, ann: Client) -> None:
    """A refused image is neither shown nor stored, and can be appealed."""
    app.container.guard.moderation = RefusesWord("PNG")
    found = await ask(ann, "A red fox", task="image", modelId=None)
    assert found[-1]["errorCode"] == "answer_withheld"
    assert [one for one in found if one["type"] == "attachment"] == []
    refused = found[0]["message"]["id"]
    assert (await ann.call("POST", f"/api/refusals/{refused}/appeal", {}))[0] == 200
    _, files = await ann.call("GET", f"/api/conversations/{found[0]['conversationId']}/messages")
    assert files["items"][1]["attachments"] == []


async def test_server_only_conversations_are_judged_here(
    app: Running, ann: Client, judge: ModerationServer
) -> None:
    """Nothing of a server-only conversation reaches the endpoint: no text, file, picture, answer or
    suggestion."""
    _, words = await upload(ann, f"A list about the {BAD}.".encode(), "list.txt")
    _, seen = await upload(ann, picture("PNG"), "fox.png")
    files = [words["id"], seen["id"]]
    found = await ask(ann, f"What of the {BAD}?", serverOnly=True, files=files)
    assert found[-1]["state"] == "complete"
    await ann.call("GET", f"/api/messages/{found[0]['message']['id']}/suggestions")
    assert judge.received == []


async def test_a_check_is_judged_before_and_after(app: Running, ann: Client) -> None:
    """Its text, which the appeal contains, and the claims that a model found."""
    assert app.container.models.simulation is not None
    app.container.models.simulation._answer = simulation
    check = str(uuid7())
    status, problem = await ann.call("POST", "/api/checks", {"id": check, "text": TEXT})
    assert (status, problem["code"]) == (403, "question_refused")
    path = f"/api/refusals/{check}/appeal"
    assert (await ann.call("POST", path, {"asked": TEXT}))[0] == 200
    assert (await ann.call("POST", path, {"words": "It is a mountain."}))[0] == 200
    async with app.container.database.snapshot() as db:
        (waiting,) = await open_appeals(db, app.container.vault)
    assert (waiting.question, waiting.words) == (TEXT, "It is a mountain.")
    app.container.guard.moderation = RefusesClaims()
    check = str(uuid7())
    status, problem = await ann.call("POST", "/api/checks", {"id": check, "text": "K2 is high."})
    assert (status, problem["code"]) == (403, "answer_withheld")
    assert (await ann.call("GET", f"/api/refusals/{check}"))[1]["side"] == "answer"


async def test_a_refused_schedule_can_be_appealed(settings: Settings, tmp_path: Any) -> None:
    """Nobody watches a scheduled answer, so the chat says that it was refused, with an appeal
    button."""
    path = tmp_path / "rules.toml"
    path.write_text(f'[[rule]]\ncategory = "weapons"\nphrases = ["{BAD}"]\n')
    t = translator("en")
    async with chatting(settings, moderation="rules", moderation_rules=str(path)) as chat:
        await chat.start()
        ann = await chat.app.sign_in(chat.person_id)
        when = {"minute": 480, "weekdays": [1, 2, 3, 4, 5, 6, 7], "timeZone": "Europe/Lisbon"}
        body = {"id": str(uuid7()), "question": f"Tell of the {BAD}.", "when": when}
        status, made = await ann.call("POST", "/api/schedules", body)
        assert status < 300, made
        container = chat.app.container
        due = container.clock() + timedelta(days=2)
        container.schedule_runner._clock = lambda: due
        assert await container.schedule_runner.work() == 1
        await until(lambda: container.generation.running == 0)
        await container.generation.parts.late_readers.settle(float("inf"))
        await container.hand_off.work()
        await until(lambda: t("error.question_refused.title") in "".join(chat.said()))
        message = chat.sent()[-1]
        (button,) = buttons_of(message)
        assert button["text"] == t("bot.appeal.button")
        await chat.act(PressButton(chat.person_id, message["message_id"], button["callback_data"]))
        await chat.quiet()
        assert chat.said()[-1] == t("bot.appeal.waiting")
        message = await chat.ask(f"/check {TEXT}")
        (button,) = buttons_of(message)
        await chat.act(PressButton(chat.person_id, message["message_id"], button["callback_data"]))
        await chat.quiet()
        assert chat.said()[-1] == t("bot.appeal.waiting")
        async with container.database.snapshot() as db:
            appealed = await db.execute(
                sa.select(refusals.c.id).where(refusals.c.appealed_at.is_not(None))
            )
            assert len({UUID(str(one.id)) for one in appealed}) == 2
