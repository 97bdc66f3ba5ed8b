"""The last event of a run, in its reader's language."""

from collections.abc import Mapping

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from backend.errors import Detail, word_code
from backend.generation.run.outcome import Outcome
from backend.generation.stream.events import EndEvent, State, UsageShown, event_payload
from backend.i18n import translator
from backend.llm import Usage


def end_payload(
    outcome: Outcome, language: str, usage: Usage | None, remaining: int | None = None
) -> bytes:
    """The `end` event of a run that has just ended; `remaining` messages of the day, if known."""
    code = outcome.error.code if outcome.error else None
    end = end_event(outcome.state, language, code, usage)
    if outcome.error is not None:
        title, detail = _words(code, language, outcome.error.details)
        wait = outcome.error.retry_after
        end = replace(
            end,
            error_title=title,
            error_detail=detail,
            retry_after=UNSET if wait is None else wait,
        )
    return event_payload(replace(end, remaining=UNSET if remaining is None else remaining))


def end_event(state: State, language: str, error_code: str | None, usage: Usage | None) -> EndEvent:
    """The `end` event made from a stored run."""
    cost = usage.cost_micro_dollars if usage else None
    title, detail = _words(error_code, language, {})
    return EndEvent(
        state=state,
        error_code=error_code or UNSET,
        usage=_shown(usage),
        cost_micro_dollars=UNSET if cost is None else cost,
        error_title=title,
        error_detail=detail,
    )


def _words(
    code: str | None, language: str, details: Mapping[str, Detail]
) -> tuple[str | UnsetType, str | UnsetType]:
    """The error's title and detail; a detail with unknown values is left out."""
    if code is None:
        return UNSET, UNSET
    t = translator(language)
    title, detail = word_code(code, t, **details)
    return title, UNSET if "{" in detail else detail


def _shown(usage: Usage | None) -> UsageShown | UnsetType:
    if usage is None:
        return UNSET
    return UsageShown(
        usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens
    )
