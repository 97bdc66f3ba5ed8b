"""Raw thinking tags: split off at the answer's start, left alone anywhere else."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backend.llm import Event, Reasoning, Text, WasThinking
from backend.llm.adapters.answer_text import AnswerText
from backend.llm.adapters.gather import Gatherer
from backend.llm.adapters.think import ThinkSplitter

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


def read_doubtful(text: str, cuts: list[int], *, is_whole: bool = True) -> tuple[str, str]:
    """Thinking and answer as a reader has them at the end, of a server that parts neither."""
    out = Gatherer()
    reading = AnswerText(out, ThinkSplitter(doubts=True))
    places = sorted({0, *(min(cut, len(text)) for cut in cuts), len(text)})
    thinking, answer = "", ""
    events: list[Event] = []
    for a, b in pairwise(places):
        reading.add(text[a:b])
        reading.flush()
        events += out.take()
    reading.finish(is_whole=is_whole)
    for event in [*events, *out.take()]:
        match event:
            case Reasoning(piece):
                thinking += piece
            case Text(piece):
                answer += piece
            case WasThinking():
                thinking, answer = thinking + answer, ""
    return thinking, answer


CUTS = st.lists(st.integers(0, 60), max_size=8)


@given(st.text("ab .\n", min_size=1, max_size=30), st.sampled_from(["</think>", "[/THINK]"]), CUTS)
def test_thinking_that_was_shown_is_taken_back(thought: str, close: str, cuts: list[int]) -> None:
    """Law: an unopened closing tag makes all before it thinking, wherever the text was cut and
    whatever its first words are."""
    text = f"W{thought}.{close}\nThe answer."
    assert read_doubtful(text, cuts) == (f"W{thought}.", "The answer.")


@given(
    st.sampled_from(
        [
            "Write `</think>` to end a thought.",
            "End a thought with </think> and go on.",
            'The tag "</think>" ends it.',
            "See:\n```html\n<p>\n</think>\nx\n```\nDone.",
            "Text.\n~~~\n</thinking>.\n~~~\nMore.",
            "A block:\n<think>\na\n</think>\nis how it looks.",
            "It ends here.</thi and goes on",
        ]
    ),
    CUTS,
)
def test_tags_that_are_the_subject_are_not_taken_for_marks(text: str, cuts: list[int]) -> None:
    """Law: a tag that is quoted, in code, opened before, or within a sentence changes nothing."""
    assert read_doubtful(text, cuts) == ("", text)


@given(CUTS)
def test_a_tag_that_nothing_follows_takes_no_answer_away(cuts: list[int]) -> None:
    """A stray closing tag at the very end leaves the answer, without the tag."""
    assert read_doubtful("What is there is the answer.</think>", cuts) == (
        "",
        "What is there is the answer.",
    )


def test_a_thought_that_broke_off_before_its_tag_stays_as_it_was_told() -> None:
    """Nothing shows that it was one."""
    assert read_doubtful("Words with</thi", [4], is_whole=False) == ("", "Words with</thi")
