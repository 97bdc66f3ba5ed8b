"""Which links of a message are read."""

import pytest

from backend.files import is_links_alone, links_to_read


@pytest.mark.parametrize(
    ("text", "about_links", "links"),
    [
        ("https://news.site.com/a", False, ("https://news.site.com/a",)),
        ("What is this? https://news.site.com/a", False, ("https://news.site.com/a",)),
        ("О чём это: https://news.site.com/a.", False, ("https://news.site.com/a",)),
        ("(see https://news.site.com/a)", False, ("https://news.site.com/a",)),
        (
            "https://en.site.org/wiki/K2_(mountain)",
            False,
            ("https://en.site.org/wiki/K2_(mountain)",),
        ),
        (
            "http://a.com/1 http://b.com/2 http://c.com/3",
            False,
            ("http://a.com/1", "http://b.com/2"),
        ),
        ("http://a.com/1 http://a.com/1", False, ("http://a.com/1",)),
        ("no link here", False, ()),
        ("ftp://news.site.com/a", False, ()),
        ("word " * 13 + "https://news.site.com/a", False, ()),
        ("word " * 13 + "https://news.site.com/a", True, ("https://news.site.com/a",)),
        ("[the news](https://news.site.com/a)", False, ("https://news.site.com/a",)),
        ("<https://news.site.com/a>", False, ("https://news.site.com/a",)),
    ],
)
def test_links(text: str, about_links: bool, links: tuple[str, ...]) -> None:
    """A message that is mostly its link, or a task that is about it; two at most, each once."""
    assert links_to_read(text, about_links=about_links) == links


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("https://a.com/x", True),
        ("  https://a.com/x\nhttp://b.com ", True),
        ("What is https://a.com/x", False),
        ("words", False),
        ("", False),
    ],
)
def test_links_alone(text: str, alone: bool) -> None:
    """Nothing but links, whatever blanks are around them."""
    assert is_links_alone(text) is alone
