"""The operator's minimum age: asked once, in the app or the chat, and enforced by the server.

Exercises backend/safety/ages.py, backend/web/api/age.py, backend/bot/answering/ages.py,
backend/bot/handlers/age.py.
"""

import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from zipfile import ZipFile

import msgspec
import pytest

from backend.db import Database
from backend.errors import AgeUnknown, SettingsInvalid, TooYoung
from backend.i18n import translator
from backend.safety import AgeGate
from backend.settings import Settings
from backend.uuid7 import uuid7
from telegram_emulator.actions import PressButton
from tests.conftest import Clock
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, running, text_of
from tests.fixtures.chat import BotChat, buttons_of, chatting


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """The application with a minimum age of 16."""
    async with running(settings, minimum_age=16) as app:
        yield app


async def refusal(client: Client) -> str:
    """The code with which a question is refused."""
    path = f"/api/conversations/{uuid7()}/messages"
    status, problem = await client.call(
        "POST", path, {"id": str(uuid7()), "text": "Hello", "create": True}
    )
    assert status == 403
    return str(problem["code"])


async def test_nothing_is_answered_before_the_age_is_confirmed(app: Running) -> None:
    """Neither questions nor checks; a yes allows them, a no is final."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    assert await refusal(ann) == "age_unknown"
    check = {"id": str(uuid7()), "text": "K2 is high."}
    status, problem = await ann.call("POST", "/api/checks", check)
    assert (status, problem["code"], problem["age"]) == (403, "age_unknown", 16)
    assert "16" in problem["title"]
    assert (await ann.call("PUT", "/api/me/age", {"oldEnough": True}))[0] == 204
    assert text_of(await ann.ask("Hello", modelId=SIMULATED))
    for answer in (False, True):
        assert (await eve.call("PUT", "/api/me/age", {"oldEnough": answer}))[0] == 204
        assert await refusal(eve) == "too_young"
    async with eve.request("GET", "/api/export") as response:
        archive = ZipFile(io.BytesIO(await response.read()))
    (kept,) = json.loads(archive.read("safety.json"))["age"]
    assert (kept["minimumAge"], kept["oldEnough"]) == (16, False)


async def test_a_higher_minimum_is_asked_again(database: Database, clock: Clock) -> None:
    """A yes to a lower age does not count for a higher one, but for lower ones; a no counts for
    higher ones."""
    sixteen, eighteen, nobody = (AgeGate(age, clock) for age in (16, 18, None))
    async with database.unit_of_work() as db:
        await sixteen.answer(db, ANN, old_enough=True)
        await sixteen.check(db, ANN)
        with pytest.raises(AgeUnknown):
            await eighteen.check(db, ANN)
        await eighteen.answer(db, ANN, old_enough=False)
        with pytest.raises(TooYoung):
            await eighteen.check(db, ANN)
        with pytest.raises(AgeUnknown):
            await AgeGate(21, clock).check(db, EVE)
        await nobody.check(db, ANN)
        await nobody.answer(db, EVE, old_enough=False)
        clock.now += timedelta(days=1)
        await eighteen.answer(db, EVE, old_enough=True)
        await sixteen.check(db, EVE)


@pytest.mark.parametrize("age", ["0", "100", "many"])
def test_valid_minimum_ages(age: str) -> None:
    """A number of years."""
    with pytest.raises(SettingsInvalid, match="MINIMUM_AGE"):
        Settings.from_environment({"MINIMUM_AGE": age})
    assert Settings.from_environment({"MINIMUM_AGE": "16"}).minimum_age == 16
    assert Settings.from_environment({}).minimum_age is None
    assert msgspec.structs.fields(Settings)


async def press(chat: BotChat, label: str) -> None:
    """Press the newest button with this label."""
    message = next(one for one in reversed(chat.sent()) if buttons_of(one))
    data = next(b["callback_data"] for b in buttons_of(message) if b["text"] == label)
    await chat.act(PressButton(chat.person_id, message["message_id"], data))
    await chat.quiet()


async def test_in_the_chat_the_question_is_held(settings: Settings) -> None:
    """After a yes it is answered; after a no it is refused with a reason, and so is the next
    one."""
    async with chatting(settings, minimum_age=16) as chat:
        for person, language, label, told in (
            (ANN, "en", "app.age.yes", "An answer."),
            (EVE, "ru", "app.age.no", translator("ru")("error.too_young.title", age=16)),
        ):
            one, t = BotChat(chat.app, person), translator(language)
            await one.start()
            asked = await one.ask("Well?")
            assert t("error.age_unknown.title", age=16) in str(asked["text"])
            await press(one, t(label))
            assert told in one.said()[-1]
            await one.ask("And now?")
            assert told in one.said()[-1]
