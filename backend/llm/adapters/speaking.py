"""Text to speech at a provider that can: OpenAI's `/audio/speech` and xAI's `/tts`.

The text is sent with nothing about whose it is. What comes back is a whole recording.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, Protocol, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.errors import ProviderTimedOut, ProviderUnavailable
from backend.llm.adapters.failures import garbled, response_failure
from backend.llm.events import Sent
from backend.llm.http.wire import Budgets, BudgetSpent, ConnectFailed, HttpClient

SpeakingShape: TypeAlias = Literal["openai", "xai"]
BeforeSend: TypeAlias = Callable[[Sent], Awaitable[None]]

MOST_CHARACTERS: Final = 4_000
"""Of one text; OpenAI takes 4,096."""
ANSWER_BYTES: Final = 16 * 1024 * 1024
BUDGETS: Final = Budgets(connect=10.0, first_event=60.0, idle=30.0, hard=120.0)


class Spoken(Struct, frozen=True):
    """A recording, the record of what was sent for it, and its cost in micro-dollars."""

    data: bytes
    sent: Sent
    cost_micro_dollars: int


class Speaker(Protocol):
    """Turns text into speech."""

    @property
    def provider(self) -> str:
        """The id of the provider to which the text goes."""
        ...

    @property
    def name(self) -> str:
        """The provider's name for people."""
        ...

    @property
    def model(self) -> str:
        """The model that is asked."""
        ...

    def cost(self, text: str) -> int:
        """What it costs to have a text spoken, in micro-dollars."""
        ...

    async def speak(self, text: str, language: str, before_send: BeforeSend) -> Spoken:
        """A text of at most MOST_CHARACTERS, spoken: OGG with Opus, or MP3.

        `before_send` is awaited with the record of what is sent; nothing is sent if it fails.

        Raises:
            ProviderError: one of its subclasses.
        """
        ...


class SpeakingService(Struct, frozen=True):
    """A service that speaks: its address, model, voice, and price in micro-dollars for a million
    characters."""

    provider: str
    name: str
    base_url: str
    model: str
    voice: str
    shape: SpeakingShape
    million_price: int


SPEAKERS: Final = (
    SpeakingService("xai", "xAI", "https://api.x.ai/v1", "tts", "eve", "xai", 4_200_000),
    SpeakingService(
        "openai", "OpenAI", "https://api.openai.com/v1", "tts-1", "alloy", "openai", 15_000_000
    ),
)
"""In the order of preference; the first whose key is set is asked. Prices as the providers' pages
give them: x.ai, platform.openai.com."""


class TextToSpeech:
    """The adapter: one service, one key."""

    def __init__(self, http: HttpClient, service: SpeakingService, key: str) -> None:
        self._http = http
        self._service = service
        self._key = key

    @property
    def provider(self) -> str:
        """See Speaker."""
        return self._service.provider

    @property
    def name(self) -> str:
        """See Speaker."""
        return self._service.name

    @property
    def model(self) -> str:
        """See Speaker."""
        return self._service.model

    def cost(self, text: str) -> int:
        """See Speaker."""
        return -(-len(text) * self._service.million_price // 1_000_000)

    async def speak(self, text: str, language: str, before_send: BeforeSend) -> Spoken:
        """See Speaker."""
        service = self._service
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        path = "/tts" if service.shape == "xai" else "/audio/speech"
        body = msgspec.json.encode(_request(service, text, language))
        url = service.base_url + path
        sent = Sent.of(service.provider, service.model, url, body)
        await before_send(sent)
        try:
            answer = await self._http.post(url, headers, body, BUDGETS)
        except ConnectFailed as error:
            raise ProviderUnavailable(provider=service.name, reason=str(error)) from error
        except BudgetSpent as error:
            raise ProviderTimedOut(provider=service.name, kind=error.kind) from error
        try:
            told = await answer.read_all(ANSWER_BYTES)
        finally:
            await answer.close()
        if answer.status != 200:
            raise response_failure(service.name, answer.status, answer.headers, told)
        if not _is_recording(told):
            raise garbled(service.name, "no recording")
        return Spoken(told, replace(sent, body=b""), self.cost(text))


def _request(service: SpeakingService, text: str, language: str) -> dict[str, Any]:
    if service.shape == "xai":
        codec = {"codec": "mp3", "sample_rate": 24_000, "bit_rate": 64_000}
        return {
            "text": text,
            "voice_id": service.voice,
            "language": language,
            "output_format": codec,
        }
    return {
        "model": service.model,
        "input": text,
        "voice": service.voice,
        "response_format": "opus",
    }


def _is_recording(data: bytes) -> bool:
    """Whether it starts like an OGG or MP3 file: nothing else is passed on to people."""
    is_frame = len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0
    return data.startswith((b"OggS", b"ID3")) or is_frame
