"""Answers that were once misread, as raw bytes from a real server to the real adapters.

Each file in tests/cases is one input; similar ones of the same kind are built in
test_case_kinds.py.

Exercises backend/llm/adapters/answer_text.py, backend/llm/adapters/think_marks.py,
backend/llm/adapters/thinking_habits.py, backend/llm/adapters/harmony.py.
"""

import json
from pathlib import Path

import pytest
from msgspec import Struct

from backend.citations import Citation
from backend.errors import (
    AnswerTruncated,
    ModelInputUnsupported,
    PictureRefused,
    PromptTooLong,
    ProviderError,
    ProviderOverloaded,
    ProviderRateLimited,
    ProviderRefused,
    ProviderRejectedRequest,
    ProviderUnavailable,
)
from backend.llm import Done, Event, Reasoning, Text, ToolActivity, Usage
from backend.llm.breaker import Breaker
from backend.llm.http.client import Http
from tests.contract.llm.playing import ask_at, reasoning_of, text_of
from tests.contract.llm.raw_server import serving

CASES = Path(__file__).parents[2] / "cases"


class Expected(Struct, frozen=True):
    """What is right for one case; None where it says nothing."""

    case: str
    text: str
    failure: type[ProviderError] | None = None
    kind: str = "chat_completions"
    reasoning: str = ""
    events: tuple[Event, ...] = ()
    retry_after: float | None = None


EXPECTED = (
    Expected("w01-think-without-opening", "Hello!", reasoning="The user says hi, so I greet.\n"),
    Expected("w02-thinking-tag", "Hello", reasoning="\nhmm\n"),
    Expected("w03-harmony-channels", "Hello", reasoning="hmm"),
    Expected("w06-whole-json-for-a-stream", "Hello", events=(Usage(3, 0, 1), Done("stop"))),
    Expected("w07-whole-json-with-error-null", "Hello", events=(Done("stop"),)),
    Expected("w09-bare-json-error-line", "Hel", ProviderRefused),
    Expected("w10-event-error-then-done", "Hi", ProviderUnavailable),
    Expected("w12-surrogate-split", "A 😀 B", events=(Done("stop"),)),
    Expected("w14-bad-utf8-byte", "A \ufffd B", events=(Done("stop"),)),
    Expected("w15-finish-insufficient-system-resource", "Hel", ProviderOverloaded),
    Expected("w16-finish-error_finish", "", ProviderRateLimited),
    Expected("w19-throttle-bedrock", "", ProviderRateLimited),
    Expected("w21-gemini-per-minute", "", ProviderRateLimited, retry_after=12.0),
    Expected("w22-gemini-too-long", "", PromptTooLong),
    Expected("w23-together-too-long", "", PromptTooLong),
    Expected("w25-anthropic-delta-input-zero", "Hi", kind="anthropic",
             events=(Usage(50, 0, 3), Done("stop"))),
    Expected("w27-usage-zero-last", "a", events=(Usage(3, 0, 1), Done("stop"))),
    Expected("w29-anthropic-done-line", "Hi", kind="anthropic",
             events=(Usage(5, 0, 5), Done("stop"))),
    Expected("w33-gzip-unasked", "Hi", events=(Done("stop"),)),
    Expected("w34-redirect-308", "", ProviderRejectedRequest),
    Expected("w35-openrouter-no-image", "", ModelInputUnsupported),
    Expected("w40-responses-two-messages",
             "I will check the tide table.\n\n## Tides\nHigh water is at noon ⚓.",
             kind="responses",
             events=(Citation("https://example.org/tide", "Tides", 30, 38),
                     ToolActivity("web_search", "completed", "tide"))),
    Expected("w42-responses-cached-over-input", "Ok.", kind="responses",
             events=(Usage(100, 100, 5),)),
    Expected("w43-responses-reasoning-outside-output", "303.", kind="responses",
             events=(Usage(32, 8, 119, 110),)),
    Expected("w44-responses-failed-invalid-prompt", "", ProviderRefused, kind="responses"),
    Expected("w47-responses-failed-with-usage", "Half", ProviderUnavailable, kind="responses",
             events=(Usage(50, 0, 7, cost_micro_dollars=500),)),
    Expected("w48-anthropic-text-around-search",
             "I will look that up.\n\n# Rain\nIt rains", kind="anthropic"),
    Expected("w50-anthropic-thinking-tokens", "Yes.", kind="anthropic",
             events=(Usage(30, 0, 40, 33),)),
    Expected("w51-chat-error-after-length", "Half a",
             events=(Usage(43, 0, 10, cost_micro_dollars=1000), Done("length"))),
    Expected("w53-chat-error-in-choice", "", ProviderRateLimited),
    Expected("w54-chat-usage-odd-types", "Ok", events=(Usage(5, 0, 3), Done("stop"))),
    Expected("w55-chat-citations-of-answer", "Blue [1].",
             events=(Citation("https://example.org/sky", "example.org", None, None), Done("stop"))),
    Expected("w58-responses-query-in-arguments", "Noon.", kind="responses",
             events=(ToolActivity("web_search", "completed", "tide table"),)),
)  # fmt: skip


