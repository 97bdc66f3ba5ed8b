"""Listening to an answer in the chat: a voice message, with consent, a receipt and its cost
metered.

Exercises backend/bot/answering/spoken_answers.py and backend/files/spoken.py.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from backend.errors import ProviderExhausted
from backend.i18n import translator
from backend.llm import Sent, TextSource
from backend.llm.adapters import Spoken
from backend.llm.adapters.speaking import BeforeSend
from backend.metering.tables import provider_calls
from backend.privacy.receipts_recipe import Stored, follow_recipe, make_recipe, pack, unpack
from backend.privacy.tables import receipts
from backend.settings import Settings
from telegram_emulator.actions import PressButton
from tests.fixtures.app import ANN, SIMULATED
from tests.fixtures.chat import BotChat, buttons_of, chatting
from tests.fixtures.documents import ogg
from tests.fixtures.generation import until
from tests.integration.bot.test_groups import rows
from tests.integration.web.test_consents import ABROAD, MODELS

EN = translator("en")


class Speaking:
    """A speaker that returns the same recording for every text."""

    name = model = "simulation"

    def __init__(self, provider: str = "simulation", *, fails: bool = False) -> None:
        self.provider = provider
        self.fails = fails
        self.texts: list[str] = []

    def cost(self, text: str) -> int:
        """See Speaker."""
        return 70

    async def speak(self, text: str, language: str, before_send: BeforeSend) -> Spoken:
        """See Speaker."""
        sent = Sent.of("simulation", "simulation", "fake://mouth", text.encode())
        await before_send(sent)
        if self.fails:
            raise ProviderExhausted(provider="simulation")
        self.texts.append(text)
        return Spoken(ogg(), sent, 70)


@pytest.fixture
async def ann(settings: Settings) -> AsyncIterator[BotChat]:
    """Ann's chat, started, with an answer in it."""
    async with chatting(settings) as chat:
        await chat.start()
        chat.answers("**Eight thousand** metres:\n\n- K2\n- Broad Peak")
        await chat.ask("How high is K2?")
        await chat.quiet()
        yield chat


async def listen(chat: BotChat) -> None:
    """Press More and then Listen, and wait until it is done."""
    await press_listen(chat)
    await chat.quiet()


async def press_listen(chat: BotChat) -> None:
    """Press More and then Listen."""
    answer = chat.sent()[-1]
    number = answer["message_id"]
    more = next(one for one in buttons_of(answer) if "more:" in one.get("callback_data", ""))
    await chat.act(PressButton(ANN, number, more["callback_data"]))
    await chat.quiet()
    shown = next(one for one in chat.sent() if one["message_id"] == number)
    button = next(one for one in buttons_of(shown) if one["text"] == EN("bot.answer.listen"))
    await chat.act(PressButton(ANN, number, button["callback_data"]))


async def test_an_answer_is_spoken(ann: BotChat) -> None:
    """The answer's words without formatting come as a voice message that replies to it. It is
    metered, and the receipt names the answer."""
    speaking = ann.app.container.file_service.speaker.speaker = Speaking()
    answer = ann.sent()[-1]
    await listen(ann)
    await until(lambda: "voice" in ann.sent()[-1])
    assert ann.sent()[-1]["reply_to_message"]["message_id"] == answer["message_id"]
    (text,) = speaking.texts
    assert text.startswith("Eight thousand metres:")
    assert "Broad Peak" in text
    calls = [one for one in await rows(ann, provider_calls) if one.purpose == "speech"]
    assert [(one.user_id, one.cost_micro_dollars, one.state) for one in calls] == [
        (ANN, 70, "settled")
    ]
    found = [one for one in await rows(ann, receipts) if one.purpose == "speech"]
    assert [(one.user_id, one.outcome) for one in found] == [(ANN, "stop")]
    assert found[0].message_id is not None


async def test_without_a_voice_the_person_is_told(ann: BotChat) -> None:
    """The message points to the device's own voice."""
    await listen(ann)
    assert ann.said()[-1] == EN("bot.answer.listen.none")
    assert "web_app" in buttons_of(ann.sent()[-1])[0]


async def test_a_failure_is_told_and_costs_the_person_nothing(ann: BotChat) -> None:
    """The person gets the error's text, and no message is used."""
    ann.app.container.file_service.speaker.speaker = Speaking(fails=True)
    await listen(ann)
    assert EN("error.provider_exhausted.title") in ann.said()[-1]
    assert [one for one in await rows(ann, provider_calls) if one.cost_micro_dollars] == []
    found = [one for one in await rows(ann, receipts) if one.purpose == "speech"]
    assert [one.outcome for one in found] == ["provider_exhausted"]


async def test_nothing_is_spoken_without_consent(settings: Settings, tmp_path: Path) -> None:
    """The speech provider needs consent like any other; after agreeing the voice message comes."""
    (tmp_path / "models.toml").write_text(MODELS)
    changes = {"models_file": str(tmp_path / "models.toml"), "compatible_url": "http://127.0.0.1:9"}
    async with chatting(settings, **changes) as chat:
        await chat.start()
        client = await chat.app.sign_in()
        await client.call("PATCH", "/api/me", {"settings": {"modelId": SIMULATED}})
        await chat.ask("How high is K2?")
        await chat.quiet()
        speaking = chat.app.container.file_service.speaker.speaker = Speaking(ABROAD)
        before = len(chat.sent())
        await press_listen(chat)
        await chat.until(before + 1)
        assert speaking.texts == []
        asked = chat.sent()[-1]
        agree = buttons_of(asked)[0]
        await chat.act(PressButton(ANN, asked["message_id"], agree["callback_data"]))
        await until(lambda: "voice" in chat.sent()[-1] or "voice" in chat.sent()[-2])
        assert len(speaking.texts) == 1


def test_a_receipt_of_speech_is_no_second_copy() -> None:
    """The receipt's recipe refers to the stored answer, Markdown included, and rebuilds the exact
    body."""
    stored = "**Eight thousand six hundred** metres, which is rather high for a mountain."
    body = b'{"input":"Eight thousand six hundred metres, which is rather high for a mountain."}'
    this = UUID(int=7)
    pieces = unpack(pack(make_recipe(body, [TextSource("message", this, stored)])))
    assert b"rather high" not in b"".join(getattr(one, "data", b"") for one in pieces)
    assert follow_recipe(pieces, Stored({this: stored}, {}, {})) == body
