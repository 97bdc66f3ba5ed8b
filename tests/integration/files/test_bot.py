"""Photos, documents, albums, voice and /image in the chat, through the emulated Telegram.

Exercises backend/bot/answering/attached.py, backend/bot/handlers/image.py, backend/files/speech.py.
"""

import base64
from typing import Any

import pytest
import sqlalchemy as sa

from backend.llm import Sent
from backend.llm.adapters.transcription import BeforeSend, Recording, Transcript
from backend.llm.simulation import simulated_painter
from backend.metering.tables import provider_calls
from tests.fixtures.app import ANN, Running
from tests.fixtures.documents import docx, ogg, picture
from tests.fixtures.films import PICTURE, PLACE, film
from tests.fixtures.generation import until
from tests.integration.files.conftest import open_premium
from tests.integration.files.test_asking import last_parts, sent


class Chat:
    """A person's chat with the bot, driven through the emulator's control API."""

    def __init__(self, app: Running) -> None:
        self.app = app

    async def act(self, action: str, **values: Any) -> None:
        """One action of the person's."""
        body = {"type": action, "personId": ANN, **values}
        status, told = await self.app.stranger.call("POST", "/emulator/actions", body)
        assert status == 200, told

    async def send_file(self, kind: str, data: bytes, name: str, **values: Any) -> None:
        """Send a file."""
        encoded = base64.b64encode(data).decode()
        media = {"photo": "image/jpeg", "voice": "audio/ogg"}.get(kind, "application/octet-stream")
        named = {"kind": kind, "fileName": name, "mediaType": media, "data": encoded}
        await self.act("sendFile", **named, **values)

    async def from_bot(self) -> list[dict[str, Any]]:
        """The bot's messages, oldest first."""
        _, state = await self.app.stranger.call("GET", "/emulator/state")
        messages = [m for m in _messages(state) if m.get("from", {}).get("is_bot")]
        return sorted(messages, key=lambda m: int(m["message_id"]))

    async def said(self, word: str) -> None:
        """Wait until the bot has sent a message with this word."""

        async def is_there() -> bool:
            return any(word in str(message) for message in await self.from_bot())

        await until(is_there, 60)


def _messages(value: Any) -> list[dict[str, Any]]:
    """Every message anywhere in the state."""
    if isinstance(value, list):
        return [found for one in value for found in _messages(one)]
    if not isinstance(value, dict):
        return []
    inner = [found for one in value.values() for found in _messages(one)]
    return [value, *inner] if "message_id" in value and "from" in value else inner


@pytest.fixture
async def chat(app: Running) -> Chat:
    """Ann's chat, started, with a paid plan."""
    await app.sign_in()
    await open_premium(app)
    chat = Chat(app)
    await chat.act("pressStart")
    await until(chat.from_bot, 60)
    return chat


async def test_a_photo_with_a_caption_is_asked_about(app: Running, chat: Chat) -> None:
    """The picture is sent to the model with the caption as the question."""
    await chat.send_file("photo", picture(), "photo.jpg", caption="What is this?")
    await chat.said("simulation")
    parts = last_parts(await sent(app))
    assert [part["type"] for part in parts] == ["input_text", "input_image", "input_text"]
    assert parts[-1]["text"] == "What is this?"


async def test_a_document_is_read(app: Running, chat: Chat) -> None:
    """Its kind is found from its content, as in the app."""
    await chat.send_file("document", docx("Eight thousand"), "a.docx", caption="How high?")
    await chat.said("simulation")
    assert "Eight thousand" in last_parts(await sent(app))[0]["text"]


async def test_a_refused_file_is_explained(chat: Chat) -> None:
    """No model is asked."""
    await chat.send_file("document", b"\x7fELF" + b"\0" * 99, "a.bin", caption="Run it")
    await chat.said("Can’t read this kind of file")


