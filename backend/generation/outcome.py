"""What became of a run: a pure function of what its provider said, or of how it was cut short."""

from typing import Literal, TypeAlias

from msgspec import Struct

from backend.errors import (
    AnswerTooLong,
    AnswerTruncated,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimedOut,
    RunInterrupted,
    TanyaError,
)
from backend.generation.events import State
from backend.llm import Done

Verdict: TypeAlias = Literal["stopped", "interrupted", "overdue"]
"""How we end a run ourselves: a person asked for it, the server has to stop, it takes too long."""


class Outcome(Struct, frozen=True):
    """`counts`: whether the answer uses up quota. What failed, or was cut by us, does not."""

    state: State
    counts: bool
    error: TanyaError | None = None
    finish_reason: str | None = None


def of_verdict(verdict: Verdict, *, wrote: bool, has_text: bool) -> Outcome:
    """The outcome of a run that we cut short; `wrote`: this run had some text already."""
    if verdict == "stopped":
        return Outcome("stopped", counts=wrote, finish_reason="stopped")
    if verdict == "overdue":
        return of_error(ProviderTimedOut(kind="hard"), has_text=has_text)
    return Outcome("interrupted", counts=False, error=RunInterrupted())


def of_error(error: TanyaError, *, has_text: bool) -> Outcome:
    """The outcome of a run whose provider failed. Text that is there is kept."""
    if isinstance(error, AnswerTooLong):
        return Outcome("limited", counts=True, error=error, finish_reason="length")
    return Outcome("interrupted" if has_text else "failed", counts=False, error=error)


def of_end(done: Done | None, *, has_text: bool) -> Outcome:
    """The outcome of a stream that ended by itself; `has_text`: the answer is not empty."""
    if done is None:
        return of_error(AnswerTruncated(), has_text=has_text)
    match done.reason:
        case "length":
            if not has_text:
                # All went into thinking: there is nothing that could be continued.
                return of_error(ProviderGarbled(reason="length"), has_text=False)
            return Outcome("limited", counts=True, finish_reason="length")
        case "content_filter" | "refusal" if not has_text:
            return Outcome(
                "failed", counts=False, error=ProviderRefused(), finish_reason=done.reason
            )
        case "content_filter":
            refused = ProviderRefused()
            return Outcome("complete", counts=True, error=refused, finish_reason=done.reason)
        case "refusal":
            # A model's own words that it will not answer are no answer.
            return Outcome("complete", counts=False, finish_reason="refusal")
        case _ if not has_text:
            return of_error(ProviderGarbled(reason="empty"), has_text=False)
        case reason:
            return Outcome("complete", counts=True, finish_reason=reason)
