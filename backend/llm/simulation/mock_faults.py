"""Every way in which a provider can fail, by name: ask the mock provider for `fault:<name>`.

A fault is either a whole wrong answer (status, headers, body), or a disturbance of a correct
stream.
"""

from typing import Final

from msgspec import Struct


class WrongAnswer(Struct, frozen=True):
    """A whole HTTP answer that is not a stream."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


WRONG_ANSWERS: Final[dict[str, WrongAnswer]] = {
    "rate_limited": WrongAnswer(
        429,
        b'{"error":{"message":"Rate limit reached","type":"rate_limit_error","code":null}}',
        headers=(("Retry-After", "1"),),
    ),
    "rate_limited_long": WrongAnswer(
        429,
        b'{"error":{"message":"Rate limit reached","type":"rate_limit_error"}}',
        headers=(("Retry-After", "3600"),),
    ),
    "exhausted": WrongAnswer(
        429, b'{"code":"429","error":"Your team has used up its credits: spending limit reached"}'
    ),
    "no_credit": WrongAnswer(402, b'{"error":{"code":402,"message":"Insufficient credits"}}'),
    "bad_key": WrongAnswer(401, b'{"error":{"message":"Invalid key","code":"invalid_api_key"}}'),
    "bad_key_400": WrongAnswer(
        400, b'{"code":"invalid-argument","error":"Incorrect API key provided"}'
    ),
    "refused": WrongAnswer(
        403,
        b'{"code":"permission-denied","error":"Content violates usage guidelines. '
        b'Failed check: SAFETY_CHECK_TYPE_MOCK"}',
    ),
    "too_long": WrongAnswer(
        400,
        b'{"error":{"message":"This model\'s maximum context length is 8192 tokens",'
        b'"type":"invalid_request_error","code":"context_length_exceeded"}}',
    ),
    "unknown_model": WrongAnswer(404, b'{"error":"The model does not exist"}'),
    "gemini_error": WrongAnswer(
        400,
        b'[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]',
    ),
    "bad_request": WrongAnswer(
        400, b'{"object":"error","message":"extra field","type":"invalid_request","code":3051}'
    ),
    "overloaded": WrongAnswer(
        529, b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
    ),
    "error_503": WrongAnswer(
        503, b'{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}'
    ),
    "error_500": WrongAnswer(500, b"Internal Server Error", "text/plain"),
    "error_in_200": WrongAnswer(
        200,
        b'{"code":"The service is currently unavailable",'
        b'"error":"Timed out waiting for first token"}',
    ),
    "html": WrongAnswer(200, b"<html>Please log in</html>", "text/html; charset=utf-8"),
    "redirect": WrongAnswer(302, b"", headers=(("Location", "http://127.0.0.1:1/"),)),
}

MISHAPS: Final = (
    "dies_before_headers",
    "dies_before_first",
    "dies_after_first",
    "dies_halfway",
    "half_character",
    "stall",
    "stall_with_comments",
    "silence",
    "garbage",
    "never_ends",
    "error_in_stream",
    "no_terminal",
    "refusal",
    "length",
    "flaky",
)

ALL: Final = (*WRONG_ANSWERS, *MISHAPS)

STREAM_ERRORS: Final = {
    "/v1/responses": (
        b'data: {"type":"error","code":"server_error","message":"Internal error","param":null}\n\n'
    ),
    "/v1/chat/completions": (
        b'data: {"error":{"code":502,"message":"Upstream failed"},'
        b'"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n'
    ),
    "/v1/messages": (
        b"event: error\n"
        b'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
    ),
}
