"""One attempt of the router: forwards a model's events and tracks its cost."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from backend.errors import ProviderError
from backend.llm.cost import ceiling, completed, estimated
from backend.llm.events import (
    VISIBLE,
    Answering,
    Done,
    Event,
    Failed,
    Reasoning,
    Retention,
    Sent,
    Text,
    Usage,
    WasThinking,
)
from backend.llm.port import ChatRequest, SendRecorder
from backend.llm.tokens import utf8_bytes

_ANSWER: Final = frozenset({*VISIBLE, Done})


class AttemptBudget:
    """The rest of a budget for attempts."""

    __slots__ = ("_left", "_touched")

    def __init__(self, budget: int | None) -> None:
        self._left = budget
        self._touched = False

    def pay(self, failed: Failed) -> None:
        """Subtract a failed attempt's possible charge."""
        if self._left is not None:
            self._left -= failed.usage.cost_micro_dollars or 0
            self._touched = True

    def affords(self, request: ChatRequest) -> bool:
        """Whether another attempt fits; the first one was reserved before."""
        if self._left is None or not self._touched:
            return True
        most = ceiling(request)
        return most is not None and most <= self._left


class Attempt:
    """Forwards one model's events, adding the model, cost and receipt."""

    __slots__ = (
        "_done",
        "_fallback",
        "_recorded",
        "_retention",
        "_sent",
        "_text_bytes",
        "_thought_bytes",
        "_usage",
        "leaving",
        "request",
        "visible",
    )

    def __init__(self, request: ChatRequest, *, fallback: bool) -> None:
        self.request = request
        self.visible = False
        self._fallback = fallback
        self.leaving: Sent | None = None
        """The request to be sent that is not recorded yet."""
        self._recorded = False
        self._sent: Sent | None = None
        self._usage: Usage | None = None
        self._retention: Retention | None = None
        self._done: Done | None = None
        self._text_bytes = 0
        self._thought_bytes = 0

    def account_for(self, batch: Sequence[Event]) -> Sequence[Event]:
        """The batch, with Answering before the first visible event, and usage priced or
        estimated."""
        if self.visible and len(batch) == 1 and type(event := batch[0]) is Text:
            self._text_bytes += utf8_bytes(event.text)  # as nearly always
            return batch
        out: list[Event] = []
        for event in batch:
            kind = type(event)
            if not self.visible and kind in _ANSWER:
                self.visible = True
                model = self.request.model
                out.append(Answering(model.id, model.name, self._fallback))
            if kind is Text:
                self._text_bytes += utf8_bytes(event.text)  # type: ignore[union-attr]
            elif kind is Reasoning:
                self._thought_bytes += utf8_bytes(event.text)  # type: ignore[union-attr]
            elif kind is WasThinking:
                self._thought_bytes += self._text_bytes
                self._text_bytes = 0
            elif isinstance(event, Usage):
                event = self._usage = completed(
                    self.request, event, self._text_bytes, self._thought_bytes
                )
            elif isinstance(event, Sent):
                self.leaving = event
                event = self._sent = replace(event, body=b"")
                self._usage = self._retention = self._done = None  # another try's are its own
            elif isinstance(event, Retention):
                self._retention = event
            elif isinstance(event, Done):
                self._done = event
                if self._usage is None:
                    self._usage = estimated(self.request, self._text_bytes, self._thought_bytes)
                    out.append(self._usage)
            out.append(event)
        return out

    async def record(self, recorder: SendRecorder) -> None:
        """Record the request that is about to be sent."""
        leaving, self.leaving = self.leaving, None
        assert leaving is not None
        await recorder.before_send(leaving, self.request)
        self._recorded = True

    def end(self, recorder: SendRecorder, error: ProviderError | None = None) -> None:
        """Report the end of an attempt that was to be sent."""
        if self._recorded:
            self._recorded = False
            reason = self._done.reason if self._done else "stop"
            outcome = reason if error is None else error.code
            recorder.attempt_ended(outcome, self._usage, self._retention)

    def failed(self, error: ProviderError) -> Failed | None:
        """The possible charge of an attempt that failed before anything was seen; None if none.

        Reported usage is charged whatever the error.
        """
        told = self._usage
        if self.visible or self._sent is None or not (told or error.billable):
            return None
        usage = told or estimated(self.request, 0)
        return Failed(self._sent.provider, self._sent.model_id, usage)
