"""The router: other tries and other models before the first visible event, none after it.

Exercises backend/llm/breaker.py, backend/llm/attempt.py.
"""

import hashlib
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from backend.errors import (
    AnswerTruncated,
    NoModelFits,
    ProviderError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderRejectedKey,
    ProviderTimedOut,
    ProviderUnavailable,
    StorageFull,
)
from backend.llm import (
    Answering,
    ChatRequest,
    Done,
    Event,
    Failed,
    ImagePart,
    Model,
    PromptTurn,
    Retention,
    Search,
    Sent,
    Text,
    TextPart,
    Usage,
)
from backend.llm.cost import ceiling
from backend.llm.router import Router
from backend.llm.simulation.fake import (
    FAKE_MODEL,
    Batch,
    FakeAdapter,
    Forever,
    RecordedAttempts,
)

GROK = replace(FAKE_MODEL, id="grok", provider="xai", name="Grok", price_known=True)
OTHER = replace(
    FAKE_MODEL, id="other", provider="openai", name="Other", capabilities=frozenset({"vision"})
)
ANSWER = [Batch(Text("Hi")), Batch(Usage(3, 0, 2), Done("stop"))]


class Sleeps:
    """A sleep that only remembers."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Remember."""
        self.slept.append(seconds)


class Now:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.seconds


def request(model: Model = GROK) -> ChatRequest:
    """A short question."""
    return ChatRequest(model, "", (PromptTurn("user", (TextPart("Hello"),)),))


async def run(
    router: Router, choices: Sequence[Model], asked: ChatRequest | None = None
) -> tuple[list[Event], ProviderError | None]:
    """All events, Sent left out, and the failure if any."""
    events: list[Event] = []
    try:
        async for batch in router.stream(asked or request(), choices, None, RecordedAttempts()):
            events += batch
    except ProviderError as failure:
        return [event for event in events if not isinstance(event, Sent)], failure
    return [event for event in events if not isinstance(event, Sent)], None


def make(sleeps: Sleeps, clock: Now | None = None, **adapters: FakeAdapter) -> Router:
    """A router without chance: its jitter is none."""
    return Router(adapters, sleep=sleeps, chance=lambda: 0.0, clock=clock or Now())


async def test_the_first_model_answers() -> None:
    """Answering comes before the first text, and usage is priced."""
    router = make(Sleeps(), xai=FakeAdapter(ANSWER))
    events, failure = await run(router, [GROK, OTHER])
    assert failure is None
    assert events == [
        Answering("grok", "Grok", fallback=False),
        Text("Hi"),
        Usage(3, 0, 2, cost_micro_dollars=0),
        Done("stop"),
    ]


async def test_two_more_tries() -> None:
    """A provider that cannot be reached is asked three times, waiting longer each time."""
    sleeps = Sleeps()
    down = ProviderUnavailable(provider="xai")
    xai = FakeAdapter([down], [down], ANSWER)
    events, failure = await run(make(sleeps, xai=xai), [GROK])
    assert failure is None
    assert Text("Hi") in events
    assert sleeps.slept == [0.5, 1.0]


async def test_retry_after_is_honoured() -> None:
    """The provider's own word on when to come again wins over ours."""
    sleeps = Sleeps()
    xai = FakeAdapter([ProviderRateLimited(retry_after=7.0)], ANSWER)
    _, failure = await run(make(sleeps, xai=xai), [GROK])
    assert failure is None
    assert sleeps.slept == [7.0]


async def test_nobody_waits_for_an_hour() -> None:
    """A long Retry-After is shown to the person instead of waited for."""
    sleeps = Sleeps()
    xai = FakeAdapter([ProviderRateLimited(retry_after=3600.0)])
    _, failure = await run(make(sleeps, xai=xai), [GROK])
    assert isinstance(failure, ProviderRateLimited)
    assert failure.retry_after == 3600.0
    assert sleeps.slept == []


async def test_failover_says_so() -> None:
    """The next model takes over before the first text, marked as a fallback."""
    router = make(Sleeps(), xai=FakeAdapter([ProviderRejectedKey()]), openai=FakeAdapter(ANSWER))
    events, failure = await run(router, [GROK, OTHER])
    assert failure is None
    assert events[0] == Answering("other", "Other", fallback=True)


