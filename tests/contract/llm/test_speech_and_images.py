"""Speech to text and image generation, over real sockets against a server of these shapes.

Exercises backend/generation/record/pictures.py, backend/llm/simulation/simulated_painter.py,
backend/llm/http/multipart.py.
"""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import BodyPartReader, web

from backend.errors import (
    ProviderError,
    ProviderExhausted,
    ProviderGarbled,
    ProviderRateLimited,
    ProviderRefused,
    ProviderUnavailable,
)
from backend.llm import (
    ChatRequest,
    Done,
    Image,
    ImagePart,
    PromptTurn,
    Sent,
    TextPart,
    ToolActivity,
    Usage,
)
from backend.llm.adapters.image_generation import ImageGeneration
from backend.llm.adapters.transcription import Recording, SpeechService, SpeechToText
from backend.llm.http.client import Http
from backend.llm.model import Provider
from tests.fixtures.documents import picture
from tests.fixtures.generation import model

PNG = picture("PNG")


class Service:
    """Answers every request alike and keeps what came."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {}
        self.path = ""
        self.headers: dict[str, str] = {}
        self.fields: list[tuple[str, str | None, bytes]] = []
        self.json: Any = None
        self.base_url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Keep and answer."""
        self.path, self.headers = request.path, dict(request.headers)
        if request.content_type == "multipart/form-data":
            reader = await request.multipart()
            self.fields = []
            while (part := await reader.next()) is not None:
                assert isinstance(part, BodyPartReader)
                self.fields.append((part.name or "", part.filename, bytes(await part.read())))
        else:
            self.json = await request.json()
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return web.Response(status=self.status, body=body, content_type="application/json")


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Service, Http]]:
    """The service and a client."""
    service = Service()
    runner = web.ServerRunner(web.Server(service.handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.base_url = site.name + "/v1"
    try:
        async with Http() as http:
            yield service, http
    finally:
        await runner.cleanup()


def speech(service: Service, http: Http, shape: Any) -> SpeechToText:
    """The adapter."""
    return SpeechToText(
        http, SpeechService("p", "Provider", service.base_url, "hear-1", shape, 360_000), "the-key"
    )


async def unrecorded(sent: Sent) -> None:
    """Takes the record of what leaves; `tests/integration/privacy` looks at those."""


@pytest.mark.parametrize(
    ("shape", "path"), [("openai", "/v1/audio/transcriptions"), ("xai", "/v1/stt")]
)
async def test_speech_in_both_shapes(shape: str, path: str) -> None:
    """One form, its file last and under a neutral name; the words come back."""
    async with serving() as (service, http):
        service.body = {"text": " Привет, мир ", "duration": 3}
        heard = await speech(service, http, shape).transcribe(
            Recording(b"OggS...", "audio/ogg"), unrecorded
        )
        assert heard.text == " Привет, мир "
        assert service.path == path
        assert service.headers["Authorization"] == "Bearer the-key"
        assert service.fields[0] == ("model", None, b"hear-1")
        assert service.fields[-1] == ("file", "voice.ogg", b"OggS...")
        assert heard.sent.provider == "p"
        assert len(heard.sent.body_sha256) == 64


@pytest.mark.parametrize(
    ("told", "seconds", "cost"),
    [
        ({"duration": 12.34}, 5, (1_300, False)),
        ({"usage": {"type": "duration", "seconds": 7}}, None, (700, False)),
        ({}, 5, (500, False)),
        ({"duration": -1}, 5, (500, False)),
        ({"duration": "long"}, None, (200, True)),
    ],
)
async def test_speech_costs_by_the_second(
    told: dict[str, Any], seconds: int | None, cost: tuple[int, bool]
) -> None:
    """As long as the provider says, else as the recording does, else as it could be at most; and
    a second more is foreseen."""
    recording = Recording(b"x" * 800, "audio/ogg", seconds)
    async with serving() as (service, http):
        service.body = {"text": "Hi", **told}
        adapter = speech(service, http, "xai")
        heard = await adapter.transcribe(recording, unrecorded)
        assert (heard.cost_micro_dollars, heard.cost_estimated) == cost
        assert adapter.ceiling(recording) == (600 if seconds else 200)


async def test_a_recording_cannot_break_out_of_its_form() -> None:
    """Whatever it holds, the boundary is not in it."""
    async with serving() as (service, http):
        service.body = {"text": "x"}
        hostile = b'\r\n--tanya-\r\nContent-Disposition: form-data; name="model"\r\n\r\nother\r\n'
        await speech(service, http, "openai").transcribe(
            Recording(hostile, "audio/wav"), unrecorded
        )
        assert service.fields[-1] == ("file", "voice.wav", hostile)
        assert [name for name, _, _ in service.fields] == ["model", "response_format", "file"]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, {"error": {"message": "slow down"}}, ProviderRateLimited),
        (402, {"error": "no credits"}, ProviderExhausted),
        (500, {"error": "x"}, ProviderUnavailable),
        (200, b"<html>", ProviderGarbled),
        (200, {"words": []}, ProviderGarbled),
        (200, {"text": 5}, ProviderGarbled),
    ],
)
async def test_speech_that_fails(status: int, body: Any, kind: type[ProviderError]) -> None:
    """Each failure has its own kind, as in chats."""
    async with serving() as (service, http):
        service.status, service.body = status, body
        with pytest.raises(kind):
            await speech(service, http, "openai").transcribe(
                Recording(b"x", "audio/ogg"), unrecorded
            )