def test_every_case_is_here() -> None:
    """No case lies in the folder without its right value."""
    assert {f"{one.case}.http" for one in EXPECTED} == {path.name for path in CASES.glob("w*.http")}


@pytest.mark.parametrize("piece", [1 << 20, 7])
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one.case)
async def test_case(http: Http, expected: Expected, piece: int) -> None:
    """Text, thinking, events and failure are right, however the network cuts the bytes."""
    raw = (CASES / f"{expected.case}.http").read_bytes()
    async with serving(raw, piece) as address:
        events, failure = await ask_at(http, address, expected.kind)
    assert (text_of(events), reasoning_of(events)) == (expected.text, expected.reasoning)
    assert type(failure) is (expected.failure or type(None))
    others = [event for event in events if not isinstance(event, Text | Reasoning)]
    for event in expected.events:
        assert event in others
    if expected.retry_after is not None and failure is not None:
        assert failure.retry_after == expected.retry_after
    assert AnswerTruncated is not type(failure)


async def test_cited_span_after_a_paragraph(http: Http) -> None:
    """A blank line put between text blocks moves the spans of what follows with it."""
    raw = (CASES / "w48-anthropic-text-around-search.http").read_bytes()
    async with serving(raw) as address:
        events, _ = await ask_at(http, address, "anthropic")
    [citation] = [event for event in events if isinstance(event, Citation)]
    assert text_of(events)[citation.start : citation.end] == "rains"


@pytest.mark.parametrize("kind", ["responses", "chat_completions", "anthropic"])
@pytest.mark.parametrize(
    "code",
    ["invalid_prompt", "bio_policy", "cyber_policy", "content_policy_violation", "image_too_large",
     "image_parse_error", "invalid_base64_image", "image_content_policy_violation"],
)  # fmt: skip
async def test_a_refusal_told_as_a_failure_is_no_outage(http: Http, kind: str, code: str) -> None:
    """However often one person is refused, others are answered: the provider is well."""
    error = {"code": code, "message": "Please change your request."}
    failed = {"type": "response.failed", "response": {"status": "failed", "error": error}}
    told = failed if kind == "responses" else {"type": "error", "error": error}
    raw = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    async with serving(raw + b"data: " + json.dumps(told).encode() + b"\n\n") as address:
        _, failure = await ask_at(http, address, kind)
    assert isinstance(failure, ProviderRefused)
    assert not failure.retryable
    assert isinstance(failure, PictureRefused) == ("image" in code and "policy" not in code)
    breaker = Breaker(lambda: 0.0)
    for _ in range(20):
        breaker.failed(failure)
    assert breaker.allow()
