"""Every fault, in every protocol, over a real connection: our error, and the text so far."""

import asyncio
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from backend.errors import (
    AnswerTruncated,
    ModelUnknown,
    PromptTooLong,
    ProviderError,
    ProviderExhausted,
    ProviderGarbled,
    ProviderOverloaded,
    ProviderRateLimited,
    ProviderRefused,
    ProviderRejectedKey,
    ProviderRejectedRequest,
    ProviderTimedOut,
    ProviderUnavailable,
)
from backend.llm import Done, Event, Sent, Text
from backend.llm.adapters.anthropic import Anthropic
from backend.llm.adapters.chat_completions import ChatCompletions
from backend.llm.adapters.responses import Responses
from backend.llm.http.client import Http
from backend.llm.http.wire import Budgets
from backend.llm.port import Adapter
from backend.llm.simulation.mock_faults import MISHAPS, WRONG_ANSWERS
from backend.llm.simulation.mock_provider import MockProvider
from tests.contract.llm.playing import REQUEST, collect, text_of
from tests.contract.llm.transcripts import provider

KINDS: tuple[str, ...] = ("responses", "chat_completions", "anthropic")
SHORT = Budgets(connect=2, first_event=0.4, idle=0.3, hard=5)

ERRORS: dict[str, type[ProviderError]] = {
    "rate_limited": ProviderRateLimited,
    "rate_limited_long": ProviderRateLimited,
    "exhausted": ProviderExhausted,
    "no_credit": ProviderExhausted,
    "bad_key": ProviderRejectedKey,
    "bad_key_400": ProviderRejectedKey,
    "refused": ProviderRefused,
    "too_long": PromptTooLong,
    "unknown_model": ModelUnknown,
    "gemini_error": ProviderRejectedKey,
    "bad_request": ProviderRejectedRequest,
    "overloaded": ProviderOverloaded,
    "error_503": ProviderUnavailable,
    "error_500": ProviderUnavailable,
    "error_in_200": ProviderUnavailable,
    "html": ProviderGarbled,
    "redirect": ProviderRejectedRequest,
    "dies_before_headers": ProviderUnavailable,
    "dies_before_first": AnswerTruncated,
    "dies_after_first": AnswerTruncated,
    "dies_halfway": AnswerTruncated,
    "half_character": AnswerTruncated,
    "stall": ProviderTimedOut,
    "stall_with_comments": ProviderTimedOut,
    "silence": ProviderTimedOut,
    "garbage": ProviderGarbled,
    "no_terminal": AnswerTruncated,
    "flaky": ProviderUnavailable,
}
AFTER_TEXT = {
    "dies_after_first",
    "dies_halfway",
    "stall",
    "stall_with_comments",
    "garbage",
    "error_in_stream",
    "no_terminal",
}


def make(http: Http, mock: MockProvider, kind: str, budgets: Budgets = SHORT) -> Adapter:
    """An adapter that speaks to the mock, with little patience."""
    adapters: dict[str, Callable[..., Adapter]] = {
        "responses": Responses,
        "chat_completions": ChatCompletions,
        "anthropic": Anthropic,
    }
    there = replace(provider(kind), base_url=mock.base_url)
    return adapters[kind](http, there, "key", budgets)


async def ask(
    http: Http, mock: MockProvider, kind: str, fault: str
) -> tuple[list[Event], ProviderError | None]:
    """What the adapter makes of the fault."""
    model = replace(REQUEST.model, wire_name=f"fault:{fault}")
    budgets = SHORT if ERRORS.get(fault) is ProviderTimedOut else Budgets()
    return await collect(make(http, mock, kind, budgets), replace(REQUEST, model=model))


def test_every_fault_is_covered() -> None:
    """A fault that the mock can play has its error named here."""
    elsewhere = {"never_ends", "refusal", "length", "error_in_stream"}
    assert set(ERRORS) | elsewhere == {*WRONG_ANSWERS, *MISHAPS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ERRORS)
async def test_fault(http: Http, mock: MockProvider, kind: str, fault: str) -> None:
    """The fault gives its own error; the text before it is kept, and no Done pretends."""
    events, failure = await ask(http, mock, kind, fault)
    assert type(failure) is ERRORS[fault]
    assert failure.details["provider"] == "Provider"
    assert isinstance(events[0], Sent)
    assert not any(isinstance(event, Done) for event in events)
    assert bool(text_of(events)) == (fault in AFTER_TEXT)


@pytest.mark.parametrize("kind", KINDS)
async def test_error_in_the_stream(http: Http, mock: MockProvider, kind: str) -> None:
    """An error object after text ends the attempt; the text before it is delivered first."""
    events, failure = await ask(http, mock, kind, "error_in_stream")
    assert isinstance(failure, ProviderUnavailable | ProviderOverloaded)
    assert text_of(events)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", ["refusal", "length"])
async def test_other_ends(http: Http, mock: MockProvider, kind: str, end: str) -> None:
    """A refusal and a cut are ends, not errors, and say so."""
    events, failure = await ask(http, mock, kind, end)
    assert failure is None
    assert events[-1] == Done(end)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
async def test_retry_after(http: Http, mock: MockProvider, kind: str) -> None:
    """What the provider says of when to come again is passed on."""
    _, failure = await ask(http, mock, kind, "rate_limited")
    assert failure is not None
    assert failure.retry_after == 1.0


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_drops_the_connection(http: Http, mock: MockProvider, kind: str) -> None:
    """Cancelling an endless answer: the provider sees the connection end at once."""
    model = replace(REQUEST.model, wire_name="fault:never_ends")
    stream = make(http, mock, kind, Budgets()).stream(replace(REQUEST, model=model))
    async for batch in stream:
        if any(isinstance(event, Text) for event in batch):
            break
    assert mock.connections == 1
    await stream.aclose()
    for _ in range(100):
        if mock.connections:
            await asyncio.sleep(0.02)
    assert mock.connections == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_read_while_nobody_pulls(
    http: Http, mock: MockProvider, kind: str
) -> None:
    """While the consumer rests, the kernel gathers: the next pull brings many tokens at once,
    and the endless provider is held back by a full socket instead of filling our memory."""
    model = replace(REQUEST.model, wire_name="fault:never_ends")
    stream = make(http, mock, kind, Budgets()).stream(replace(REQUEST, model=model))
    sizes: list[int] = []
    async for batch in stream:
        sizes.append(len(text_of(batch)))
        if len(sizes) > 6:
            break
        await asyncio.sleep(0.05)
    await stream.aclose()
    assert max(sizes) > 1_000
    assert max(sizes) < 3_000_000


async def test_a_connection_is_used_again(http: Http, mock: MockProvider) -> None:
    """After a whole answer the connection is kept: the next one saves its handshake."""
    adapter = make(http, mock, "chat_completions", Budgets())
    for _ in range(3):
        _, failure = await collect(adapter)
        assert failure is None
    assert len(mock.received) == 3
    assert mock.connections == 1


async def test_nobody_listens(http: Http) -> None:
    """A refused connection is an unavailable provider."""
    adapter = ChatCompletions(
        http, replace(provider("chat_completions"), base_url="http://127.0.0.1:1")
    )
    _, failure = await collect(adapter)
    assert isinstance(failure, ProviderUnavailable)
