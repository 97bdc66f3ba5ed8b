"""A scripted adapter for tests and demonstrations: batches, pauses and failures, as told.

FakeAdapter([Batch(Text("Hel")), Pause(0.05), Batch(Text("lo"), Done("stop"))])
FakeAdapter([Batch(Text("Hel")), AnswerTruncated(provider="fake")])
FakeAdapter.saying("Hello there")
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Self, TypeAlias

import msgspec

from backend.errors import ProviderError
from backend.llm.events import Done, Event, Sent, Text, Usage
from backend.llm.model import Model
from backend.llm.port import ChatRequest

FAKE_MODEL = Model(
    id="fake",
    provider="fake",
    wire_name="fake",
    name="Scripted model",
    context_tokens=8192,
    max_output_tokens=1024,
)


class Batch:
    """All events of one network read."""

    def __init__(self, *events: Event) -> None:
        self.events = events


class Pause:
    """Silence of `seconds`, slept with the adapter's `sleep`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Forever:
    """Silence without end, until the generator is closed."""


Step: TypeAlias = Batch | Pause | Forever | ProviderError
Script: TypeAlias = Sequence[Step]


class FakeAdapter:
    """Plays one script per call, the last one again for further calls.

    `requests` keeps what was asked, `closed` counts the generators that have ended, in
    whichever way.
    """

    def __init__(
        self,
        *scripts: Script | Callable[[ChatRequest], Script],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._scripts = scripts
        self._sleep = sleep
        self.requests: list[ChatRequest] = []
        self.closed = 0

    @classmethod
    def saying(cls, text: str, *, pause: float = 0.0) -> Self:
        """An adapter that writes `text` word by word, with usage and a clean end."""
        words = text.split(" ")
        pieces = [word if number == 0 else f" {word}" for number, word in enumerate(words)]
        script: list[Step] = []
        for piece in pieces:
            script += [Pause(pause), Batch(Text(piece))] if pause else [Batch(Text(piece))]
        script.append(Batch(Usage(input_tokens=10, output_tokens=len(words)), Done("stop")))
        return cls(script)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """Play the next script, after the Sent that every attempt begins with."""
        chosen = self._scripts[min(len(self.requests), len(self._scripts) - 1)]
        self.requests.append(request)
        script = chosen(request) if callable(chosen) else chosen
        body = msgspec.json.encode(request)
        try:
            yield (_sent(request, body),)
            for step in script:
                if isinstance(step, Batch):
                    yield step.events
                elif isinstance(step, Pause):
                    await self._sleep(step.seconds)
                elif isinstance(step, Forever):
                    await asyncio.Event().wait()
                else:
                    raise step
        finally:
            self.closed += 1


def _sent(request: ChatRequest, body: bytes) -> Sent:
    model = request.model
    return Sent(model.provider, model.id, hashlib.sha256(body).hexdigest())
