"""Telegram's parse modes and limits, tested by examples and properties."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telegram_emulator.control.talk import pieces
from telegram_emulator.text import TextError, format_text, read_rich_message, utf16_length
from telegram_emulator.text.rich import plain_text

LIMIT = 4096


def parse(text: str, mode: str | None) -> tuple[str, list[tuple[str, int, int]]]:
    """Text and entities in a short form."""
    formatted = format_text(text, mode, [], LIMIT, "too long")
    return formatted.text, [(e["type"], e["offset"], e["length"]) for e in formatted.entities]


@pytest.mark.parametrize(
    ("mode", "source", "text", "entities"),
    [
        ("HTML", "<b>a<i>b</i></b>&lt;", "ab<", [("bold", 0, 2), ("italic", 1, 1)]),
        ("HTML", "😀<code>x</code>", "😀x", [("code", 2, 1)]),
        ("HTML", '<a href="https://a.b/?x=1&amp;y=2">l</a>', "l", [("text_link", 0, 1)]),
        ("HTML", "<tg-spoiler>s</tg-spoiler>", "s", [("spoiler", 0, 1)]),
        ("HTML", "<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("HTML", '<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ("HTML", "&nbsp;&#65;&unknown;", "&nbsp;A&unknown;", []),
        ("html", "  <b> x </b> ", "x", [("bold", 0, 1)]),
        ("MarkdownV2", "*a _b_*", "a b", [("bold", 0, 3), ("italic", 2, 1)]),
        ("MarkdownV2", "__u__ ~s~ ||p||", "u s p",
            [("underline", 0, 1), ("strikethrough", 2, 1), ("spoiler", 4, 1)]),
        ("MarkdownV2", "```py\nx.y\n```", "x.y", [("pre", 0, 3)]),
        ("MarkdownV2", r"1\.5 \* 2", "1.5 * 2", []),
        ("MarkdownV2", "[l](https://a.b/\\))", "l", [("text_link", 0, 1)]),
        ("MarkdownV2", ">q\n>r\ns", "q\nr\ns", [("blockquote", 0, 3)]),
        (None, "*a* <b>", "*a* <b>", []),
    ],
)  # fmt: skip
def test_markup_is_read(
    mode: str | None, source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    """Offsets are in UTF-16 units; white space at the ends is removed."""
    assert parse(source, mode) == (text, entities)


@pytest.mark.parametrize(
    ("mode", "source", "words"),
    [
        ("HTML", "<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("HTML", "я</b>", "Unexpected end tag at byte offset 2"),
        ("HTML", "1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("HTML", "<b", "Unclosed start tag at byte offset 0"),
        ("HTML", "<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("HTML", "<a href=x", 'Unclosed start tag "a" at byte offset 0'),
        ("MarkdownV2", "a-b", "Character '-' is reserved"),
        ("MarkdownV2", "_a*b_c*", "Can't find end of Bold entity at byte offset 2"),
        ("MarkdownV2", "`a", "Can't find end of Code entity at byte offset 0"),
        ("MarkdownV2", "[a](b", "Can't find end of a URL at byte offset 3"),
    ],
)
def test_broken_markup_is_refused(mode: str, source: str, words: str) -> None:
    """With "can't parse entities" and the error text of Telegram's parser."""
    with pytest.raises(TextError) as caught:
        parse(source, mode)
    assert str(caught.value).startswith("can't parse entities: ")
    assert words in str(caught.value)


RESERVED = "_*[]()~`>#+-=|{}.!\\"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_escaped_text_is_unchanged(text: str) -> None:
    """Text with everything reserved escaped is always accepted and unchanged except for its
    ends."""
    html = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    markdown = "".join(f"\\{c}" if c in RESERVED else c for c in text)
    assert parse(html, "HTML")[0] == text.strip()
    assert parse(markdown, "MarkdownV2")[0] == text.strip()


MARKS = "<>/ab&;=\"'*_[]()`~|\\\n!. 😀"


@given(st.text(alphabet=MARKS, max_size=60), st.sampled_from(["HTML", "MarkdownV2"]))
def test_any_markup_is_read_or_refused(text: str, mode: str) -> None:
    """No other error occurs; entities always lie inside the text."""
    try:
        formatted = format_text(text, mode, [], LIMIT, "too long")
    except TextError:
        return
    length = utf16_length(formatted.text)
    for entity in formatted.entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= length


@given(st.text(alphabet="#*_`|$=<>[]()-1. \nab\\/pdetailsummry&;!~x", max_size=120))
def test_any_markdown_is_a_rich_message(text: str) -> None:
    """GFM accepts any text, and so must every prefix of a draft; only an empty text is refused."""
    try:
        words = "" if read_rich_message({"markdown": text}, draft=True)["blocks"] else "no blocks"
    except TextError as error:
        words = str(error)
    assert words in ("", "message text is empty", "rich message blocks are nested too deep")


def test_rich_markdown_becomes_blocks() -> None:
    """An example of each kind of Telegram's Markdown."""
    source = (
        "## Title\n\ntext **b** `c` $x<y$ ==m== ||s|| ~~d~~ [l](https://a.b)\n\n"
        "1. one\n2. [ ] two\n\n> quote\n\n$$\na<b\n$$\n\n---\n\n"
        "<details><summary>more</summary>\n\nhidden\n\n</details>\n\nList<T> stays"
    )
    blocks: list[Any] = read_rich_message({"markdown": source}, draft=False)["blocks"]
    assert [block["type"] for block in blocks] == [
        "heading",
        "paragraph",
        "list",
        "blockquote",
        "mathematical_expression",
        "divider",
        "details",
        "paragraph",
    ]
    kinds = [part["type"] for part in blocks[1]["text"] if isinstance(part, dict)]
    assert kinds == ["bold", "code", "mathematical_expression", "marked", "spoiler",
                     "strikethrough", "url"]  # fmt: skip
    assert blocks[2]["items"][1]["has_checkbox"] is True
    assert blocks[4]["expression"] == "a<b"
    assert plain_text(blocks[7]) == "List<T> stays"


@given(st.text(alphabet="ab \n😀", max_size=9000))
def test_pieces_lose_nothing_but_white_space(text: str) -> None:
    """Every piece fits into a message, and all characters arrive in order."""
    found = pieces(text)
    assert all(0 < utf16_length(piece) <= LIMIT for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())
