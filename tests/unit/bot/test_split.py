"""Cutting text: nothing is lost, no piece is too long, no character as people see it is cut."""

from itertools import pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from backend.bot.formatting.split import PLAIN_LIMIT, pieces, split, tail, utf16_length

CASES = Path(__file__).parents[2] / "cases"

words = st.text(alphabet=st.sampled_from("abcdé日👋 \n`~*-#"), max_size=2000)
seen = st.sampled_from(
    ["👨‍👩‍👧‍👦", "🇩🇪", "🇫🇷", "e\u0301", " \u0301", "ก\u0e33", "각", "a", " ", "\n", "\r\n", "👍🏽"]
)
texts = st.lists(seen, max_size=300).map("".join)
prose = st.lists(st.text("aé👋", min_size=1, max_size=12), min_size=1, max_size=60).map(" ".join)
limits = st.integers(min_value=40, max_value=600)


@given(words, limits)
def test_nothing_is_lost_and_every_piece_fits(text: str, limit: int) -> None:
    """Whatever the text, pieces fit, are not empty, and hold every character in order."""
    found = split(text, limit)
    assert all(utf16_length(piece) <= limit for piece in found)
    assert all(piece.strip() for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@given(texts, limits)
def test_clusters_are_never_cut(text: str, limit: int) -> None:
    """Families, flags, accents: every cut is between what people see as characters."""
    found = list(pieces(text, limit))
    assert "".join(found) == text
    assert [cluster for piece in found for cluster in regex.findall(r"\X", piece)] == regex.findall(
        r"\X", text
    )


def test_families_stay_together() -> None:
    """Also in a message that is full of them."""
    text = (CASES / "b04-families.txt").read_text().strip()
    for piece in split(text, PLAIN_LIMIT):
        assert set(regex.findall(r"\X", piece)) == {"👨‍👩‍👧‍👦"}


def test_a_cluster_longer_than_a_message_is_cut() -> None:
    """Rather that than not to be sent."""
    assert [len(piece) for piece in pieces("a" + "\u0301" * 99, 40)] == [40, 40, 20]


def test_a_short_text_is_one_piece() -> None:
    """What fits is not touched."""
    assert split("Hello\n\nthere", 200) == ["Hello\n\nthere"]


def test_cuts_between_paragraphs() -> None:
    """A cut falls between paragraphs, not within a sentence."""
    for piece in split("\n\n".join(["word " * 20 + "end."] * 6), 400):
        assert piece.endswith("end.")


@given(prose, limits)
def test_no_word_is_cut_that_need_not_be(text: str, limit: int) -> None:
    """Cuts fall between words as long as words are short."""
    assert " ".join(split(text, limit)).split() == text.split()


@given(words, st.integers(min_value=1, max_value=600))
def test_a_tail_is_the_end(text: str, limit: int) -> None:
    """It fits, it is the end as it is, and no more is left out than it takes to begin at a line."""
    end = tail(text, limit)
    assert text.endswith(end)
    assert utf16_length(end) <= limit
    left_out = text[: len(text) - len(end)]
    assert not left_out or left_out.endswith("\n") or utf16_length(end) >= limit - 1
    assert utf16_length(end) >= min(utf16_length(text), limit) // 4


@given(texts, limits)
def test_a_tail_begins_with_a_whole_cluster(text: str, limit: int) -> None:
    """As every piece does."""
    end = tail(text, limit)
    clusters = regex.findall(r"\X", text)
    assert not end or end in {"".join(clusters[at:]) for at in range(len(clusters))}


@pytest.mark.parametrize("limit", [40, 41, 42, 43])
def test_flags_are_counted_in_pairs(limit: int) -> None:
    """Half a flag is a letter in a box."""
    for one, other in pairwise(pieces("🇩🇪" * 60, limit)):
        assert len(one) % 2 == len(other) % 2 == 0
