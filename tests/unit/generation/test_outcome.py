"""How a run ends, and whether its answer counts: the rules, one a line."""

import pytest

from backend.errors import AnswerTooLong, AnswerTruncated, ProviderRefused, TanyaError
from backend.generation.run.outcome import outcome_of_end, outcome_of_error
from backend.llm import Done


@pytest.mark.parametrize(
    ("done", "has_text", "state", "counts"),
    [
        (Done("stop"), True, "complete", True),
        (Done("stop"), False, "failed", False),
        (Done("length"), True, "limited", True),
        (Done("length"), False, "failed", False),
        (Done("refusal"), True, "complete", False),
        (Done("refusal"), False, "failed", False),
        (Done("content_filter"), True, "complete", True),
        (Done("content_filter"), False, "failed", False),
        (None, True, "interrupted", False),
        (None, False, "failed", False),
    ],
)
def test_the_end_of_a_stream(done: Done | None, has_text: bool, state: str, counts: bool) -> None:
    """An answer counts when there is one, and the model did not merely refuse."""
    outcome = outcome_of_end(done, has_text=has_text)
    assert (outcome.state, outcome.counts) == (state, counts)
    assert (outcome.finish_reason is None) == (done is None or (state == "failed" and
            done.reason in ("stop", "length")))  # fmt: skip


@pytest.mark.parametrize(
    ("error", "has_text", "state", "counts"),
    [
        (AnswerTruncated(), True, "interrupted", False),
        (ProviderRefused(), False, "failed", False),
        (AnswerTooLong(), True, "limited", True),
    ],
)
def test_a_provider_that_failed(
    error: TanyaError, has_text: bool, state: str, counts: bool
) -> None:
    """Text that is there is kept; only an answer that we cut ourselves counts."""
    outcome = outcome_of_error(error, has_text=has_text)
    assert (outcome.state, outcome.counts, outcome.error) == (state, counts, error)
