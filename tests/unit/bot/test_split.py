"""Splitting: nothing of an answer is lost, no message is too long, code stays code."""

from hypothesis import given
from hypothesis import strategies as st

from backend.bot.split import split, utf16_length

words = st.text(alphabet=st.sampled_from("abcdé日👋 \n`~*-#"), max_size=2000)


def without_space(text: str) -> str:
    """The characters that must survive; fences may be added at cuts."""
    return "".join(c for c in text if c not in " \n`~")


@given(words, st.integers(min_value=200, max_value=600))
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
