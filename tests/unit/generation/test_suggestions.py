"""Suggested replies come from a model, and stand on buttons."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.generation.side.suggestions import MAX_CHARACTERS, clean_suggestions
from backend.llm.prompts.prompting import suggestions


@given(st.lists(st.text(max_size=120), max_size=8))
def test_what_is_left_is_short_and_plain(lines: list[str]) -> None:
    """Whatever comes: no or at least two replies, each once, one line, nothing invisible."""
    kept = clean_suggestions(lines)
    assert len(kept) != 1
    assert len(set(kept)) == len(kept)
    for reply in kept:
        assert 0 < len(reply) <= MAX_CHARACTERS
        assert reply == " ".join(reply.split())
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Co") for c in reply)


@pytest.mark.parametrize(
    "written",
    [
        "- Why is that?\n- Tell me more",
        "1. **Why is that?**\n2. Tell me more",
        "Here are two replies:\n• “Why is that?”\n• Tell me more",
        "- Why is that?\n- Tell me more\n- See https://evil.example now",
        "- Why is that?\n- Tell me more\n- <img src=x onerror=alert(1)>",
        "- Why is that?\n- Tell me more\n- [a link](tg://resolve)",
        "- Why is that?\n- Tell me more\n- " + "far too long " * 10,
        "- Why is that?\n- Tell me more\n- nothing \u202eto see",
    ],
)
def test_replies_are_found_and_the_rest_is_left_out(written: str) -> None:
    """Lists of any kind; headings, markup, addresses and long lines are no replies."""
    assert clean_suggestions(suggestions(written)) == ("Why is that?", "Tell me more")


@pytest.mark.parametrize("written", ["", "Sure! I would be glad to help you.", "- ...\n- ???\n- !"])
def test_no_list_is_no_suggestion(written: str) -> None:
    """One line alone is an answer that missed the task."""
    assert clean_suggestions(suggestions(written)) == ()


@pytest.mark.parametrize(
    "reply", ["اشرح أكثر من فضلك", "می‌خواهم بدانم", "Почему так?", "なぜですか"]
)
def test_every_script_may_stand(reply: str) -> None:
    """Joiners that belong to spelling stay."""
    assert clean_suggestions([reply, "OK then"]) == (reply, "OK then")