async def test_no_failover_after_the_first_text() -> None:
    """What a person has begun to read is not replaced: the failure is told."""
    other = FakeAdapter(ANSWER)
    xai = FakeAdapter([Batch(Text("He")), AnswerTruncated()])
    events, failure = await run(make(Sleeps(), xai=xai, openai=other), [GROK, OTHER])
    assert isinstance(failure, AnswerTruncated)
    assert events == [Answering("grok", "Grok", fallback=False), Text("He")]
    assert other.requests == []


async def test_refused_content_is_not_shopped_around() -> None:
    """A policy's refusal ends the attempt, though other models are on the list."""
    other = FakeAdapter(ANSWER)
    xai = FakeAdapter([ProviderRefused()])
    _, failure = await run(make(Sleeps(), xai=xai, openai=other), [GROK, OTHER])
    assert isinstance(failure, ProviderRefused)
    assert other.requests == []


async def test_only_listed_models_are_asked() -> None:
    """A provider that is not among the choices (the person did not agree) is never asked."""
    other = FakeAdapter(ANSWER)
    xai = FakeAdapter([ProviderUnavailable()])
    _, failure = await run(make(Sleeps(), xai=xai, openai=other), [GROK])
    assert isinstance(failure, ProviderUnavailable)
    assert other.requests == []


async def test_an_image_needs_eyes() -> None:
    """A model that cannot see is passed over for one that can; without one, that is the error."""
    seen = replace(request(), turns=(PromptTurn("user", (ImagePart("image/png", b"x"),)),))
    xai, other = FakeAdapter(ANSWER), FakeAdapter(ANSWER)
    router = make(Sleeps(), xai=xai, openai=other)
    events, _ = await run(router, [GROK, OTHER], seen)
    assert events[0] == Answering("other", "Other", fallback=True)
    assert xai.requests == []
    with pytest.raises(NoModelFits) as raised:
        await run(router, [GROK], seen)
    assert raised.value.details == {"need": "vision"}


async def test_a_search_is_a_wish_or_a_need() -> None:
    """A model without search answers without it; where one is required, that is an error."""
    xai = FakeAdapter(ANSWER)
    router = make(Sleeps(), xai=xai)
    _, failure = await run(router, [GROK], replace(request(), search=Search()))
    assert failure is None
    assert xai.requests[0].search is None
    with pytest.raises(NoModelFits) as raised:
        await run(router, [GROK], replace(request(), search=Search(required=True)))
    assert raised.value.details == {"need": "search"}


async def test_usage_is_counted_where_none_is_told() -> None:
    """A provider without usage: counted here, before Done, and marked as an estimate."""
    xai = FakeAdapter([Batch(Text("Hello there")), Batch(Done("stop"))])
    events, _ = await run(make(Sleeps(), xai=xai), [GROK])
    usage = events[-2]
    assert isinstance(usage, Usage)
    assert usage.estimated
    assert usage.output_tokens == 4
    assert events[-1] == Done("stop")


async def test_the_model_limits_the_answer() -> None:
    """No request asks for more than the model's own limit."""
    xai = FakeAdapter(ANSWER)
    await run(make(Sleeps(), xai=xai), [GROK], replace(request(), max_output_tokens=10**6))
    assert xai.requests[0].max_output_tokens == GROK.max_output_tokens
    assert xai.requests[0].model is GROK


async def test_circuit_breaker() -> None:
    """A provider that keeps failing is left alone, then probed, then trusted again."""
    now, sleeps = Now(), Sleeps()
    xai = FakeAdapter(*[[ProviderUnavailable()]] * 5, ANSWER)
    router = make(sleeps, now, xai=xai)
    for _ in range(2):
        await run(router, [GROK])
    assert len(xai.requests) == 5
    assert not router.healthy("xai")
    _, failure = await run(router, [GROK])
    assert isinstance(failure, ProviderUnavailable)
    assert failure.details["reason"] == "circuit_open"
    assert len(xai.requests) == 5
    now.seconds += 21
    _, failure = await run(router, [GROK])
    assert failure is None
    assert router.healthy("xai")


async def test_closing_closes_the_adapter() -> None:
    """Closing the router's stream in the middle closes the adapter's within the call."""
    xai = FakeAdapter([Batch(Text("He")), Forever()])
    stream = make(Sleeps(), xai=xai).stream(request(), [GROK], None, RecordedAttempts())
    async for batch in stream:
        if any(isinstance(event, Text) for event in batch):
            break
    await stream.aclose()
    assert xai.closed == 1


PRICED = replace(GROK, input_price=3_000_000, output_price=0, max_output_tokens=100)
ASKED = request(PRICED)


