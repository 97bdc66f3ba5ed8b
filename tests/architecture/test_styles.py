"""Rules of the client's style sheets."""

import re
from collections.abc import Iterator

from tests.architecture.typescript import CLIENT

HAS = re.compile(r"([^\s,{}]*?):has\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
ONLY_CLASSES = re.compile(r"[\s>,.\w-]+")
SMALL = re.compile(r"^(?!(?::root|html|body|\.frame|\.page|\.view|\.messages)\b)")
"""A part that no message is in: it may ask for more than classes."""


def found() -> Iterator[tuple[str, str]]:
    """Each `:has()`: what stands before it, and what it asks for."""
    for path in sorted((CLIENT / "styles").glob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        yield from HAS.findall(text)


def test_has_asks_for_no_attribute() -> None:
    """With one `:has([…])` or `:has(:not(…))` in any sheet, browsers look at every part with a
    `:has()` again for whatever element comes: with each block of an answer that grows."""
    wrong = [argument for _, argument in found() if "[" in argument or ":not" in argument]
    assert not wrong, f"{wrong}: ask for a class"


def test_has_around_the_messages_asks_for_classes() -> None:
    """The same holds of other pseudo-classes in a part that the messages are in."""
    wrong = [
        f"{subject}:has({argument})"
        for subject, argument in found()
        if not SMALL.match(subject) and not ONLY_CLASSES.fullmatch(argument)
    ]
    assert not wrong, f"{wrong}: let the client set a class or an attribute on the root"


def test_the_search_finds_them() -> None:
    """The pattern reads what stands in the sheets."""
    assert (".composer", "> .composer-text:placeholder-shown") in set(found())
    assert HAS.findall(".page:has(.a:not(:b)) .c") == [(".page", ".a:not(:b)")]
