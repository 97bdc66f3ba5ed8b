"""Raw thinking tags: split off at the answer's start, left alone anywhere else."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backend.llm.think import ThinkSplitter

TEXT = st.text(alphabet="<thinkTHINK/> \nab", max_size=40)


def split(pieces: list[str]) -> tuple[str, str]:
    """All thinking and all answer of these pieces."""
    splitter = ThinkSplitter()
    parts = [splitter.feed(piece) for piece in pieces] + [splitter.finish()]
    return "".join(a for a, _ in parts), "".join(b for _, b in parts)


@given(TEXT, st.lists(st.integers(0, 40), max_size=8))
def test_cuts_change_nothing(text: str, cuts: list[int]) -> None:
    """Law: how the text was cut does not matter."""
    places = sorted({0, *(min(cut, len(text)) for cut in cuts), len(text)})
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert split(pieces) == split([text])


@given(TEXT)
def test_without_the_tag_nothing_changes(text: str) -> None:
    """Law: an answer that does not begin with the tag passes unchanged."""
    if not text.lstrip().startswith("<think>"):
        assert split([text]) == ("", text)


def test_thinking_is_split_off() -> None:
    """The tag's inside is thinking; blank lines after it belong to neither."""
    assert split(["<think>a", "b</th", "ink>\n\nc <think>d"]) == ("ab", "c <think>d")


def test_thinking_without_end() -> None:
    """An answer that breaks off while thinking has no text."""
    assert split(["<think>only thoughts"]) == ("only thoughts", "")
