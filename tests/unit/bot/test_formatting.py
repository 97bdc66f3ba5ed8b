"""Markdown read into a document: what is in it, that nothing is fetched and nothing lost.

Exercises backend/bot/formatting/inline.py, backend/bot/formatting/messages.py,
backend/bot/formatting/document.py, backend/bot/formatting/rich.py, backend/bot/formatting/plain.py,
backend/bot/formatting/parser.py, backend/bot/formatting/rules_inline.py,
backend/bot/formatting/rules_block.py, backend/bot/formatting/reader.py,
backend/bot/formatting/emphasis.py, backend/markup/document.py, backend/markup/emphasis.py,
backend/markup/inline.py, backend/markup/parser.py, backend/markup/reader.py,
backend/markup/rules_block.py, backend/markup/rules_inline.py.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from backend.bot.formatting import (
    Document,
    is_short,
    read_markdown,
    split_document,
    to_text,
)
from backend.bot.formatting.split import PLAIN_LIMIT, RICH_LIMIT, utf16_length
from backend.bot.sending.drafts import preview
from backend.bot.sending.views import rich
from telegram_emulator.text import TextError, read_rich_message
from telegram_emulator.text.rich import plain_text

ADDRESS = re.compile(r"(?:https?|tg)://[\w./?=]+")
CASES = Path(__file__).parents[2] / "cases"
AFTER_A_LONE_DOLLAR = re.compile(r"\$\$[^$]*<[^$]*\$(?!\$)")
"""A tag there is one, or a part of a formula after a lone dollar: Telegram's guide does not say."""
BLOCKS = {
    *("paragraph", "heading", "pre", "divider", "mathematical_expression", "list"),
    *("blockquote", "table", "details"),
}
SPANS = {
    *("bold", "italic", "underline", "strikethrough", "marked", "subscript", "superscript", "code"),
    *("mathematical_expression", "url"),
}

# Pieces that meet in every order: what could be mistaken for code, and what must not get out.
pieces = st.sampled_from(
    [
        *("![a](https://evil.example/x.png)", "![](https://evil.example/x.png)", "![a][1]"),
        *("[1]: https://evil.example/x.png", '<img src="https://evil.example/x.png"/>'),
        *("<IMG SRC=https://evil.example/x.png>", "![👍](tg://emoji?id=5368324170671202286)"),
        '<video src="https://evil.example/x.mp4"></video>',
        '<tg-map lat="1" long="2"/>',
        *("<tg-collage>", "</tg-collage>", "<figure>", "<details>", "</details>", "<summary>"),
        *("<u>", "</u>", "<sub>", "<sup>", "</sup>", "<br>", "[a](tg://user?id=1)"),
        *("```", " ```", "````", "~~~", "```python", "`", "``", "\\`", "- ", "1. ", "> ", "  "),
        *("    ", "\r", "\t", "$$", "$", "\\[", "\\]", "**", "*", "_", "~~"),
        *("| a | b |\n|---|---|\n| c |", "words ", "漢字", "「」", "https://example.org/a"),
        *("\n", "\n\n", "---", "# ", "[^1]: note"),
    ]
)  # fmt: skip
documents = st.lists(pieces, max_size=16).map("".join)


def sent(document: Document) -> Any:
    """A message's blocks as they go over the wire."""
    return json.loads(rich(document, rtl=False).model_dump_json(exclude_none=True))


def kinds(value: Any, holder: str) -> Iterator[tuple[str, str]]:
    """Every `type` in a message, with the name of what holds it."""
    if isinstance(value, list):
        for one in value:
            yield from kinds(one, holder)
    elif isinstance(value, dict):
        yield holder, value.get("type", "")
        for name, inner in value.items():
            yield from kinds(inner, name)


def block_kinds(message: Any) -> set[str]:
    """The kinds of blocks in a message."""
    return {kind for holder, kind in kinds(message["blocks"], "blocks") if holder == "blocks"}


def span_kinds(message: Any) -> set[str]:
    """The kinds of spans in a message's texts."""
    found = kinds(message["blocks"], "blocks")
    return {kind for holder, kind in found if holder in ("text", "summary")}


def letters(text: str) -> Counter[str]:
    """How often each letter occurs; the number of a list's item is not text in a rich message."""
    return Counter(filter(str.isalpha, text))


@given(documents)
@example(" ```\n![](https://evil.example/x.png)\n ```")
@example("a\r![](https://evil.example/x.png)")
@example("$$\n```\n$$\n![](https://evil.example/x.png)")
def test_nothing_that_is_sent_is_fetched(markdown: str) -> None:
    """However Markdown is put together, only blocks and spans of the closed set are sent, whose
    links open when they are tapped, and Telegram's rules accept the message."""
    for document in split_document(read_markdown(markdown), RICH_LIMIT):
        message = sent(document)
        assert set(message) <= {"blocks", "skip_entity_detection"}
        assert block_kinds(message) <= BLOCKS
        assert span_kinds(message) <= SPANS
        assert "tg://" not in json.dumps(list(urls(message)))
        read_rich_message(message, draft=False)


