"""Placeholders for what identifies a person.

Exercises backend/placeholders.py.
"""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.placeholders import redact, restore

PIECES = st.sampled_from(
    [
        "Anna", "Ben Smith", "anna@example.org", "+49 170 1234567", "@anna_k", "[name 1]", "[",
        "[Name 2]", "name 1]", "https://t.me/anna_k", "12 Baker Street", "شارع الملك فهد", "Annas",
        "[phone 1]", "ул. Ленина, 5", "Hauptstraße 5", " ", "\n", "ü", ".", "2026-11-29", "@", "+",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join)
NAMES = st.lists(st.one_of(st.sampled_from(["Anna", "Ben Smith", "Ben", "1]"]), st.text()))
KNOWN = st.dictionaries(
    st.sampled_from(["[name 1]", "[name 2]", "[phone 1]", "[email 3]"]),
    st.sampled_from(["Anna", "Cy", "+49 170 1234567", "a@b.cd"]),
)


@given(TEXTS, NAMES, KNOWN)
def test_restoring_gives_the_text_back(text: str, names: list[str], known: dict[str, str]) -> None:
    """Any text is restored exactly, even one that contains what looks like a placeholder."""
    redacted = redact(text, names, known)
    assert restore(redacted.text, redacted.placeholders) == text


@given(TEXTS, NAMES, KNOWN)
def test_no_placeholder_collides(text: str, names: list[str], known: dict[str, str]) -> None:
    """None stands in the text already, none stands for two things, and what is known keeps its
    own."""
    redacted = redact(text, names, known)
    for placeholder, original in redacted.placeholders.items():
        assert placeholder not in text.lower()
        assert known.get(placeholder, original) == original
    originals = [*redacted.placeholders.values()]
    assert len(originals) == len(set(originals))


@given(TEXTS, st.sampled_from(["Anna", "Ben Smith", "Łukasz"]))
def test_a_known_name_is_nowhere_left(text: str, name: str) -> None:
    """A name is replaced as a whole word only, not inside another word."""
    redacted = redact(f"{text} {name}, {text}", [name], {})
    assert not re.search(rf"(?<![\w@./+-]){name}(?![\w@./+-])", redacted.text)


@pytest.mark.parametrize(
    ("text", "placeholder"),
    [
        ("write to anna.k+x@mail.example.org!", "[email 1]"),
        ("call +1 (555) 010-9999 now", "[phone 1]"),
        ("call (555) 010-9999 now", "[phone 1]"),
        ("звони 8 (912) 345-67-89", "[phone 1]"),
        ("ruf 0170 1234567 an", "[phone 1]"),
        ("اتصل +٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "[phone 1]"),
        ("ask @anna_k", "[username 1]"),
        ("see https://www.instagram.com/anna.k/", "[link 1]"),
        ("see t.me/anna_k", "[link 1]"),
        ("see tg://user?id=777", "[link 1]"),
        ("https://linkedin.com/in/anna-k", "[link 1]"),
        ("at 221B Baker Street", "[address 1]"),
        ("in der Hauptstraße 5", "[address 1]"),
        ("ул. Ленина, д. 5", "[address 1]"),
        ("في شارع الملك فهد", "[address 1]"),
    ],
)
def test_usual_forms_are_found(text: str, placeholder: str) -> None:
    """Numbers and addresses are found as people write them in each of these languages."""
    assert list(redact(text, (), {}).placeholders) == [placeholder]


@pytest.mark.parametrize(
    "text",
    ["on 2026-11-29 at 10:30", "1 000 000 people", "version 3.11.0", "https://example.org/news",
     "a @ b", "pi is 3.14159265358979", "5 Things To Know", "he said: will you?"],
)  # fmt: skip
def test_what_tells_nobody_stays(text: str) -> None:
    """Dates, sums and other links; and a name as a word of another case."""
    assert redact(text, ["Will"], {}).text == text


def test_the_same_gets_the_same() -> None:
    """Within a text, and in what follows it."""
    first = redact("Anna and Ben, then Anna", ["Anna", "Ben"], {})
    assert first.text == "[name 1] and [name 2], then [name 1]"
    second = redact("Cy and Ben", ["Ben", "Cy"], first.placeholders)
    assert second.text == "[name 3] and [name 2]"


def test_a_model_may_change_capitals() -> None:
    """A sentence begins with a capital; what is unknown stays."""
    assert restore("[Name 1] is [name 2].", {"[name 1]": "Anna"}) == "Anna is [name 2]."


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "@", "1", "1 ", "+1", "[name ", "[name 1]", "a@", "a@b.", "Aa ", "1 A ", "(1",
     "t.me/", "Anna ", "شارع ", "ул. ", "00 "],
)  # fmt: skip
def test_growth_is_linear(piece: str) -> None:
    """Ten times the text takes about ten times as long, even one made to take longer."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        redact(text, ["Anna", "Ben Smith"], {})
        return time.process_time() - began

    seconds(1_000)
    short = min(seconds(20_000) for _ in range(3))
    long = min(seconds(200_000) for _ in range(2))
    assert long < 30 * max(short, 0.001)
