"""What is recorded before it leaves is what a real server receives, for each adapter and call.

The body is made again from its recipe, and compared with the bytes that came over the socket.
"""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend.errors import ProviderError, StorageFull
from backend.llm import ChatRequest, ImagePart, PromptTurn, Search, Sent, TextPart
from backend.llm.adapters.image_generation import ImageGeneration
from backend.llm.adapters.registry import make_adapter, profiles
from backend.llm.adapters.transcription import Recording, SpeechService, SpeechToText
from backend.llm.http.client import Http
from backend.llm.model import Provider
from backend.llm.prompts import prompting
from backend.llm.receipts import ContentSource, ReceiptSource, TextSource
from backend.llm.router import Router
from backend.llm.simulation.fake import RecordedAttempts
from backend.privacy.receipts_recipe import Stored, follow_recipe, make_recipe, pack, unpack
from tests.contract.llm.transcripts import MODEL

ABLE = replace(
    MODEL, capabilities=frozenset({"vision", "files", "search"}), efforts=("low", "high")
)
QUESTION, ANSWER, FILE = (UUID(int=number) for number in (1, 2, 3))
SAID = 'Wie hoch ist "K2"?\n— и почему? 🙂'
ANSWERED = "It is 8,611 metres high. " * 50
READ = "A report on mountains, line by line.\n" * 80
PICTURE = b"\x89PNG\r\n" + bytes(range(256))
STORED = Stored({QUESTION: SAID, ANSWER: ANSWERED}, {FILE: READ}, {FILE: PICTURE})
SOURCES: tuple[ReceiptSource, ...] = (
    ContentSource(FILE, PICTURE),
    TextSource("message", QUESTION, SAID),
    TextSource("message", ANSWER, ANSWERED),
    TextSource("file", FILE, READ),
)


class SocketServer:
    """Keeps the bodies of what it receives, and answers with `answer`."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.answer = b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"
        self.origin = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.partition(b":")[2])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                )
                self.bodies.append(await reader.readexactly(length))
                writer.write(self.answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@pytest.fixture
async def socket_server() -> AsyncIterator[SocketServer]:
    """A server on loopback."""
    server = SocketServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.origin = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield server
    listening.close()


def conversation() -> ChatRequest:
    """A question with a picture, its answer, and a question with a file's text and a search."""
    material = prompting.material(READ[:1000], kind="a text file", cut=True).text
    return ChatRequest(
        ABLE,
        "You are Tanya.",
        (
            PromptTurn("user", (ImagePart("image/png", PICTURE), TextPart(SAID))),
            PromptTurn("assistant", (TextPart(ANSWERED),)),
            PromptTurn("user", (TextPart(material), TextPart("hi"))),
        ),
        max_output_tokens=500,
        search=Search(x=True, max_uses=2),
        effort="high",
        safety_id="0f1e2d",
    )


def side_question(text: str) -> ChatRequest:
    """A question that Tanya itself asks."""
    return ChatRequest(MODEL, "", (PromptTurn("user", (TextPart(text),)),), max_output_tokens=400)


CALLS = {
    "answer": conversation(),
    "title": side_question(prompting.title(f"{SAID}\n\n---\n\n{ANSWERED[:600]}").text),
    "suggestions": side_question(prompting.follow_ups(SAID[:600], ANSWERED[-1000:]).text),
}
ADAPTERS = [
    (kind, profile)
    for kind in ("responses", "chat_completions", "anthropic")
    for profile in profiles(kind) or ()
]


def agree(sent: Sent, body: bytes) -> None:
    """The record, and the recipe made of it, are of exactly these bytes."""
    assert sent.body == body
    assert (sent.size, sent.body_sha256) == (len(body), hashlib.sha256(body).hexdigest())
    recipe = unpack(pack(make_recipe(sent.body, SOURCES)))
    assert follow_recipe(recipe, STORED) == body


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("kind", "profile"), ADAPTERS)
async def test_chats(
    http: Http, socket_server: SocketServer, kind: str, profile: str, call: str
) -> None:
    """Every protocol with all of its profiles; each try leaves a record of its own."""
    there = Provider(MODEL.provider, "There", kind, f"{socket_server.origin}/v1", profile)
    recorder = RecordedAttempts()
    router = Router({MODEL.provider: make_adapter(http, there, "key")}, sleep=_at_once)
    with pytest.raises(ProviderError):
        async for _ in router.stream(CALLS[call], [CALLS[call].model], None, recorder):
            pass
    assert len(recorder.sent) == len(recorder.ended) == len(socket_server.bodies) == 3
    for sent, body in zip(recorder.sent, socket_server.bodies, strict=True):
        agree(sent, body)
        assert sent.endpoint.startswith(f"{socket_server.origin}/v1/")
        assert SAID.split("\n")[0] not in _literal(body)


@pytest.mark.parametrize("profile", ["xai", "plain"])
async def test_images(http: Http, socket_server: SocketServer, profile: str) -> None:
    """A picture is asked for with the person's words alone."""
    there = Provider("xai", "xAI", "responses", f"{socket_server.origin}/v1", profile)
    recorder = RecordedAttempts()
    router = Router({"xai": ImageGeneration(http, there, "key")}, sleep=_at_once)
    asked = side_question(SAID)
    painter = replace(MODEL, provider="xai")
    with pytest.raises(ProviderError):
        async for _ in router.stream(asked, [painter], None, recorder):
            pass
    for sent, body in zip(recorder.sent, socket_server.bodies, strict=True):
        agree(sent, body)


@pytest.mark.parametrize("shape", ["openai", "xai"])
async def test_speech(http: Http, socket_server: SocketServer, shape: str) -> None:
    """A form with the recording in it."""
    service = SpeechService("x", "X", socket_server.origin, "ears", shape, 1)  # type: ignore[arg-type]
    sent: list[Sent] = []

    async def before_send(one: Sent) -> None:
        assert socket_server.bodies == []
        sent.append(one)

    with pytest.raises(ProviderError):
        await SpeechToText(http, service, "key").transcribe(
            Recording(PICTURE, "audio/ogg"), before_send
        )
    agree(sent[0], socket_server.bodies[0])


async def test_nothing_arrives_that_could_not_be_recorded(
    http: Http, socket_server: SocketServer
) -> None:
    """While the record is being written nothing has left, and if it fails nothing does."""

    class Broken(RecordedAttempts):
        async def before_send(self, sent: Sent, request: ChatRequest) -> None:
            await asyncio.sleep(0.05)
            assert socket_server.bodies == []
            raise StorageFull

    there = Provider(MODEL.provider, "There", "responses", f"{socket_server.origin}/v1", "xai")
    router = Router({MODEL.provider: make_adapter(http, there, "key")})
    with pytest.raises(StorageFull):
        async for _ in router.stream(CALLS["answer"], [ABLE], None, Broken()):
            pass
    assert socket_server.bodies == []


def _literal(body: bytes) -> str:
    """What of a body its recipe holds."""
    recipe = make_recipe(body, SOURCES)
    kept = b"".join(piece.data for piece in recipe if hasattr(piece, "data"))
    assert base64.b64encode(PICTURE) not in kept
    return kept.decode()


async def _at_once(seconds: float) -> None:
    """Waits for nothing."""
