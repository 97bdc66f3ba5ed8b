"""What models answer to the prompts of a check: taken apart, and bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.checks.replies import Reply, claims_in, reply_in
from backend.checks.schemas import MAX_CLAIM, MAX_CLAIMS

QUOTE = "K2 is 8,611 metres high."


@pytest.mark.parametrize(
    "answer",
    [
        f"VERDICT: agrees\nSOURCE: https://a.org/k2\nQUOTE: {QUOTE}",
        f"**Verdict:** Agrees.\n**Source:** <https://a.org/k2>\n**Quote:** “{QUOTE}”",
        f"- verdict: AGREES\n- source: [K2](https://a.org/k2)\n- quote: “{QUOTE}”\n\nI hope so.",
        f"Here it is.\nVERDICT: agrees\nSOURCE: [[1]](https://a.org/k2).\nQUOTE: {QUOTE}",
    ],
)
def test_forms_of_the_same(answer: str) -> None:
    """Models write the three lines in many ways."""
    assert reply_in(answer) == Reply("agrees", "https://a.org/k2", QUOTE)


def test_an_address_with_brackets_stays_whole() -> None:
    """As Wikipedia has them; a bracket of Markdown's goes."""
    for written in ("https://a.org/K2_(film)", "([K2](https://a.org/K2_(film)))."):
        reply = reply_in(f"VERDICT: conflicts\nSOURCE: {written}\nQUOTE: {QUOTE}")
        assert reply.url == "https://a.org/K2_(film)"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "VERDICT: none\nSOURCE: https://a.org/\nQUOTE: something that is quoted",
        "VERDICT: true\nSOURCE: https://a.org/\nQUOTE: something that is quoted",
        "VERDICT: agrees\nSOURCE: the encyclopedia\nQUOTE: something that is quoted",
        "VERDICT: agrees\nSOURCE: javascript:alert(1)\nQUOTE: something that is quoted",
        "VERDICT: agrees\nSOURCE: https://a.org/",
        f"VERDICT: agrees\nSOURCE: https://a.org/\nQUOTE: {'word ' * 1000}",
    ],
)
def test_what_lacks_something_is_no_source(answer: str) -> None:
    """Without verdict, address or quotation there is none."""
    assert reply_in(answer) == Reply("none")


def test_claims_one_a_line() -> None:
    """Bullets and repeats go; headings, rules and what is too long are no claims."""
    answer = "\n".join([
        "Here are the claims:", "1. K2 is 8,611 m high.", "- K2 is in Pakistan.",
        "• K2 is 8,611 m high.", "---", "", "x" * (MAX_CLAIM + 1),
    ])  # fmt: skip
    assert claims_in(answer) == ("K2 is 8,611 m high.", "K2 is in Pakistan.")
    assert claims_in("NONE") == ()


@given(st.text(max_size=2_000))
def test_bounds_hold_whatever_is_written(answer: str) -> None:
    """No more claims than may be, none longer than may be, each once."""
    found = claims_in(answer)
    assert len(found) <= MAX_CLAIMS
    assert all(0 < len(one) <= MAX_CLAIM for one in found)
    assert len(set(found)) == len(found)
    reply = reply_in(answer)
    assert (reply.verdict == "none") == (not reply.url) == (not reply.quote)
