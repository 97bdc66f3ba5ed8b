"""What a model writes can make Telegram fetch nothing, and stays what it is otherwise."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from backend.bot.drafts import preview
from backend.bot.markdown import tame
from backend.bot.messages import rich_pieces

JOINER = "\u2060"
MEDIA = re.compile(r"<(img|video|audio|tg-collage|tg-slideshow|figure)", re.IGNORECASE)

# Pieces that meet in every order: what could be mistaken for code, and what must not get out.
pieces = st.sampled_from(
    [
        "![a](https://evil.example/x.png)",
        "![](https://evil.example/x.png)",
        "![a][1]",
        "[1]: https://evil.example/x.png",
        '<img src="https://evil.example/x.png"/>',
        "<IMG SRC=https://evil.example/x.png>",
        '<video src="https://evil.example/x.mp4"></video>',
        "<tg-collage>",
        "</tg-collage>",
        "<figure>",
        "<details>",
        "<u>",
        "```",
        "````",
        "~~~",
        "```python",
        "`",
        "``",
        "\\`",
        "- ",
        "1. ",
        "> ",
        "  ",
        "    ",
        "$$",
        "words ",
        "\n",
        "\n\n",
    ]
)


def fetched(markdown: str) -> list[str]:
    """What a CommonMark reader that takes HTML, as Telegram does, would load."""
    found: list[str] = []
    waiting = list(MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(markdown))
    while waiting:
        token = waiting.pop()
        waiting += token.children or []
        if token.type == "image" or (token.type.startswith("html") and MEDIA.search(token.content)):
            found.append(token.content)
    return found


@given(st.lists(pieces, max_size=14).map("".join))
@settings(max_examples=500)
def test_nothing_is_ever_fetched(markdown: str) -> None:
    """However it is put together, no reader of Markdown finds an image, a film or sound in it."""
    assert fetched(tame(markdown)) == []


@pytest.mark.parametrize("markdown", ["![](https://x.example/a.png)", "a <img src=x> b", "<video>"])
def test_untamed_it_would_be(markdown: str) -> None:
    """What the law above looks for is there without taming."""
    assert fetched(markdown)


@given(st.lists(pieces, max_size=12).map("".join))
def test_images_and_tags_are_broken_outside_of_code(markdown: str) -> None:
    """No line that is not within a fence holds an image or a live tag."""
    fence = ""
    for line in tame(markdown).split("\n"):
        found = re.match(r" *(`{3,}|~{3,})", line)
        if fence:
            fence = "" if found and line.strip().startswith(fence) else fence
        elif found:
            fence = found[1]
        else:
            assert "![" not in line
            assert not re.search(r"<[A-Za-z/]", line)


@given(st.text(alphabet=st.sampled_from("ab \n*_#-|.,:;()[]é日👋`$=+<>&"), max_size=400))
def test_plain_words_stay_as_they_are(markdown: str) -> None:
    """Only invisible characters are added to what holds neither image nor tag."""
    assert tame(markdown).replace(JOINER, "") == markdown


@pytest.mark.parametrize(
    ("markdown", "tamed"),
    [
        ("See ![a chart](https://x.example/a.png).", "See [a chart](https://x.example/a.png)."),
        ("a < b and c > d", "a < b and c > d"),
        ("<https://x.example/>", "<https://x.example/>"),
        ("vector<int>", f"vector<{JOINER}int>"),
        ("![a][1]", f"!{JOINER}[a][1]"),
        ("```html\n<img src=x>\n```", "```html\n<img src=x>\n```"),
        ("```rust\nvec![1]\n```", "```rust\nvec![1]\n```"),
        ("1. So:\n   ```html\n   <p>\n   ```", "1. So:\n   ```html\n   <p>\n   ```"),
        ("- a\n  ```\n<img src=x>", f"- a\n  ```\n<{JOINER}img src=x>"),
        ("    ```\n    <p>\n    <img>\n    ```", f"    ```\n    <p>\n    <{JOINER}img>\n    ```"),
        ("```\ncode\n```\n<img>", f"```\ncode\n```\n<{JOINER}img>"),
        ("````\n```\n<img>\n````", "````\n```\n<img>\n````"),
        ("```a`b\n<img>", f"```a`b\n<{JOINER}img>"),
        ("~~~\n<img>\n~~~", "~~~\n<img>\n~~~"),
        ("```\n<img>", "```\n<img>"),
        ("", ""),
    ],
)
def test_examples(markdown: str, tamed: str) -> None:
    """Code keeps its characters; everything else loses only what could be fetched."""
    assert tame(markdown) == tamed


@given(st.lists(pieces, max_size=14).map("".join), st.integers(200, 400), st.integers(0, 500))
@settings(max_examples=300)
def test_cut_into_messages_nothing_is_fetched_either(markdown: str, limit: int, pad: int) -> None:
    """Wherever a long answer is cut, also in the middle of code whose fence cannot be repeated."""
    long = markdown + "\n" + "word " * pad + "\n" + markdown
    assert [fetched(piece) for piece in rich_pieces(long, limit) if fetched(piece)] == []


def test_a_fence_too_long_to_repeat_is_no_way_out() -> None:
    """The code behind it is tamed when it is cut off from it."""
    code = "```html " + "x" * 90 + "\n" + "<p>\n" * 100 + "<img src=https://evil.example/>\n```"
    assert [fetched(piece) for piece in rich_pieces(code, 300) if fetched(piece)] == []


def test_a_previews_end_is_tamed_for_itself() -> None:
    """What is cut off from its fence is no code any more."""
    code = "```html\n" + "x" * 20_000 + "\n<img src=https://evil.example/>"
    assert fetched(preview(code)) == []
