"""Which links of a message are read."""

import pytest

from backend.sources import is_links_alone, links_to_read


@pytest.mark.parametrize(
    ("text", "task", "links"),
    [
        ("https://news.site.com/a", None, ("https://news.site.com/a",)),
        ("What is this? https://news.site.com/a", None, ("https://news.site.com/a",)),
        ("О чём это: https://news.site.com/a.", None, ("https://news.site.com/a",)),
        ("(see https://news.site.com/a)", None, ("https://news.site.com/a",)),
        (
            "https://en.site.org/wiki/K2_(mountain)",
            None,
            ("https://en.site.org/wiki/K2_(mountain)",),
        ),
        (
            "http://a.com/1 http://b.com/2 http://c.com/3",
            None,
            ("http://a.com/1", "http://b.com/2"),
        ),
        ("http://a.com/1 http://a.com/1", None, ("http://a.com/1",)),
        ("no link here", None, ()),
        ("ftp://news.site.com/a", None, ()),
        ("word " * 13 + "https://news.site.com/a", None, ()),
        ("word " * 13 + "https://news.site.com/a", "summarise", ("https://news.site.com/a",)),
        ("word " * 13 + "https://news.site.com/a", "translate", ("https://news.site.com/a",)),
        ("word " * 13 + "https://news.site.com/a", "write", ()),
        ("[the news](https://news.site.com/a)", None, ("https://news.site.com/a",)),
        ("<https://news.site.com/a>", None, ("https://news.site.com/a",)),
    ],
)
def test_links(text: str, task: str | None, links: tuple[str, ...]) -> None:
    """A message that is mostly its link, or a task that is about it; two at most, each once."""
    assert links_to_read(text, task) == links


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
