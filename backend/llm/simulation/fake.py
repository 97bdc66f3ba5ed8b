"""A scripted adapter for tests and demonstrations: batches, pauses and failures.

FakeAdapter([Batch(Text("Hel")), Pause(0.05), Batch(Text("lo"), Done("stop"))])
FakeAdapter([Batch(Text("Hel")), AnswerTruncated(provider="fake")])
FakeAdapter.saying("Hello there")
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Self, TypeAlias

import msgspec

from backend.errors import ProviderError
from backend.llm.events import Done, Event, Retention, Sent, Text, Usage
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
    """Silence until the generator is closed."""


Step: TypeAlias = Batch | Pause | Forever | ProviderError
Script: TypeAlias = Sequence[Step]


class FakeAdapter:
    """Plays one script per call, the last one again for further calls.

    `requests` keeps the requests, `closed` counts ended generators.
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
            model = request.model
            yield (Sent.of(model.provider, model.id, "fake://adapter", body),)
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


class RecordedAttempts:
    """A recorder that keeps each attempt with its body, and how it ended."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.ended: list[tuple[str, Usage | None, Retention | None]] = []

    async def before_send(self, sent: Sent, request: ChatRequest) -> None:
        """See SendRecorder."""
        self.sent.append(sent)

    def attempt_ended(self, outcome: str, usage: Usage | None, retention: Retention | None) -> None:
        """See SendRecorder."""
        self.ended.append((outcome, usage, retention))