async def test_voice_without_a_transcriber(chat: Chat) -> None:
    """The person is told that without a provider there is no transcription."""
    await chat.send_file("voice", ogg(), "voice.ogg", duration=3)
    await chat.said("Voice isn’t available here")


class Hearing:
    """A transcriber that hears the same sentence in every recording."""

    provider = name = model = "simulation"

    def __init__(self, text: str) -> None:
        self.text = text
        self.heard: list[Recording] = []

    def ceiling(self, recording: Recording) -> int:
        """See Transcriber."""
        return 300

    async def transcribe(self, recording: Recording, before_send: BeforeSend) -> Transcript:
        """See Transcriber."""
        self.heard.append(recording)
        sent = Sent.of("fake", "fake", "fake://ears", recording.data)
        await before_send(sent)
        return Transcript(self.text, sent, 250)


async def test_the_transcript_is_the_question(app: Running, chat: Chat) -> None:
    """The transcript is shown, and answered as a question."""
    hearing = app.container.file_service.speech.transcriber = Hearing("How high is K2?")
    await chat.send_file("voice", ogg(), "voice.ogg", duration=3)
    await chat.said("🎙 How high is K2?")
    await until(lambda: len(app.container.generation.parts.active) == 0)
    await chat.said("simulation")
    assert last_parts(await sent(app))[-1]["text"] == "How high is K2?"
    assert hearing.heard == [Recording(ogg(), "audio/ogg", seconds=3)]
    async with app.container.database.snapshot() as db:
        (charge,) = (await db.execute(sa.select(provider_calls))).all()
    assert (charge.purpose, charge.cost_micro_dollars, charge.state) == ("speech", 250, "settled")


async def test_a_video_note_is_heard(app: Running, chat: Chat) -> None:
    """Its sound is asked as a voice message is; its pictures and its place go nowhere. A silent one
    is declined in a sentence."""
    hearing = app.container.file_service.speech.transcriber = Hearing("How high is K2?")
    await chat.send_file("video_note", film(), "note.mp4", duration=3, width=240)
    await chat.said("🎙 How high is K2?")
    await until(lambda: len(app.container.generation.parts.active) == 0)
    assert last_parts(await sent(app))[-1]["text"] == "How high is K2?"
    (heard,) = hearing.heard
    assert (heard.media_type, heard.seconds) == ("audio/mp4", 3)
    assert PICTURE[:7] not in heard.data
    assert PLACE not in heard.data
    await chat.send_file("video_note", film(sound=False), "note.mp4", duration=3, width=240)
    await chat.said("hear anything in this video note")
    assert len(hearing.heard) == 1


async def test_an_image_is_sent_to_the_chat(chat: Chat) -> None:
    """/image takes a description, and the image comes as a photo."""
    await chat.act("sendText", text="/image")
    await chat.said("/image a red fox in the snow")
    await chat.act("sendText", text="/image a red fox")

    async def photo_is_there() -> bool:
        return any("photo" in message for message in await chat.from_bot())

    await until(photo_is_there, 60)


async def test_a_sent_photo_is_edited(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command as the photo's caption, or in a reply to it, the picture is sent to the
    model with the text, and the result can be edited further."""
    changed: list[bytes] = []
    edited = simulated_painter.edited

    def noted(given: bytes) -> bytes:
        changed.append(given)
        return edited(given)

    monkeypatch.setattr(simulated_painter, "edited", noted)

    async def photos(count: int) -> bool:
        sent = {one["message_id"] for one in await chat.from_bot() if "photo" in one}
        return len(sent) >= count

    await chat.send_file("photo", picture(), "photo.jpg", caption="/image make it night")
    await until(lambda: photos(1), 60)
    made = next(one for one in await chat.from_bot() if "photo" in one)
    await chat.act("sendText", text="/image and brighter", replyTo=made["message_id"])
    await until(lambda: photos(2), 60)
    assert len(changed) == 2
    assert changed[0] != changed[1]
