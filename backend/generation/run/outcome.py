"""A run's outcome: a pure function of the provider's end or error, or of how it was ended here."""

from typing import Literal, TypeAlias

from msgspec import Struct

from backend.errors import (
    AnswerTooLong,
    AnswerTruncated,
    AnswerWithheld,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimedOut,
    RunInterrupted,
    TanyaError,
)
from backend.generation.stream.events import State
from backend.llm import Done

Verdict: TypeAlias = Literal["stopped", "interrupted", "overdue", "withheld"]
"""Ways in which this server ends a run: the person stopped it, the server stops, it takes too long,
or moderation refused its text."""


class Outcome(Struct, frozen=True):
    """`counts`: whether the answer uses up quota. Failed runs, and those the server ended, do
    not."""

    state: State
    counts: bool
    error: TanyaError | None = None
    finish_reason: str | None = None


def outcome_of_verdict(verdict: Verdict, *, wrote: bool, has_text: bool) -> Outcome:
    """The outcome of a run that we ended; `wrote`: this run had some text."""
    if verdict == "stopped":
        return Outcome("stopped", counts=wrote, finish_reason="stopped")
    if verdict == "overdue":
        return outcome_of_error(ProviderTimedOut(kind="hard"), has_text=has_text)
    if verdict == "withheld":
        return outcome_of_error(AnswerWithheld(), has_text=has_text)
    return Outcome("interrupted", counts=False, error=RunInterrupted())


def outcome_of_error(error: TanyaError, *, has_text: bool) -> Outcome:
    """The outcome of a run whose provider failed. Partial text is kept."""
    if isinstance(error, AnswerTooLong):
        return Outcome("limited", counts=True, error=error, finish_reason="length")
    return Outcome("interrupted" if has_text else "failed", counts=False, error=error)


def outcome_of_end(done: Done | None, *, has_text: bool) -> Outcome:
    """The outcome of a stream that ended by itself; `has_text`: the answer is not empty."""
    if done is None:
        return outcome_of_error(AnswerTruncated(), has_text=has_text)
    match done.reason:
        case "length":
            if not has_text:
                # Only thinking: there is no answer to continue.
                return outcome_of_error(ProviderGarbled(reason="length"), has_text=False)
            return Outcome("limited", counts=True, finish_reason="length")
        case "content_filter" | "refusal" if not has_text:
            return Outcome(
                "failed", counts=False, error=ProviderRefused(), finish_reason=done.reason
            )
        case "content_filter":
            refused = ProviderRefused()
            return Outcome("complete", counts=True, error=refused, finish_reason=done.reason)
        case "refusal":
            # A model's own refusal is not an answer.
            return Outcome("complete", counts=False, finish_reason="refusal")
        case _ if not has_text:
            return outcome_of_error(ProviderGarbled(reason="empty"), has_text=False)
        case reason:
            return Outcome("complete", counts=True, finish_reason=reason)