def urls(value: Any) -> Iterator[str]:
    """Every address that a message links to."""
    if isinstance(value, list):
        for one in value:
            yield from urls(one)
    elif isinstance(value, dict):
        if "url" in value:
            yield value["url"]
        for inner in value.values():
            yield from urls(inner)


@given(documents)
def test_no_words_are_lost(markdown: str) -> None:
    """What Telegram's own reading of the Markdown shows is in what is sent, rich or plain, as text
    or as the address of a link."""
    assume(not AFTER_A_LONE_DOLLAR.search(markdown))
    document = read_markdown(markdown)
    text, entities = to_text(document)
    plain = letters(text + "".join(entity.url or "" for entity in entities))
    message = sent(document)
    ours = letters(plain_text(message) + "".join(urls(message)))
    try:
        shown = plain_text(read_rich_message({"markdown": markdown}, draft=False))
    except TextError:  # what Telegram refuses it does not show
        return
    # Neighbouring pictures with one address are one link.
    words = letters(ADDRESS.sub("", shown))
    assert not words - ours
    assert not words - plain


@given(documents, st.integers(300, 600), st.integers(0, 300))
def test_cut_into_messages_nothing_is_lost(markdown: str, limit: int, pad: int) -> None:
    """Whatever is cut: every message fits, and together they hold every letter."""
    document = read_markdown(f"{markdown}\n\n{'word ' * pad}\n{markdown}")
    parts = split_document(document, limit)
    texts = [to_text(part)[0] for part in parts]
    assert all(utf16_length(text) <= limit for text in texts)
    assert not letters(to_text(document)[0]) - letters("".join(texts))


@given(documents)
@settings(max_examples=25)
def test_a_preview_is_safe_too(markdown: str) -> None:
    """What a draft shows is made in the same way."""
    message = sent(preview("x\n" * 9000 + markdown))
    assert block_kinds(message) <= BLOCKS
    assert span_kinds(message) <= SPANS


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("one\ntwo  \nthree\\\nfour<br>five", "one\ntwo\nthree\nfour\nfive"),
        ("See ![a chart](https://x.example/a.png).", "See a chart."),
        ("![](https://x.example/a.png)", "https://x.example/a.png"),
        ("![a](data:image/png;base64,AAAA)", "a"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](/docs)", "a (/docs)"),
        ("vector<int> and a < b", "vector<int> and a < b"),
        ("<img src=x>", "<img src=x>"),
        ("- [x] done\n- [ ] to do", "☑ done\n☐ to do"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", "a | b\n1 | 2 | 3"),
        ("|a|b|\n|-|-|\n|c|`d|e`|\n|`f|g`|h|", "a | b\nc | d|e\nf|g | h"),
        ("[1]: https://a.example/ \"Source\"", "https://a.example/ Source"),
        ("It is so.[^1]\n\n[^1]: Really", "It is so.[^1]\n\n[^1]: Really"),
        ("Paris\ue200cite\ue202turn0search1\ue201.", "Paris."),
        ("", ""),
    ],
)  # fmt: skip
def test_examples(markdown: str, text: str) -> None:
    """Lines stay lines, pictures become their description, cells and notes are kept."""
    assert to_text(read_markdown(markdown))[0] == text


@pytest.mark.parametrize(
    ("markdown", "marked"),
    [
        ("これは**「重要」**です", {"bold": ["「重要」"]}),
        ("**마크다운(Markdown)**을 쓴다", {"bold": ["마크다운(Markdown)"]}),
        ("~~「古い」~~です", {"strikethrough": ["「古い」"]}),
        ("**重要：**English, これは**「API」**that, x**「a」**b, **a。**b", {
            "bold": ["重要：", "「API」", "「a」", "a。"]}),
        ("snake_case_name and 2 * 3 * 4", {}),
        ("Compare $AAPL/$MSFT, cd $HOME/$USER/bin, US$5 and $6 or $ 7", {}),
        ("where $ a $ and $x^2$ and \\(y\\)", {"code": ["a", "x^2", "y"]}),
        ("<kbd>Ctrl</kbd> <u>under</u> <b>bold</b> </b>", {
            "code": ["Ctrl"], "underline": ["under"], "bold": ["bold"]}),
        ("看https://example.com/a。然后（见https://example.com/b）", {
            "text_link": ["https://example.com/a", "https://example.com/b"]}),
        ("(see https://en.wikipedia.org/wiki/A_(b)).", {
            "text_link": ["https://en.wikipedia.org/wiki/A_(b)"]}),
        ("[![build](https://e.example/b.png)](https://e.example/ci)", {"text_link": ["build"]}),
    ],
)  # fmt: skip
def test_what_is_marked(markdown: str, marked: dict[str, list[str]]) -> None:
    """Emphasis beside scripts without spaces, formulas and not prices, tags, bare addresses."""
    text, entities = to_text(read_markdown(markdown))
    found: dict[str, list[str]] = {}
    for entity in entities:
        found.setdefault(entity.type, []).append(entity.extract_from(text))
    assert found == marked


