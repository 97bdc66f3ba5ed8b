"""Speech to text at a provider that can: OpenAI's `/audio/transcriptions` and compatible servers,
and xAI's `/stt`, which needs the file last.

The file is sent under a neutral name, with nothing about the speaker.
"""

import math
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, Protocol, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.errors import ProviderTimedOut, ProviderUnavailable
from backend.llm.adapters.failures import garbled, response_failure
from backend.llm.events import Sent
from backend.llm.http.multipart import Field, encode
from backend.llm.http.wire import Budgets, BudgetSpent, ConnectFailed, HttpClient

Shape: TypeAlias = Literal["openai", "xai"]
BeforeSend: TypeAlias = Callable[[Sent], Awaitable[None]]

ANSWER_BYTES: Final = 4 * 1024 * 1024
BUDGETS: Final = Budgets(connect=10.0, first_event=120.0, idle=60.0, hard=180.0)
MAX_CHARACTERS: Final = 100_000

_ENDINGS: Final = {
    "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/wav": "wav",
    "audio/flac": "flac", "audio/webm": "webm",
}  # fmt: skip


LEAST_BYTES_A_SECOND: Final = 750
"""Speech rarely has less than 6 kbit/s, which bounds a recording's length."""


class Recording(Struct, frozen=True):
    """A recording. `media_type` is one that backend/reading detects; `seconds` is how long it
    lasts, where its container says so."""

    data: bytes
    media_type: str
    seconds: int | None = None


class Transcript(Struct, frozen=True):
    """The text, the record of what was sent, and the cost in micro-dollars; `cost_estimated` if the
    length is unknown."""

    text: str
    sent: Sent
    cost_micro_dollars: int = 0
    cost_estimated: bool = False


class Transcriber(Protocol):
    """Turns speech into text."""

    @property
    def provider(self) -> str:
        """The id of the provider to which the speech goes."""
        ...

    @property
    def name(self) -> str:
        """The provider's name for people."""
        ...

    @property
    def model(self) -> str:
        """The model that is asked."""
        ...

    def ceiling(self, recording: Recording) -> int:
        """The most micro-dollars that a transcript may cost."""
        ...

    async def transcribe(self, recording: Recording, before_send: BeforeSend) -> Transcript:
        """The text of a recording; empty without speech.

        `before_send` is awaited with the record of what is sent; nothing is sent if it fails.

        Raises:
            ProviderError: one of its subclasses.
        """
        ...


class SpeechService(Struct, frozen=True):
    """A speech service: its address, model and price in micro-dollars per hour; recordings are
    billed as at least `least_seconds`."""

    provider: str
    name: str
    base_url: str
    model: str
    shape: Shape
    hour_price: int
    least_seconds: int = 1

    def cost(self, seconds: float) -> int:
        """The price of this much speech, in micro-dollars."""
        counted = max(math.ceil(seconds), self.least_seconds)
        return -(-counted * self.hour_price // 3600)


SERVICES: Final = (
    SpeechService("xai", "xAI", "https://api.x.ai/v1", "grok-voice-transcribe-2.0", "xai", 100_000),
    SpeechService(
        "openai", "OpenAI", "https://api.openai.com/v1", "gpt-transcribe", "openai", 270_000
    ),
    SpeechService(
        "groq", "Groq", "https://api.groq.com/openai/v1", "whisper-large-v3-turbo", "openai",
        40_000, least_seconds=10,
    ),
)  # fmt: skip
"""In the order of preference; the first whose key is set is asked. Prices as the providers'
pages give them: x.ai, platform.openai.com, groq.com."""


class SpeechToText:
    """The adapter: one service, one key."""

    def __init__(self, http: HttpClient, service: SpeechService, key: str) -> None:
        self._http = http
        self._service = service
        self._key = key

    @property
    def provider(self) -> str:
        """See Transcriber."""
        return self._service.provider

    @property
    def name(self) -> str:
        """See Transcriber."""
        return self._service.name

    @property
    def model(self) -> str:
        """See Transcriber."""
        return self._service.model

    def ceiling(self, recording: Recording) -> int:
        """See Transcriber."""
        seconds = recording.seconds
        if seconds is None:
            seconds = len(recording.data) // LEAST_BYTES_A_SECOND
        return self._service.cost(seconds + 1)

    async def transcribe(self, recording: Recording, before_send: BeforeSend) -> Transcript:
        """See Transcriber."""
        service = self._service
        content_type, body = encode(_fields(service, recording))
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": content_type,
            "Accept": "application/json",
        }
        path = "/stt" if service.shape == "xai" else "/audio/transcriptions"
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
        text, lasted = _words(service.name, told)
        known = lasted if lasted is not None else recording.seconds
        cost = self.ceiling(recording) if known is None else service.cost(known)
        return Transcript(text, replace(sent, body=b""), cost, cost_estimated=known is None)


def _fields(service: SpeechService, recording: Recording) -> list[Field]:
    name = f"voice.{_ENDINGS.get(recording.media_type, 'bin')}"
    fields = [Field("model", service.model.encode())]
    if service.shape == "openai":
        fields.append(Field("response_format", b"json"))
    return [*fields, Field("file", recording.data, name, recording.media_type)]


def _words(provider: str, told: bytes) -> tuple[str, float | None]:
    """What was said, and for how many seconds, if the answer tells."""
    try:
        answer: Any = msgspec.json.decode(told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise garbled(provider, "not JSON") from None
    text = answer.get("text") if isinstance(answer, dict) else None
    if not isinstance(text, str):
        raise garbled(provider, "no text")
    return text[:MAX_CHARACTERS], _seconds(answer)


def _seconds(answer: dict[str, Any]) -> float | None:
    """xAI tells `duration`; OpenAI `usage.seconds`, where it charges by time."""
    usage = answer.get("usage")
    told: Any = usage.get("seconds") if isinstance(usage, dict) else answer.get("duration")
    if not isinstance(told, int | float) or not math.isfinite(told) or told < 0:
        return None
    return float(told)
