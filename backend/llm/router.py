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
from backend.llm.events import Event, Failed
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
        self.sleep = sleep
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
        attempts = _Attempts(self, request, choices, budget)
        while True:
            attempt = await attempts.next_one()
            # One generator for all tries of all models: thousands of answers are open at once.
            stream = self._ask(attempt.request)
            try:
                async with contextlib.aclosing(stream):
                    async for batch in stream:
                        taken = attempt.account_for(batch)
                        if attempt.leaving is not None:
                            await attempt.record(recorder)
                        yield taken
                attempts.succeeded(recorder)
                return
            except ProviderError as error:
                failure = error
            if (failed := attempts.failed(failure, recorder)) is not None:
                yield (failed,)

    def healthy(self, provider: str) -> bool:
        """Whether the provider's breaker lets requests through."""
        return self._breaker(provider).wait == 0

    def troubled(self) -> dict[str, Trouble]:
        """The providers that are left alone now, and why."""
        found = {name: one.trouble for name, one in self._breakers.items()}
        return {name: trouble for name, trouble in found.items() if trouble is not None}

    def can_ask(self, model: Model) -> bool:
        """Whether the model's provider has an adapter and its breaker lets requests through."""
        return model.provider in self._adapters and self.breaker_of(model).wait == 0

    def _ask(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """One try.

        Raises:
            ModelUnknown: its provider has no adapter.
        """
        model = request.model
        if (adapter := self._adapters.get(model.provider)) is None:
            raise ModelUnknown(provider=model.provider, model=model.id)
        return adapter.stream(request)

    def pause(self, error: ProviderError, tried: int, *, last: bool) -> float | None:
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

    def breaker_of(self, model: Model) -> Breaker:
        """The breaker of the model's provider."""
        # A simulated outage must not take the other simulations down.
        return self._breaker(model.id if model.simulated else model.provider)

    def _breaker(self, provider: str) -> Breaker:
        if provider not in self._breakers:
            self._breakers[provider] = Breaker(self._clock)
        return self._breakers[provider]


class _Attempts:
    """Which attempt comes next: another try of the same model, or the next model that fits."""

    def __init__(
        self, router: Router, request: ChatRequest, choices: Sequence[Model], budget: int | None
    ) -> None:
        fitting = _fitting(request, choices)
        self._router = router
        self._request = request
        self._first, self._last = choices[0].id, fitting[-1].id
        self._models = iter(fitting)
        self._left = AttemptBudget(budget)
        self._attempt: Attempt | None = None
        self._failure: ProviderError | None = None

    async def next_one(self) -> Attempt:
        """The next attempt, after the pause that another try needs.

        Raises:
            ProviderError: the last failure; nothing is left to try, or the answer was begun.
        """
        if self._attempt is not None and await self._may_repeat(self._attempt):
            return self._attempt
        for model in self._models:
            attempt = Attempt(for_model(self._request, model), fallback=model.id != self._first)
            if self._failure is not None and not self._left.affords(attempt.request):
                continue
            self._attempt, self._tried = attempt, 0
            self._breaker = self._router.breaker_of(model)
            if self._breaker.allow():
                return attempt
            self._give_up(attempt, _circuit_open(model, self._breaker))
        assert self._failure is not None
        raise self._failure

    async def _may_repeat(self, attempt: Attempt) -> bool:
        """Wait for the next try of the same model; False if the next model is to be asked."""
        failure, model = self._failure, attempt.request.model
        assert failure is not None
        pause = self._router.pause(failure, self._tried, last=model.id == self._last)
        if not attempt.visible and pause is not None and self._left.affords(attempt.request):
            await self._router.sleep(pause)
            self._tried += 1
            if self._breaker.allow():
                return True
            failure = _circuit_open(model, self._breaker)
        self._give_up(attempt, failure)
        return False

    def _give_up(self, attempt: Attempt, failure: ProviderError) -> None:
        """Keep the failure; raise it where no other model may take over."""
        self._failure = failure
        if attempt.visible or not failure.replaceable:
            raise failure

    def succeeded(self, recorder: SendRecorder) -> None:
        """Report that the answer is complete."""
        assert self._attempt is not None
        self._breaker.succeeded()
        self._attempt.end(recorder)

    def failed(self, failure: ProviderError, recorder: SendRecorder) -> Failed | None:
        """Report a failed attempt; what it may have cost, None if nothing."""
        assert self._attempt is not None
        self._failure = failure
        self._breaker.failed(failure)
        self._attempt.end(recorder, failure)
        _log(self._attempt, failure)
        if (charged := self._attempt.failed(failure)) is not None:
            self._left.pay(charged)
        return charged


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