def test_a_linked_picture_leads_where_the_link_leads() -> None:
    """And not to the picture."""
    (url,) = urls(sent(read_markdown((CASES / "m09-linked-picture.md").read_text())))
    assert url == "https://example.org/ci"


def test_inline_html_of_models_is_understood() -> None:
    """Subscript, superscript, keys and folded details."""
    message = sent(read_markdown((CASES / "m04-inline-html.md").read_text()))
    paragraph, details = message["blocks"]
    assert [span["type"] for span in paragraph["text"] if isinstance(span, dict)] == [
        "subscript",
        "superscript",
        "code",
    ]
    assert (details["type"], details["summary"]) == ("details", "More")
    assert details["blocks"] == [{"type": "paragraph", "text": "Hidden"}]


@pytest.mark.parametrize("piece", ["- ", "> ", "1. ", "> - ", "<details>\n", "* 1. > "])
def test_deep_nesting_becomes_flat(piece: str) -> None:
    """No deeper than Telegram takes, with every word in it."""
    document = read_markdown(f"Before.\n\n{piece * 700}deep\n\nAfter.")
    parts = split_document(document, RICH_LIMIT)
    for part in parts:
        read_rich_message(sent(part), draft=False)
    text = "".join(to_text(part)[0] for part in parts)
    assert all(word in text for word in ("Before.", "deep", "After."))


def test_too_many_columns_become_code() -> None:
    """Telegram takes 20."""
    row = "|" + "|".join(f" c{number} " for number in range(25)) + "|"
    message = sent(read_markdown(f"{row}\n{'|---' * 25}|\n{row}"))
    assert message["blocks"][0]["type"] == "pre"
    assert "c24" in message["blocks"][0]["text"]


@pytest.mark.parametrize(
    ("markdown", "short"),
    [
        ("Hello **you**", True),
        ("a\n\nb", True),
        ("- a", False),
        ("$x$", False),
        ("a " * 3000, False),
    ],
)
def test_short_answers_are_plain_messages(markdown: str, short: bool) -> None:
    """Paragraphs that fit into one message; anything with a form of its own is rich."""
    assert is_short(read_markdown(markdown)) is short


def test_a_long_table_repeats_its_head() -> None:
    """In every message, rich or plain."""
    table = read_markdown((CASES / "b03-long-table.md").read_text())
    for limit in (PLAIN_LIMIT, 2000):
        parts = split_document(table, limit)
        assert len(parts) > 1
        assert all(to_text(part)[0].startswith("a | b\nrow ") for part in parts)
    rows = [
        block["cells"] for part in split_document(table, 2000) for block in sent(part)["blocks"]
    ]
    assert all(cells[0][0]["text"] == "a" and cells[0][0]["is_header"] for cells in rows)


def test_code_and_quotations_keep_their_frame() -> None:
    """Each part of long code is code of its language, each part of a quotation a quotation."""
    code = "```python\n" + "x = 1\n" * 2000 + "```\n\n"
    quotation = "> words and words\n" * 400 + "\n"
    listed = "".join(f"{n}. item {n} " + "word " * 20 + "\n" for n in range(1, 90))
    blocks = [
        block
        for part in split_document(read_markdown(code + quotation + listed), PLAIN_LIMIT)
        for block in sent(part)["blocks"]
    ]
    assert {block["type"] for block in blocks} == {"pre", "blockquote", "list"}
    assert all(block["language"] == "python" for block in blocks if block["type"] == "pre")
    lines = "\n".join(block["text"] for block in blocks if block["type"] == "pre").split("\n")
    assert lines == ["x = 1"] * 2000
    numbers = [item["value"] for b in blocks if b["type"] == "list" for item in b["items"]]
    assert numbers == list(range(1, 90))


def test_a_heading_goes_with_its_text() -> None:
    """A message does not end with a heading."""
    markdown = "\n\n".join(f"## Heading {n}\n\n{'words ' * 60}" for n in range(40))
    for part in split_document(read_markdown(markdown), PLAIN_LIMIT):
        assert sent(part)["blocks"][-1]["type"] == "paragraph"


def test_many_small_blocks_are_several_messages() -> None:
    """Telegram takes 500 in one."""
    for part in split_document(read_markdown("- a\n" * 2000), RICH_LIMIT):
        read_rich_message(sent(part), draft=False)
