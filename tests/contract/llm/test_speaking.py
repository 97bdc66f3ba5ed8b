"""Text to speech, over real sockets against a server of these shapes.

Exercises backend/llm/adapters/speaking.py.
"""

from typing import Any

import pytest

from backend.errors import ProviderError, ProviderGarbled, ProviderRateLimited
from backend.llm.adapters.speaking import SpeakingService, TextToSpeech
from backend.llm.http.client import Http
from tests.contract.llm.test_speech_and_images import Service, serving, unrecorded

VOICE = b"OggS" + b"\0" * 40


def speaking(service: Service, http: Http, shape: Any) -> TextToSpeech:
    """The adapter."""
    at = SpeakingService("p", "Provider", service.base_url, "say-1", "somebody", shape, 4_200_000)
    return TextToSpeech(http, at, "the-key")


@pytest.mark.parametrize(
    ("shape", "path", "asked"),
    [
        (
            "openai",
            "/v1/audio/speech",
            {"model": "say-1", "input": "Привет", "voice": "somebody", "response_format": "opus"},
        ),
        (
            "xai",
            "/v1/tts",
            {
                "text": "Привет",
                "voice_id": "somebody",
                "language": "ru",
                "output_format": {"codec": "mp3", "sample_rate": 24_000, "bit_rate": 64_000},
            },
        ),
    ],
)
async def test_text_is_spoken_in_both_shapes(shape: str, path: str, asked: dict[str, Any]) -> None:
    """Nothing goes along but the text and how it is to be spoken; it costs by the character."""
    async with serving() as (service, http):
        service.body = VOICE
        spoken = await speaking(service, http, shape).speak("Привет", "ru", unrecorded)
        assert (spoken.data, spoken.cost_micro_dollars) == (VOICE, 26)
        assert (service.path, service.json) == (path, asked)
        assert service.headers["Authorization"] == "Bearer the-key"
        assert len(spoken.sent.body_sha256) == 64


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"<html>", ProviderGarbled),
        (200, b"", ProviderGarbled),
        (429, b"{}", ProviderRateLimited),
        (500, b"OggS", ProviderError),
    ],
)
async def test_what_is_no_recording_is_not_handed_on(
    status: int, body: bytes, error: type[ProviderError]
) -> None:
    """A page, nothing, or a refusal."""
    async with serving() as (service, http):
        service.status, service.body = status, body
        with pytest.raises(error):
            await speaking(service, http, "openai").speak("Hello", "en", unrecorded)
