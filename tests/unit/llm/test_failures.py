"""Providers' errors: their shapes, statuses and words, mapped to ours."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import (
    ModelInputUnsupported,
    ModelUnknown,
    PictureRefused,
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
from backend.llm.adapters.failures import response_failure, retry_after

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


KINDS: list[tuple[int, str, type[ProviderError]]] = [
    # Throttles, whatever they speak of.
    (429, '{"message":"Too many tokens, please wait before trying again."}', ProviderRateLimited),
    (429, '{"__type":"ThrottlingException","message":"Rate exceeded"}', ProviderRateLimited),
    (400, '{"__type":"ThrottlingException","message":"Too many tokens per day"}',
     ProviderRateLimited),
    (429, '{"error":{"message":"Rate limit reached for m on tokens per min (TPM): Limit 30000, '
          'Used 29000, Requested 5000. Please try again in 8.2s.","code":"rate_limit_exceeded"}}',
     ProviderRateLimited),
    (429, '{"error":{"message":"This request would exceed your organization\'s rate limit of '
          '40,000 input tokens per minute","type":"rate_limit_error"}}', ProviderRateLimited),
    (429, '{"error":{"code":"1302","message":"您的账户已达到速率限制"}}', ProviderRateLimited),
    (403, '{"message":"Rate limit exceeded"}', ProviderRateLimited),
    (200, '{"error":{"code":429,"message":"Provider returned error","metadata":{"raw":'
          '"{\\"error\\":{\\"message\\":\\"slow\\"}}"}}}', ProviderRateLimited),
    (429, '[{"error":{"code":429,"message":"You exceeded your current quota, please check your '
          'plan and billing details.","status":"RESOURCE_EXHAUSTED"}}]', ProviderRateLimited),
    # An empty balance, whatever the status.
    (429, '{"error":{"message":"You exceeded your current quota, please check your plan and '
          'billing details.","type":"insufficient_quota"}}', ProviderExhausted),
    (400, '{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance'
          ' is too low to access the API."}}', ProviderExhausted),
    (402, '{"error":{"message":"Insufficient Balance"}}', ProviderExhausted),
    # More than the window, in many words.
    (400, '{"error":{"message":"This model\'s maximum context length is 8192 tokens. However, '
          'your messages resulted in 9001 tokens."}}', PromptTooLong),
    (400, '{"error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens '
          '> 200000 maximum"}}', PromptTooLong),
    (400, '{"message":"Input is too long for requested model."}', PromptTooLong),
    (400, '{"error":{"code":"InvalidParameter","message":"Range of input length should be '
          '[1, 30720]"}}', PromptTooLong),
    (400, '{"object":"error","message":"The decoder prompt (length 9000) is longer than the '
          'maximum model length of 4096."}', PromptTooLong),
    (400, '{"error":{"message":"max_tokens must be at least 1, got -900."}}', PromptTooLong),
    (422, '{"error":"Input validation error: `inputs` must have less than 4096 tokens. '
          'Given: 5000","error_type":"validation"}', PromptTooLong),
    (400, '{"error":{"code":"model_max_prompt_tokens_exceeded","message":"prompt token count of '
          '70000 exceeds the limit of 64000"}}', PromptTooLong),
    (413, '{"error":{"code":"tokens_limit_reached","message":"Request body too large"}}',
     PromptTooLong),
    (400, '{"detail":[{"loc":["body","messages"],"msg":"Prompt too long: 9000 > 8000",'
          '"input":"what I wrote"}]}', PromptTooLong),
    (200, '{"error":{"code":"context_length_exceeded","message":"Your input exceeds the context '
          'window of this model."}}', PromptTooLong),
    # Our own request is wrong: not the person's prompt.
    (400, '{"error":{"message":"max_tokens is too large: 100000. This model supports at most '
          '16384 completion tokens"}}', ProviderRejectedRequest),
    (308, "", ProviderRejectedRequest),
    (302, "<html>login</html>", ProviderRejectedRequest),
    (404, '{"error":{"message":"No endpoints found matching your data policy","code":404}}',
     ProviderRejectedRequest),
    # What the message holds.
    (404, '{"error":{"message":"No endpoints found that support image input","code":404}}',
     ModelInputUnsupported),
    (400, '{"error":{"message":"This model does not support image input"}}',
     ModelInputUnsupported),
    (400, '{"error":{"message":"m is not a multimodal model"}}', ModelInputUnsupported),
    (500, '{"error":{"code":500,"message":"image input is not supported - hint: you may need to '
          'provide the mmproj"}}', ModelInputUnsupported),
    # Refusals.
    (200, '{"error":{"code":"bio_policy","message":"This request was limited."}}',
     ProviderRefused),
    (200, '{"error":{"code":"image_too_large","message":"The image is too big."}}',
     PictureRefused),
    (200, '{"error":{"code":"image_content_policy_violation","message":"no"}}', ProviderRefused),
    (400, '{"type":"error","error":{"type":"invalid_request_error","message":"messages.0.content.1'
          '.image.source.base64: image exceeds 5 MB maximum: 7340032 bytes > 5242880 bytes"}}',
     PictureRefused),
    (200, '{"error":{"code":"unsupported_image_media_type","message":"Use PNG."}}',
     PictureRefused),
    (400, '{"error":{"code":"image_parse_error","message":"It cannot be read."}}',
     PictureRefused),
    (400, '{"error":{"code":"content_filter","message":"The response was filtered due to the '
          'prompt triggering Azure OpenAI\'s content management policy."}}', ProviderRefused),
    (400, '{"code":"DataInspectionFailed","message":"Input data may contain inappropriate '
          'content."}', ProviderRefused),
    (403, '{"fault":{"faultstring":"Blocked by content policy"}}', ProviderRefused),
    # Other shapes.
    (503, '{"errors":[{"code":3040,"message":"Capacity temporarily exceeded, no capacity"}],'
          '"success":false}', ProviderOverloaded),
    (200, '{"base_resp":{"status_code":1004,"status_msg":"invalid api key"}}',
     ProviderRejectedKey),
    (200, '{"error":{"code":503,"message":"upstream"}}', ProviderUnavailable),
    (200, '{"error":"model \'llama9\' not found, try pulling it first"}', ModelUnknown),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind"), CASES + KINDS)
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


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (
            '[{"error":{"code":429,"message":"Please retry in 12.4s.","details":[{"@type":'
            '"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"12s"}]}}]',
            12.0,
        ),
        ('{"error":{"message":"Rate limit reached. Please try again in 850ms."}}', 0.85),
        ('{"error":{"message":"slow down","retry_after":3}}', 3.0),
        ('{"error":{"message":"slow down"}}', None),
        ('{"error":{"message":"slow down","retry_after":"soon"}}', None),
    ],
)
def test_the_body_says_when_to_come_again(body: str, seconds: float | None) -> None:
    """A delay told in the body counts where no header tells one."""
    assert response_failure("Gemini", 429, {}, body.encode()).retry_after == seconds
    told = response_failure("Gemini", 429, {"retry-after": "5"}, body.encode())
    assert told.retry_after == 5.0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["error", "message", "code", "details", "x"]), inner)
        ),
        max_leaves=20,
    ),
    st.integers(200, 599),
)
def test_any_error_object_is_some_error(value: object, status: int) -> None:
    """Law: no shape of an error breaks the reading of errors."""
    body = json.dumps(value).encode()
    assert isinstance(response_failure("Any", status, {}, body), ProviderError)
