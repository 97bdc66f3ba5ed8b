"""Asks the models of a list in turn until one answers, and says which one did.

Another try or another model is possible only before the first event that a person sees: after
it, the answer is that model's, whole or broken off. Which models are on the list (class, plan,
consent) is the caller's to say; that they can do what is asked, and are well, is checked here.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Final

import structlog
from msgspec.structs import replace

from backend.errors import (
    AnswerTruncated,
    ModelUnknown,
    NoModelFits,
    ProviderError,
    ProviderUnavailable,
)
from backend.llm.breaker import Breaker
from backend.llm.cost import ceiling, estimated, priced
from backend.llm.events import (
    VISIBLE,
    Answering,
    Done,
    Event,
    Failed,
    Reasoning,
    Sent,
    Text,
    Usage,
)
from backend.llm.model import Model
from backend.llm.port import Adapter, ChatRequest, FilePart, ImagePart
from backend.llm.tokens import size

log = structlog.get_logger("tanya.llm")

RETRIES: Final = 2
PATIENCE: Final = 20.0
"""The longest a person is made to wait for another try, in seconds."""


class Router:
    """The port to all providers; `adapters` are by provider id."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._adapters = adapters
        self._sleep = sleep
        self._chance = chance
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}

    async def stream(
        self, request: ChatRequest, choices: Sequence[Model], budget: int | None = None
    ) -> AsyncGenerator[Sequence[Event], None]:
        """Ask the first of `choices` that fits, is well and answers.

        `budget` is the most micro-dollars that all attempts together may cost; None is no limit.
        Once failed ones have used some of it, only what fits in the rest is tried.

        Raises:
            NoModelFits: none of them can do what is asked.
            ProviderError: the last one's, when none answered; the failing one's, after the
                first visible event.
        """
        fitting = _fitting(request, choices)
        failure: ProviderError | None = None
        purse = _Purse(budget)
        for model in fitting:
            attempt = _Attempt(for_model(request, model), fallback=model.id != choices[0].id)
            if failure is not None and not purse.affords(attempt.request):
                continue
            breaker, tried = self._breaker_of(model), 0
            while breaker.allow():
                # One generator for all tries of all models: thousands of answers are open at once.
                stream = self._ask(attempt.request)
                try:
                    async with contextlib.aclosing(stream):
                        async for batch in stream:
                            yield attempt.take(batch)
                    breaker.succeeded()
                    return
                except ProviderError as error:
                    failure = error
                breaker.failed(failure)
                _log(attempt, failure)
                if (failed := attempt.failed(failure)) is not None:
                    purse.pay(failed)
                    yield (failed,)
                pause = self._pause(failure, tried, last=model is fitting[-1])
                if attempt.visible or pause is None or not purse.affords(attempt.request):
                    break
                await self._sleep(pause)
                tried += 1
            else:
                failure = _circuit_open(model, breaker)
            if attempt.visible or not failure.replaceable:
                raise failure
        assert failure is not None
        raise failure

    def healthy(self, provider: str) -> bool:
        """Whether the provider is asked at present."""
        return self._breaker(provider).wait == 0

    def _ask(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """One try.

        Raises:
            ModelUnknown: nobody serves its provider here.
        """
        model = request.model
        if (adapter := self._adapters.get(model.provider)) is None:
            raise ModelUnknown(provider=model.provider, model=model.id)
        return adapter.stream(request)

    def _pause(self, error: ProviderError, tried: int, *, last: bool) -> float | None:
        """Seconds until the next try, after `tried` others; None if it is not worth it.

        Half a second, doubling to eight, less up to a quarter; or what the provider says, if a
        person would wait so long: not when another model can take over at once.
        """
        if tried == RETRIES or not (error.retryable or isinstance(error, AnswerTruncated)):
            return None
        pause: float = min(0.5 * 2**tried, 8.0) * (1 - 0.25 * self._chance())
        if error.retry_after is None:
            return pause
        limit = PATIENCE if last else 2.0
        return max(pause, error.retry_after) if error.retry_after <= limit else None

    def _breaker_of(self, model: Model) -> Breaker:
        # A simulated outage must not take the other simulations down.
        return self._breaker(model.id if model.simulated else model.provider)

    def _breaker(self, provider: str) -> Breaker:
        if provider not in self._breakers:
            self._breakers[provider] = Breaker(self._clock)
        return self._breakers[provider]


def _log(attempt: "_Attempt", error: ProviderError) -> None:
    log.warning(
        "attempt_failed",
        model=attempt.request.model.id,
        code=error.code,
        reason=error.details.get("reason"),
        status=error.details.get("provider_status"),
        visible=attempt.visible,
    )


def _circuit_open(model: Model, breaker: Breaker) -> ProviderUnavailable:
    return ProviderUnavailable(
        retry_after=breaker.wait, provider=model.provider, reason="circuit_open"
    )


class _Purse:
    """What is left of a budget for attempts."""

    __slots__ = ("_left", "_touched")

    def __init__(self, budget: int | None) -> None:
        self._left = budget
        self._touched = False

    def pay(self, failed: Failed) -> None:
        """A failed attempt may be charged for."""
        if self._left is not None:
            self._left -= failed.usage.cost_micro_dollars or 0
            self._touched = True

    def affords(self, request: ChatRequest) -> bool:
        """Whether another attempt fits; the first one's place was held before."""
        if self._left is None or not self._touched:
            return True
        most = ceiling(request)
        return most is not None and most <= self._left


class _Attempt:
    """What passes through of one model's answer, and what is added to it."""

    __slots__ = (
        "_fallback",
        "_sent",
        "_text_bytes",
        "_thought_bytes",
        "_usage",
        "request",
        "visible",
    )

    def __init__(self, request: ChatRequest, *, fallback: bool) -> None:
        self.request = request
        self.visible = False
        self._fallback = fallback
        self._sent: Sent | None = None
        self._usage: Usage | None = None
        self._text_bytes = 0
        self._thought_bytes = 0

    def take(self, batch: Sequence[Event]) -> Sequence[Event]:
        """The batch, with Answering before what is first seen, and usage priced or counted."""
        if self.visible and len(batch) == 1 and type(event := batch[0]) is Text:
            self._text_bytes += size(event.text)  # as nearly always
            return batch
        out: list[Event] = []
        for event in batch:
            kind = type(event)
            if not self.visible and kind in _ANSWER:
                self.visible = True
                model = self.request.model
                out.append(Answering(model.id, model.name, self._fallback))
            if kind is Text:
                self._text_bytes += size(event.text)  # type: ignore[union-attr]
            elif kind is Reasoning:
                self._thought_bytes += size(event.text)  # type: ignore[union-attr]
            elif isinstance(event, Usage):
                event = self._usage = priced(self.request.model, event)
            elif isinstance(event, Sent):
                self._sent = event
            elif kind is Done and self._usage is None:
                out.append(estimated(self.request, self._text_bytes, self._thought_bytes))
            out.append(event)
        return out

    def failed(self, error: ProviderError) -> Failed | None:
        """What the attempt may be charged, given up before anything was seen; None if nothing."""
        if self.visible or self._sent is None or not error.billable:
            return None
        usage = self._usage or estimated(self.request, 0)
        return Failed(self._sent.provider, self._sent.model_id, usage)


_ANSWER: Final = frozenset({*VISIBLE, Done})


def for_model(request: ChatRequest, model: Model) -> ChatRequest:
    """The request as this model takes it: its name, its limit, a search only if it can."""
    limit = min(request.max_output_tokens or model.max_output_tokens, model.max_output_tokens)
    search = request.search if "search" in model.capabilities else None
    return replace(request, model=model, max_output_tokens=limit, search=search)


def needs(request: ChatRequest) -> frozenset[str]:
    """The capabilities that a model must have for this request."""
    parts = [part for turn in request.turns for part in turn.parts]
    found = {
        "vision": any(isinstance(part, ImagePart) for part in parts),
        "files": any(isinstance(part, FilePart) for part in parts),
        "search": request.search is not None and request.search.required,
    }
    return frozenset(need for need, wanted in found.items() if wanted)


def _fitting(request: ChatRequest, choices: Sequence[Model]) -> list[Model]:
    needed = needs(request)
    fitting = [model for model in choices if needed <= model.capabilities]
    if not fitting:
        lacking = needed - (choices[0].capabilities if choices else frozenset())
        raise NoModelFits(need=min(lacking, default="any"))
    return fitting
