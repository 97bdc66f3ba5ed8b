"""From a provider's status and error object to one of our errors.

Providers differ in the shape of errors and in their statuses (xAI returns 400 for a bad key and 429
for an empty balance). A 429 takes precedence over the message, since rate limits mention tokens and
quotas; elsewhere the message is more reliable than the status. A provider's message is never shown
or stored, since it may repeat the person's text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from backend.errors import (
    AnswerTruncated,
    ModelInputUnsupported,
    ModelUnknown,
    PictureRefused,
    PromptTooLong,
    ProviderError,
    ProviderExhausted,
    ProviderGarbled,
    ProviderOverloaded,
    ProviderRateLimited,
    ProviderRefused,
    ProviderRejectedKey,
    ProviderRejectedRequest,
    ProviderUnavailable,
)
from backend.llm.adapters.error_facts import ErrorFacts, error_facts, facts_of

__all__ = [
    "ErrorFacts",
    "error_facts",
    "facts_of",
    "failure",
    "finish_failure",
    "garbled",
    "response_failure",
    "retry_after",
]


def _words(*patterns: str) -> re.Pattern[str]:
    """Matches any of these; repetitions are bounded, so that matching is linear."""
    return re.compile("|".join(patterns))


_EXHAUSTED: Final = _words(
    r"insufficient_quota|insufficient.{0,20}(balance|credit|fund)|billing_(error|hard_limit)",
    r"(spend|billing).{0,12}limit|spending.{0,12}(cap|limit)|enforced_spend",
    r"credits? .{0,30}(exhausted|used up|depleted)|out of credits|no credits",
    r"credit balance is too low|payment required|account.{0,30}(arrears|overdue|suspended)",
    r"余额不足|欠费",
)
_QUOTA: Final = _words(r"exceeded your current quota|usage limit reached")
_MOMENTARY: Final = _words(
    r"per.?(second|minute|hour|day)|resource_exhausted|\b[rt]p[ms]\b|(retry|try again) in \d",
    r"please wait|free.?tier",
)
_RATE_LIMITED: Final = _words(
    r"rate.?limit|rate increased|too many (requests|concurrent)|resource_exhausted|slow down",
    r"throttl|please wait.{0,40}(try|retry)|(requests|tokens).{0,12}per.?(second|minute|hour|day)",
    r"concurren(cy|t).{0,20}(limit|exceed|request)|\b[rt]p[ms]\b|try again in \d",
    r"frequency limit|速率限制|频率",
)
_OVERLOADED: Final = _words(
    r"overload|at capacity|over capacity|high demand|no capacity|insufficient.{0,8}capacity",
    r"(server|engine|service|model|system).{0,20}\bbusy|capacity_exceeded|no healthy upstream",
    r"insufficient_system_resource|serviceunavailable",
)
_REFUSED: Final = _words(
    r"content.?(policy|filter|violat|management)|usage (guidelines|polic)|safety_check",
    r"safety_block|moderation|\bflagged\b|prohibited_content|responsible.?ai|invalid_prompt",
    r"\b(bio|cyber|safety|acceptable_use|usage)_policy|policy_violation|violat.{0,30}polic",
    r"(blocked|rejected|refused|declined).{0,30}(policy|safety|filter|guardrail)",
    r"data_?inspection_?failed|inappropriate content|sensitive.{0,20}content|敏感",
)
_PICTURE: Final = _words(
    r"\b(invalid|empty|unsupported)_image|image_(too|parse|file|content)_\w|invalid_base64_image",
    r"unsupported_image_media_type|failed_to_download_image|image exceeds .{0,20}maximum",
)
_TOO_LONG: Final = _words(
    r"context.?(length|window|size|limit)|maximum.{0,12}context|prompt_?is_?too_?long",
    r"(prompt|input|messages?|request|conversation|text)( \w{1,12}){0,3} too (long|large|many)",
    r"too (many|long).{0,20}(input|prompt|context)|(^|[^_])too many tokens|max_prompt_tokens",
    r"prompt_?tokens_?exceeded|tokens?_?limit_?(reached|exceeded)|token limit|request_too_large",
    r"tokens?\b[^.]{0,60}(exceed|greater than|longer than|more than|larger than|must be (<|less))",
    r"(exceed|longer than|greater than|larger than)[^.]{0,60}"
    r"(context|maximum.{0,30}(length|tokens?|input)|input tokens?|token limit|max(imum)?_?length)",
    r"(prompt|input|sequence|message) length|maximum (prompt|input|sequence|model) length",
    r"reduce (the |your )?(length|size|number)|string_above_max_length",
    r"supports? at most.{0,30}input",
    r"(less|fewer|more|at most) (than )?[\d,]{1,9} (input |prompt )?tokens",
    r"max_tokens must be at least 1, got -|payload too large|上下文|超长|最大长度",
)
_OUR_LIMIT: Final = _words(r"max_(completion_|output_)?tokens.{0,30}(is )?too (large|high|many)")
_NO_INPUT: Final = _words(
    r"\b(images?|image input|image_url|vision|multimodal|pictures?|audio|files?|pdfs?)\b.{0,60}"
    r"(not (be )?(supported|allowed|available|enabled)|unsupported)",
    r"(not|n't|no (endpoints|models?|providers?) found that) (support|accept|process|handle|have)"
    r".{0,40}(image|vision|multimodal|audio|file|pdf)",
    r"not a (multimodal|vision)|only (supports? )?text|(unknown|invalid).{0,30}image_url",
)
_DATA_POLICY: Final = _words(r"data.?policy|guardrail restriction|privacy settings")
_NO_MODEL: Final = _words(
    r"model_?not_?found|unknown_model|no such model|invalid_model|model_not_exist",
    r"model\b.{0,80}(not found|not exist|not available|decommissioned|deprecated|retired)",
)
_BAD_KEY: Final = _words(
    r"api.?key|invalid_authentication|authentication_error|unauthorized|unauthenticated",
    r"incorrect key|invalid.{0,12}token|permission_denied",
)
_UNCLEAR: Final = _words(r"invalid_?(request|argument|parameter)|validation|bad_?request")
_SAFE_CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

_REJECTED: Final = frozenset({400, 405, 406, 410, 415, 422})
_ARGUED: Final = frozenset({200, 400, 403, 413, 422, 451, 500})
"""Statuses for which messages about the request are evaluated."""


def failure(
    provider: str, status: int, facts: ErrorFacts, retry_after: float | None = None
) -> ProviderError:
    """The error for a status (200 for one inside a stream) and its message.

    A status in the error object replaces a 200.
    """
    kind, reason = _kind(facts.status or 200 if status == 200 else status, facts)
    details: dict[str, str | int | bool | None] = {"provider": provider}
    if status != 200:
        details["provider_status"] = status
    if reason or (code := _SAFE_CODE.match(facts.code)):
        details["reason"] = reason or (code.group() if code else "")
    wait = facts.retry_after if retry_after is None else retry_after
    return kind(retry_after=wait, **details)


def finish_failure(provider: str, reason: str, facts: ErrorFacts | None = None) -> ProviderError:
    """The error for a finish reason other than a normal end.

    `facts` are those of an error that came as the answer's text. An unknown reason counts as
    unfinished.
    """
    facts = facts or ErrorFacts()
    told = ErrorFacts(f"{reason} {facts.code}".strip(), facts.message, facts.status)
    kind, _ = _kind(facts.status or 200, told)
    if kind is ProviderUnavailable and "error" not in reason.lower():
        kind = AnswerTruncated
    code = _SAFE_CODE.match(reason)
    return kind(provider=provider, reason=code.group() if code else "finish_reason")


def response_failure(
    provider: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ProviderError:
    """The error for a whole HTTP answer that is not a stream."""
    error = failure(provider, status, error_facts(body), retry_after(headers, now))
    if error.retryable and headers.get("x-should-retry", "").lower() == "false":
        return ProviderError(retry_after=error.retry_after, **error.details)
    return error


def garbled(provider: str, reason: str) -> ProviderGarbled:
    """The provider violated its protocol; `reason` is a short text of ours."""
    return ProviderGarbled(provider=provider, reason=reason)


def retry_after(
    headers: Mapping[str, str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `Retry-After` (seconds or a date)."""
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        if (text := headers.get(name)) is None:
            continue
        try:
            return max(0.0, float(text) / divisor)
        except ValueError:
            pass
        try:
            return max(0.0, (parsedate_to_datetime(text) - now()).total_seconds())
        except (ValueError, TypeError):
            continue
    return None