def painter(service: Service, http: Http, profile: str) -> ImageGeneration:
    """The adapter."""
    provider = Provider(
        id="p",
        name="Provider",
        adapter="responses",
        base_url=service.base_url,
        profile=profile,
    )
    return ImageGeneration(http, provider, "the-key")


def asked(**more: Any) -> ChatRequest:
    """A prompt."""
    turns = (PromptTurn("user", (TextPart("a red fox"),)),)
    return ChatRequest(model=model("draw-1", image_price=20_000, **more), system="", turns=turns)


async def drawn(adapter: ImageGeneration) -> list[Any]:
    """All events."""
    return [event async for batch in adapter.stream(asked()) for event in batch]


async def test_images_of_xai() -> None:
    """Bytes instead of an address, and the provider's own price in ticks."""
    async with serving() as (service, http):
        service.body = {
            "data": [{"b64_json": base64.b64encode(PNG).decode(), "revised_prompt": "a fox, red"}],
            "usage": {"cost_in_usd_ticks": 250_000_001},
        }
        events = await drawn(painter(service, http, "xai"))
        assert [type(event) for event in events] == [
            *(Sent, ToolActivity, ToolActivity, Image, Usage, Done)
        ]
        assert events[3] == Image("image/png", PNG)
        assert events[4].cost_micro_dollars == 25_001
        assert service.path == "/v1/images/generations"
        assert service.json == {
            "model": "draw-1",
            "prompt": "a red fox",
            "n": 1,
            "response_format": "b64_json",
        }


async def test_images_of_openai() -> None:
    """No format to ask for, tokens instead of a price: the catalog's price of a picture counts."""
    async with serving() as (service, http):
        service.body = {
            "data": [{"b64_json": base64.b64encode(PNG).decode()}],
            "usage": {"input_tokens": 12, "output_tokens": 1056},
        }
        events = await drawn(painter(service, http, "openai"))
        assert "response_format" not in service.json
        usage = events[4]
        assert (usage.input_tokens, usage.output_tokens) == (12, 1056)
        assert usage.cost_micro_dollars == 20_000


def edit(count: int = 1) -> ChatRequest:
    """A prompt with pictures before it."""
    brought = [
        part
        for number in range(count)
        for part in (TextPart(f"[Picture {number + 1}]"), ImagePart("image/png", PNG))
    ]
    turns = (PromptTurn("user", (*brought, TextPart("make it night"))),)
    return ChatRequest(model=model("draw-1", image_price=20_000), system="", turns=turns)


@pytest.mark.parametrize("count", [1, 2])
async def test_edits_of_xai(count: int) -> None:
    """JSON with the pictures as data addresses: one is `image`, several are `images`."""
    async with serving() as (service, http):
        service.body = {"data": [{"b64_json": base64.b64encode(PNG).decode()}]}
        adapter = painter(service, http, "xai")
        found = [event async for batch in adapter.stream(edit(count)) for event in batch]
        assert service.path == "/v1/images/edits"
        assert isinstance(found[0], Sent)
        assert found[0].endpoint.endswith("/images/edits")
        assert service.json["prompt"] == "make it night"
        images = [service.json["image"]] if count == 1 else service.json["images"]
        assert len(images) == count
        assert images[0]["url"] == "data:image/png;base64," + base64.b64encode(PNG).decode()


async def test_edits_of_openai() -> None:
    """A form with the words and the pictures, five at most."""
    async with serving() as (service, http):
        service.body = {"data": [{"b64_json": base64.b64encode(PNG).decode()}]}
        adapter = painter(service, http, "openai")
        found = [event async for batch in adapter.stream(edit(7)) for event in batch]
        assert isinstance(found[-1], Done)
        assert service.path == "/v1/images/edits"
        named = [(name, data) for name, _, data in service.fields]
        assert named[:2] == [("model", b"draw-1"), ("prompt", b"make it night")]
        assert named[2:] == [("image[]", PNG)] * 5


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"data": [{"respect_moderation": False, "b64_json": ""}]}, ProviderRefused),
        (400, {"error": {"code": "content_policy_violation"}}, ProviderRefused),
        (200, {"data": []}, ProviderGarbled),
        (200, {"data": [{"url": "https://gone.site.com/x.png"}]}, ProviderGarbled),
        (200, {"data": [{"b64_json": "!!!"}]}, ProviderGarbled),
        (200, {"data": [{"b64_json": base64.b64encode(b"<svg>").decode()}]}, ProviderGarbled),
        (200, b"\xff", ProviderGarbled),
        (200, [], ProviderGarbled),
        (503, {"error": "busy"}, ProviderUnavailable),
    ],
)
async def test_images_that_fail(status: int, body: Any, kind: type[ProviderError]) -> None:
    """A picture held back is a refusal; one that is none is the provider's mistake."""
    async with serving() as (service, http):
        service.status, service.body = status, body
        with pytest.raises(kind):
            await drawn(painter(service, http, "xai"))
