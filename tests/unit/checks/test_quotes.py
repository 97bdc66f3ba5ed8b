"""Quotations: they stand in a page word for word, or they are none."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.checks.quotes import MAX_QUOTE, MIN_QUOTE, WHOLE, link_to, normalised, stands_in

PAGE = "K2 is 8,611 metres high.\nIt was first climbed in 1954, by  an Italian\u00a0party."
WORDS = st.lists(st.text("abcdefgäж", min_size=1, max_size=9), min_size=8, max_size=40)


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("K2 is 8,611 metres high.", True),
        ("first climbed in 1954, by an Italian party", True),  # blanks alone differ
        ("metres high. It was first", True),  # across a line
        ("K2 is 8,611 meters high.", False),  # one letter
        ("k2 is 8,611 metres high.", False),  # a letter's case
        ("2 is 8,611 metres high.", False),  # half a word at the beginning
        ("It was first climbed in 195", False),  # and at the end
        ("metres high", False),  # too short to say anything
        ("", False),
    ],
)
def test_word_for_word(quote: str, stands: bool) -> None:
    """Nothing is forgiven but blanks."""
    assert stands_in(quote, PAGE) is stands


def test_a_later_place_counts() -> None:
    """A place inside a word does not hide a good one after it."""
    assert stands_in("able to pay the debt", "unable to pay the debt; able to pay the debt")
    assert not stands_in("able to pay the debt", "unable to pay the debt")


def test_scripts_without_blanks() -> None:
    """Chinese, Japanese and Thai part no words, so a quotation may begin anywhere."""
    assert stands_in(
        "乔戈里峰海拔8611米是世界第二高峰", "喀喇昆仑山脉的乔戈里峰海拔8611米是世界第二高峰。"
    )
    assert stands_in("ภูเขาที่สูงเป็นอันดับ", "เคทูเป็นภูเขาที่สูงเป็นอันดับสองของโลก")


@given(WORDS, st.data())
def test_what_is_cut_out_of_a_page_stands_in_it(words: list[str], data: st.DataObject) -> None:
    """However its blanks are written."""
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    blank = data.draw(st.sampled_from([" ", "\n", "\t ", "\u00a0", "  \r\n"]))
    quote = blank.join(words[first:last])
    fits = MIN_QUOTE <= len(normalised(quote)) <= MAX_QUOTE
    assert stands_in(quote, " ".join(words)) is fits


@given(WORDS, st.data())
def test_a_changed_quotation_does_not(words: list[str], data: st.DataObject) -> None:
    """A letter that the page does not have is enough."""
    at = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:at], words[at] + "x", *words[at + 1 :]]
    assert not stands_in(" ".join(changed), " ".join(words))


def test_links_lead_to_the_place() -> None:
    """Short quotations are named whole, long ones by both ends; signs with a meaning are not
    taken for it."""
    assert link_to("https://a.org/p", "one - two, three & four") == (
        "https://a.org/p#:~:text=one%20%2D%20two%2C%20three%20%26%20four"
    )
    assert link_to("https://a.org/p#part", "some words here").startswith(
        "https://a.org/p#part:~:text=some%20"
    )
    assert link_to("https://a.org/p", "") == "https://a.org/p"
    long = " ".join(f"word{n}" for n in range(60))
    start, end = link_to("https://a.org/", long).partition(":~:text=")[2].split(",")
    assert len(long) > WHOLE
    assert long.startswith(unquote(start))
    assert long.endswith(unquote(end))