def _kind(status: int, facts: ErrorFacts) -> tuple[type[ProviderError], str]:
    """The error, and our own reason where the provider's code does not help."""
    words = facts.words
    if 300 <= status < 400:
        return ProviderRejectedRequest, "redirect"
    if status == 402 or _is_exhausted(facts):
        return ProviderExhausted, ""
    if status == 429:
        return (ProviderOverloaded if _OVERLOADED.search(words) else ProviderRateLimited), ""
    if status not in (401, 404, 413) and _RATE_LIMITED.search(words):
        return ProviderRateLimited, ""
    if status in (200, 400, 404, 415, 422, 500) and _NO_INPUT.search(words):
        return ModelInputUnsupported, "input"
    if status in _ARGUED and _PICTURE.search(words) and not _REFUSED.search(words):
        return PictureRefused, ""
    if status == 413 or _is_too_long(status, words):
        return PromptTooLong, ""
    if status in _ARGUED and _REFUSED.search(words):
        return ProviderRefused, ""
    if status == 404 and _DATA_POLICY.search(words):
        return ProviderRejectedRequest, "data_policy"
    if status == 404 or (status in (*_ARGUED, 410) and _NO_MODEL.search(words)):
        return ModelUnknown, ""
    return _kind_of_status(status, words), ""


def _kind_of_status(status: int, words: str) -> type[ProviderError]:
    if status in (401, 403) or (status in (200, 400) and _BAD_KEY.search(words)):
        return ProviderRejectedKey
    if status == 529 or _OVERLOADED.search(words):
        return ProviderOverloaded
    if status in _REJECTED or (status == 200 and _UNCLEAR.search(words)):
        return ProviderRejectedRequest
    return ProviderUnavailable


def _is_exhausted(facts: ErrorFacts) -> bool:
    """Whether the operator's balance is used up, as opposed to a temporary limit.

    Gemini's message for its limit per minute is OpenAI's for an empty balance.
    """
    words = facts.words
    if _EXHAUSTED.search(words):
        return True
    momentary = facts.retry_after is not None or _MOMENTARY.search(words) is not None
    return not momentary and _QUOTA.search(words) is not None


def _is_too_long(status: int, words: str) -> bool:
    return (
        status in _ARGUED
        and _TOO_LONG.search(words) is not None
        and _OUR_LIMIT.search(words) is None
    )
