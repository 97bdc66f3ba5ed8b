"""What of a conversation is sent."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.conversations import Message
from backend.errors import PromptTooLong
from backend.generation.request.context_window import TURN_TOKENS, fit_context
from backend.llm.tokens import count_tokens
from backend.uuid7 import uuid7
from tests.fixtures.generation import model

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONVERSATION = UUID("01936b2e-5f4c-7000-8000-000000000001")


def _history(texts: list[str]) -> list[Message]:
    """Questions and answers in turn, the last of them a question."""
    return [
        Message(
            id=uuid7(NOW),
            conversation_id=CONVERSATION,
            parent_id=None,
            role="user" if number % 2 == 0 else "assistant",
            text=text,
            state="complete",
            created_at=NOW,
            updated_at=NOW,
        )
        for number, text in enumerate(texts)
    ]


@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=30).filter(lambda sizes: len(sizes) % 2),
    st.integers(500, 4000),
)
def test_what_is_sent_fits_and_is_a_whole_end(sizes: list[int], window: int) -> None:
    """Whatever the lengths, the newest whole questions with their answers are sent, as many as
    fit beside room for the answer; a cut names the first message that is still sent."""
    # Questions are never blank; an answer is, when it failed.
    history = _history(["x" * (size + (n + 1) % 2) for n, size in enumerate(sizes)])
    small = model("m", context_tokens=window)
    try:
        context = fit_context(history, small, "system", plan_tokens=100_000)
    except PromptTooLong:
        assert (
            count_tokens(history[-1].text) + TURN_TOKENS + count_tokens("system")
            > window - window // 4 - 1
        )
        return
    used = count_tokens("system") + sum(
        count_tokens(turn.text) + TURN_TOKENS for turn in context.turns
    )
    assert used + min(window // 4, 1024) <= window
    assert context.turns[0].role == "user"
    assert context.turns[-1].text == history[-1].text
    sent = [message.id for message in history if message.text or message is history[-1]]
    assert list(context.message_ids) == sent[len(sent) - len(context.message_ids) :]
    if context.cut_at is None:
        assert len(context.turns) == sum(1 for message in history if message.text)
    else:
        assert context.cut_at == context.message_ids[0]


def test_the_plan_bounds_the_window() -> None:
    """A person's plan may allow less than the model could take."""
    history = _history(["a" * 300, "b" * 300, "c" * 30])
    whole = fit_context(history, model("m"), "", plan_tokens=8_000)
    assert (len(whole.turns), whole.cut_at) == (3, None)
    part = fit_context(history, model("m"), "", plan_tokens=100)
    assert (len(part.turns), part.cut_at) == (1, history[2].id)


def test_a_question_too_long_for_the_window_is_refused() -> None:
    """Nothing is cut out of the question itself."""
    with pytest.raises(PromptTooLong):
        fit_context(_history(["x" * 30_000]), model("m"), "", plan_tokens=100_000)


def test_the_answer_gets_what_is_left_of_the_window() -> None:
    """The model is never asked for more than its window holds."""
    small = model("m", context_tokens=2_000, max_output_tokens=1_900)
    context = fit_context(_history(["x" * 3_000]), small, "", plan_tokens=100_000)
    assert context.answer_tokens == 2_000 - 1_000 - TURN_TOKENS
