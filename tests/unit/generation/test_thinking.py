"""What is kept of a model's thinking: its words, how long it took, and the tools it used."""

from hypothesis import given
from hypothesis import strategies as st

from backend.conversations import Step, Thinking
from backend.generation.run.thinking import MAX_CHARACTERS, MAX_STEPS, ThinkingCollector


def test_nothing_thought_is_nothing() -> None:
    """An answer that came at once has no thinking."""
    assert ThinkingCollector().gathered() is None


@given(st.lists(st.text(min_size=1), min_size=1), st.integers(0, 500))
def test_words_are_joined_and_timed(pieces: list[str], seconds: int) -> None:
    """However they were cut; from the first piece to the last."""
    collector = ThinkingCollector()
    for at, piece in enumerate(pieces):
        collector.add(piece, 10.0 + (seconds if at == len(pieces) - 1 and at else 0))
    assert collector.gathered() == Thinking("".join(pieces), seconds if len(pieces) > 1 else 0)


def test_a_tool_that_ends_is_the_one_that_began() -> None:
    """Its query may be told at either end; two of a kind stay two."""
    collector = ThinkingCollector()
    collector.step("web_search", "started", None)
    collector.step("web_search", "completed", "tides in Lisbon")
    collector.step("web_search", "started", "moon")
    collector.step("web_search", "completed", "moon")
    collector.step("code", "completed", None)
    thinking = collector.gathered()
    assert thinking is not None
    assert thinking.steps == (
        Step("web_search", "tides in Lisbon"),
        Step("web_search", "moon"),
        Step("code"),
    )


def test_endless_thinking_is_cut() -> None:
    """Its beginning is kept, and so many steps."""
    collector = ThinkingCollector()
    for number in range(MAX_STEPS * 2):
        collector.add("x" * 1000, float(number))
        collector.step(f"tool{number}", "started", None)
    thinking = collector.gathered()
    assert thinking is not None
    assert len(thinking.text) == MAX_CHARACTERS
    assert len(thinking.steps) == MAX_STEPS
