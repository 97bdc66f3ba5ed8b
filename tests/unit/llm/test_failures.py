"""Providers' errors: their shapes, statuses and words, mapped to ours."""

from datetime import UTC, datetime

import pytest

from backend.errors import (
    ModelUnknown,
    PromptTooLong,
    ProviderError,
    ProviderExhausted,
    ProviderOverloaded,
    ProviderRateLimited,
    ProviderRefused,
    ProviderRejectedKey,
    ProviderRejectedRequest,
    ProviderUnavailable,
)
from backend.llm.failures import response_failure, retry_after

CASES: list[tuple[int, str, type[ProviderError]]] = [
    (400, '{"code":"x","error":"Incorrect API key provided: xa***"}', ProviderRejectedKey),
    (400, '{"error":"Argument not supported: external_web_access"}', ProviderRejectedRequest),
    (400, '{"error":{"code":400,"message":"the request exceeds the available context size",'
          '"type":"exceed_context_size_error"}}', PromptTooLong),
    (401, "{}", ProviderRejectedKey),
    (402, '{"error":{"message":"Insufficient credits"}}', ProviderExhausted),
    (403, '{"code":"permission-denied","error":"Content violates usage guidelines."}',
     ProviderRefused),
    (403, '{"error":{"message":"Your input was flagged","code":403}}', ProviderRefused),
    (403, '{"error":{"type":"permission_error","message":"not allowed"}}', ProviderRejectedKey),
    (404, '{"error":{"message":"no"}}', ModelUnknown),
    (400, '{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}',
     ModelUnknown),
    (429, '{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}',
     ProviderExhausted),
    (429, '{"error":"You have reached your monthly spending limit"}', ProviderExhausted),
    (429, "slow", ProviderRateLimited),
    (503, '{"error":{"message":"Model is at capacity due to high demand"}}', ProviderOverloaded),
    (502, "<html>bad gateway</html>", ProviderUnavailable),
    (408, "", ProviderUnavailable),
    (409, "", ProviderUnavailable),
    (529, "", ProviderOverloaded),
    (413, "", PromptTooLong),
    (418, "", ProviderUnavailable),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind"), CASES)
def test_mapping(status: int, body: str, kind: type[ProviderError]) -> None:
    """Status and words together give the error."""
    error = response_failure("xAI", status, {}, body.encode())
    assert type(error) is kind
    assert error.details["provider"] == "xAI"


def test_a_providers_words_stay_here() -> None:
    """A message may repeat the person's text: only a machine's code is passed on."""
    body = b'{"error":{"message":"I refuse: my secret text","code":"content_policy_violation"}}'
    error = response_failure("OpenAI", 400, {}, body)
    assert error.details == {
        "provider": "OpenAI",
        "provider_status": 400,
        "reason": "content_policy_violation",
    }


def test_should_retry_header() -> None:
    """`x-should-retry: false` overrules the status."""
    error = response_failure("OpenAI", 500, {"x-should-retry": "false"}, b"")
    assert not error.retryable


def test_retry_after() -> None:
    """Milliseconds first, then seconds, then a date; nonsense is nothing."""
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def read(headers: dict[str, str]) -> float | None:
        return retry_after(headers, lambda: noon)

    assert read({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    assert read({"retry-after": "2"}) == 2.0
    assert read({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}) == 30.0
    assert read({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT"}) == 0.0
    assert read({"retry-after": "soon"}) is None
    assert read({}) is None
