"""Splitting: nothing of an answer is lost, no message is too long, code stays code."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from backend.bot.split import LONGEST_FENCE, split, tail, utf16_length

words = st.text(alphabet=st.sampled_from("abcdé日👋 \n`~*-#"), max_size=2000)
limits = st.integers(min_value=200, max_value=600)

# An answer as models write it: paragraphs and blocks of code, the last one perhaps unfinished.
prose = st.lists(st.text("aé👋", min_size=1, max_size=12), min_size=1, max_size=60).map(" ".join)
lines = st.lists(st.text("xyz= ", max_size=30), max_size=40).map("\n".join)
fences = st.sampled_from(["```", "```python", "~~~", "````md", "``` " + "i" * 30])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Some of both, in any order."""
    blocks = []
    for is_code in draw(st.lists(st.booleans(), max_size=6)):
        if is_code:
            fence = draw(fences)
            blocks.append(f"{fence}\n{draw(lines)}\n{fence.rstrip('pythonmdi ')}")
        else:
            blocks.append(draw(prose))
    whole = "\n\n".join(blocks)
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.booleans()) else whole


def without_space(text: str) -> str:
    """The characters that must survive; fences may be added at cuts."""
    return "".join(c for c in text if c not in " \n`~")


def code_in(markdown: str) -> str:
    """What a reader of Markdown takes for fenced code, white space aside."""
    tokens = MarkdownIt().parse(markdown)
    return "".join("".join(t.content.split()) for t in tokens if t.type == "fence")


@given(words, limits)
@example("``` " + "x" * 60 + "\nwords words\n" + "yy " * 100, 200)
def test_nothing_is_lost_and_every_piece_fits(text: str, limit: int) -> None:
    """Whatever the text, pieces fit, are not empty, and hold every character in order."""
    pieces = split(text, limit)
    assert all(utf16_length(piece) <= limit for piece in pieces)
    assert all(piece.strip() for piece in pieces)
    assert "".join(map(without_space, pieces)) == without_space(text)


def test_a_short_text_is_one_piece() -> None:
    """What fits is not touched."""
    assert split("Hello\n\nthere", 200) == ["Hello\n\nthere"]


def test_cuts_between_paragraphs() -> None:
    """A cut falls between blocks, not within a sentence."""
    paragraphs = ["word " * 20 + "end."] * 6
    for piece in split("\n\n".join(paragraphs), 400):
        assert piece.endswith("end.")


def test_a_cut_code_block_is_closed_and_opened_again() -> None:
    """Both halves of a long code block are code of the same language."""
    text = "Look:\n\n```python\n" + "x = 1\n" * 200 + "```\n\nDone."
    pieces = split(text, 500)
    assert len(pieces) > 2
    for piece in pieces:
        assert piece.count("```") % 2 == 0
    assert pieces[1].startswith("```python\n")


@given(prose, limits)
def test_no_word_is_cut_that_need_not_be(text: str, limit: int) -> None:
    """Cuts fall between words as long as words are short."""
    assert " ".join(split(text, limit)).split() == text.split()


@given(documents(), limits)
def test_code_stays_code_and_words_stay_words(text: str, limit: int) -> None:
    """Read one by one, the pieces show as code what the whole shows as code, and no more."""
    pieces = split(text, limit)
    assert all(utf16_length(piece) <= limit for piece in pieces)
    assert "".join(map(code_in, pieces)) == code_in(text)


@pytest.mark.parametrize("more", ["", "\n" * 900, " " * 900, "x" * 900, "\n\n" + "x " * 300])
@pytest.mark.parametrize("info", [0, 1, LONGEST_FENCE - 3, LONGEST_FENCE - 2, 500])
def test_a_fence_at_a_cut_never_holds_it_up(info: int, more: str) -> None:
    """Each piece says something new, also where a cut falls right behind an opening fence."""
    text = "```" + "i" * info + "\n" + more
    pieces = split(text, 200)
    assert len(pieces) <= 2 * len(text) / (200 - 2 * LONGEST_FENCE) + 1


@given(words, st.integers(min_value=1, max_value=600))
def test_a_tail_is_the_end(text: str, limit: int) -> None:
    """It fits, it is the end as it is, and no more is left out than it takes to begin at a line."""
    end = tail(text, limit)
    assert text.endswith(end)
    assert utf16_length(end) <= limit
    left_out = text[: len(text) - len(end)]
    assert not left_out or left_out.endswith("\n") or utf16_length(end) >= limit - 1
    assert utf16_length(end) >= min(utf16_length(text), limit) // 4