async def test_an_attempt_that_may_be_charged_is_told() -> None:
    """Its provider took the request and then fell silent: it may charge for what it was sent."""
    late = ProviderTimedOut(provider="xai", kind="first_event")
    router = make(Sleeps(), xai=FakeAdapter([late]), openai=FakeAdapter(ANSWER))
    events, failure = await run(router, [PRICED, OTHER], ASKED)
    assert failure is None
    failed = events[0]
    assert isinstance(failed, Failed)
    assert (failed.provider, failed.model_id) == ("xai", "grok")
    assert failed.usage.estimated
    assert failed.usage.cost_micro_dollars == ceiling(ASKED)
    assert events[1] == Answering("other", "Other", fallback=True)


@pytest.mark.parametrize("kind", [ProviderRateLimited, ProviderRejectedKey, ProviderUnavailable])
async def test_refusals_cost_nothing(kind: type[ProviderError]) -> None:
    """Where a provider charges nothing, nothing is told."""
    error = kind(provider="xai")
    router = make(Sleeps(), xai=FakeAdapter([error]))
    events, failure = await run(router, [PRICED], ASKED)
    assert (events, failure) == ([], error)


@pytest.mark.parametrize(("budget", "answers"), [(None, True), (1_000, True), (100, False)])
async def test_failed_attempts_use_the_budget_up(budget: int | None, answers: bool) -> None:
    """Another model is asked only if it fits in what is left; the first one always was held."""
    late = ProviderTimedOut(provider="xai", kind="idle")
    openai = replace(PRICED, id="other", provider="openai")
    router = make(
        Sleeps(),
        xai=FakeAdapter([late]),
        openai=FakeAdapter(ANSWER),
    )
    most = ceiling(ASKED)
    assert most is not None
    budget = budget and budget * most // 100
    events: list[Event] = []
    try:
        async for batch in router.stream(ASKED, [PRICED, openai], budget, RecordedAttempts()):
            events += batch
    except ProviderTimedOut:
        assert not answers
    assert (Text("Hi") in events) == answers


class Refusing(RecordedAttempts):
    """A recorder whose database is full."""

    async def before_send(self, sent: Sent, request: ChatRequest) -> None:
        """Refuse."""
        raise StorageFull


async def test_every_attempt_is_recorded_before_it_leaves() -> None:
    """Three that failed and the one that answered; bodies are for the recorder alone."""
    down = ProviderUnavailable(provider="xai")
    used = Usage(3, 0, 2)
    xai = FakeAdapter([Batch(used), down], [down])
    answer = [Batch(Retention(True), Text("Hi")), Batch(used, Done("length"))]
    router = make(Sleeps(), xai=xai, openai=FakeAdapter(answer))
    recorder, events = RecordedAttempts(), list[Event]()
    async for batch in router.stream(request(), [GROK, OTHER], None, recorder):
        events += batch
    assert [sent.provider for sent in recorder.sent] == ["xai", "xai", "xai", "openai"]
    assert all(hashlib.sha256(one.body).hexdigest() == one.body_sha256 for one in recorder.sent)
    assert all(len(one.body) == one.size > 0 for one in recorder.sent)
    outcomes = [(outcome, kept) for outcome, _, kept in recorder.ended]
    assert outcomes == [*[(down.code, None)] * 3, ("length", Retention(True))]
    tokens = [usage and usage.input_tokens for _, usage, _ in recorder.ended]
    assert tokens == [3, None, None, 3]
    assert not any(event.body for event in events if isinstance(event, Sent))


async def test_what_cannot_be_recorded_is_not_sent() -> None:
    """The adapter is not pulled again: no provider is connected to, and none is blamed."""
    xai = FakeAdapter(ANSWER)
    router = make(Sleeps(), xai=xai, openai=FakeAdapter(ANSWER))
    events: list[Event] = []
    with pytest.raises(StorageFull):
        async for batch in router.stream(request(), [GROK, OTHER], None, Refusing()):
            events += batch
    assert events == []
    assert xai.closed == 1
    assert router.healthy("xai")


async def test_an_attempt_that_is_cut_off_has_no_end_here() -> None:
    """Whoever cuts it off knows why, and closes its receipt."""
    recorder = RecordedAttempts()
    router = make(Sleeps(), xai=FakeAdapter([Batch(Text("He")), Forever()]))
    stream = router.stream(request(), [GROK], None, recorder)
    async for batch in stream:
        if any(isinstance(event, Text) for event in batch):
            break
    await stream.aclose()
    assert (len(recorder.sent), recorder.ended) == (1, [])
