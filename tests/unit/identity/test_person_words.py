"""What operators type or paste to name a person.

Exercises backend/identity/usernames.py.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InvalidField
from backend.identity import read_person

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{3,31}", fullmatch=True)


@pytest.mark.parametrize(
    ("words", "person"),
    [
        ("700000001", 700000001),
        (" 700000001\n", 700000001),
        ("۷۰۰۰۰۰۰۰۱", 700000001),
        ("@Ann_Example", "ann_example"),
        ("ANN_EXAMPLE", "ann_example"),
        ("\u2068@ann_example\u2069", "ann_example"),
        ("t.me/ann_example", "ann_example"),
        ("https://t.me/Ann_Example?start=1", "ann_example"),
        ("http://www.telegram.me/ann_example/", "ann_example"),
        ("HTTPS://TELEGRAM.DOG/ann_example#x", "ann_example"),
        ("https://ann_example.t.me", "ann_example"),
        ("tg://resolve?domain=ann_example&start=1", "ann_example"),
    ],
)
def test_forms_of_an_id_or_a_name(words: str, person: int | str) -> None:
    """An id in any digits; a name with or without @, in any case; links to a profile; spaces and
    marks that copying adds."""
    assert read_person(words) == person


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "@",
        "@ann",  # too short
        "@" + "a" * 33,
        "1ann",
        "_anna",
        "ann-example",
        "ann\u0430_example",  # a Cyrillic letter
        "0",
        "-700000001",
        "4503599627370496",  # 2 ** 52
        "9" * 5_000,
        "7e8",
        "٣½",
        "t.me/joinchat/AAAA",
        "https://t.me/",
        "https://t.me.example/ann_example",
        "https://example.com/ann_example",
        "javascript://t.me/ann_example",
        "@ann_example; DROP TABLE users",
        "https://t.me/ann_example\x00",
        "a" * 100_000,
    ],
)
def test_everything_else_is_refused_as_a_field(words: str) -> None:
    """One clear error, which names the field and not what was typed."""
    with pytest.raises(InvalidField) as caught:
        read_person(words)
    assert caught.value.details == {"field": "person"}


@given(NAMES)
def test_every_form_means_the_same_name(name: str) -> None:
    """However a name is given, the same person is meant."""
    forms = (name, f"@{name}", name.upper(), f"t.me/{name}", f"https://t.me/{name}", f" @{name} ")
    assert {read_person(form) for form in forms} == {name.lower()}


@given(st.text(max_size=300))
def test_nothing_breaks_it(words: str) -> None:
    """Any text is a person or an invalid field."""
    try:
        found = read_person(words)
    except InvalidField:
        return
    assert found if isinstance(found, int) else found == found.lower()
