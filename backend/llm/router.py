"""Asks the models of a list in turn until one answers.

Retries and fallbacks happen only before the first visible event; after it the answer is that
model's, complete or not. The caller chooses the list (class, plan, consent); capabilities and
health are checked here.
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
from backend.llm.attempt import Attempt, AttemptBudget
from backend.llm.breaker import Breaker, Trouble
from backend.llm.events import (
    Event,
)
from backend.llm.model import Model
from backend.llm.port import Adapter, ChatRequest, FilePart, ImagePart, SendRecorder

log = structlog.get_logger("tanya.llm")

RETRIES: Final = 2
PATIENCE: Final = 20.0
"""The longest wait before a retry, in seconds."""


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
        self,
        request: ChatRequest,
        choices: Sequence[Model],
        budget: int | None,
        recorder: SendRecorder,
    ) -> AsyncGenerator[Sequence[Event], None]:
        """Stream from the first of `choices` that fits, is healthy and answers.

        `budget` is the most micro-dollars that all attempts together may cost; None is no limit.
        Once failed ones have used some of it, only what fits in the rest is tried. Each attempt is
        recorded before it is sent; an error of `recorder` ends the stream.

        Raises:
            NoModelFits: none has the capabilities.
            ProviderError: the last one's, when none answered; the failing one's, after the
                first visible event.
        """
        fitting = _fitting(request, choices)
        failure: ProviderError | None = None
        left = AttemptBudget(budget)
        for model in fitting:
            attempt = Attempt(for_model(request, model), fallback=model.id != choices[0].id)
            if failure is not None and not left.affords(attempt.request):
                continue
            breaker, tried = self._breaker_of(model), 0
            while breaker.allow():
                # One generator for all tries of all models: thousands of answers are open at once.
                stream = self._ask(attempt.request)
                try:
                    async with contextlib.aclosing(stream):
                        async for batch in stream:
                            taken = attempt.take(batch)
                            if attempt.leaving is not None:
                                await attempt.record(recorder)
                            yield taken
                    breaker.succeeded()
                    attempt.end(recorder)
                    return
                except ProviderError as error:
                    failure = error
                breaker.failed(failure)
                attempt.end(recorder, failure)
                _log(attempt, failure)
                if (failed := attempt.failed(failure)) is not None:
                    left.pay(failed)
                    yield (failed,)
                pause = self._pause(failure, tried, last=model is fitting[-1])
                if attempt.visible or pause is None or not left.affords(attempt.request):
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
        """Whether the provider's breaker lets requests through."""
        return self._breaker(provider).wait == 0

    def troubled(self) -> dict[str, Trouble]:
        """The providers that are left alone now, and why."""
        found = {name: one.trouble for name, one in self._breakers.items()}
        return {name: trouble for name, trouble in found.items() if trouble is not None}

    def can_ask(self, model: Model) -> bool:
        """Whether the model's provider has an adapter and its breaker lets requests through."""
        return model.provider in self._adapters and self._breaker_of(model).wait == 0

    def _ask(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """One try.

        Raises:
            ModelUnknown: its provider has no adapter.
        """
        model = request.model
        if (adapter := self._adapters.get(model.provider)) is None:
            raise ModelUnknown(provider=model.provider, model=model.id)
        return adapter.stream(request)

    def _pause(self, error: ProviderError, tried: int, *, last: bool) -> float | None:
        """Seconds until the next try, after `tried` others; None if it is not worth it.

        Half a second, doubling to eight, with jitter of a quarter; or the provider's Retry-After
        within PATIENCE, unless another model can take over at once.
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


def _log(attempt: Attempt, error: ProviderError) -> None:
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
