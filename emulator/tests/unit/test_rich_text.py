"""Rich messages: what the samples of Telegram's guide become."""

from typing import Any

import pytest
from aiogram.types import RichMessage

from telegram_emulator.text import TextError, plain_text, read_rich_message
from telegram_emulator.text.rich_blocks import numeral


def read(**source: str) -> list[Any]:
    """The blocks, which aiogram's types also accept."""
    message = read_rich_message(source, draft=False)
    RichMessage.model_validate(message)
    blocks: list[Any] = message["blocks"]
    return blocks


def types(blocks: list[Any]) -> list[str]:
    """Their types."""
    return [block["type"] for block in blocks]


@pytest.mark.parametrize("kind", ["markdown", "html"])
def test_a_single_newline_joins_lines(kind: str) -> None:
    """White space becomes one space; only a break breaks the line, and code is kept unchanged."""
    [block] = read(**{kind: "one\ntwo<br>\nthree <code>a  b</code>"})
    assert plain_text(block) == "one two\nthree a  b"


def test_formulas_as_blocks_and_inline() -> None:
    """In a line, on lines of their own, and in a fence, each with raw LaTeX."""
    blocks = read(markdown="$$a<b$$\n\n$$\nc_d_e\n$$\n\n```math\nf&g\n```\n\nline $h$")
    assert [block.get("expression") for block in blocks] == ["a<b", "c_d_e", "f&g", None]
    assert blocks[3]["text"][1] == {"type": "mathematical_expression", "expression": "h"}


def test_footnotes_of_several_words() -> None:
    """A reference leads to its definition, which can be formatted; each id has one number."""
    blocks = read(markdown="A[^n] and B[^m], A[^n].\n\n[^n]: Several *words*.\n[^m]: More.")
    links = [part for part in blocks[0]["text"] if isinstance(part, dict)]
    assert [(link["text"], link["reference_name"]) for link in links] == [
        ("1", "n"),
        ("2", "m"),
        ("1", "n"),
    ]
    assert types(blocks[1:]) == ["footer", "footer"]
    assert blocks[1]["text"]["name"] == "n"
    assert plain_text(blocks[1]) == "Several words."


def test_media_by_address_are_blocks() -> None:
    """Titles and `<figcaption>` are captions; emoji, times and invalid addresses stay text."""
    source = "".join(
        f'![](https://a.b/c.{end} "T")\n' for end in ("jpg", "mp4", "mp3", "ogg", "gif")
    )
    blocks = read(markdown=source)
    assert types(blocks) == ["photo", "video", "audio", "voice_note", "animation"]
    assert {plain_text(block["caption"]) for block in blocks} == {"T"}
    [figure] = read(
        html='<figure><img src="https://a.b/c" tg-spoiler/>'
        "<figcaption>Words<cite>Who</cite></figcaption></figure>"
    )
    assert figure["caption"] == {"text": "Words", "credit": "Who"}
    assert figure["has_spoiler"] is True
    [line] = read(markdown="![👍](tg://emoji?id=5) ![now](tg://time?unix=7&format=t) ![alt](x.png)")
    assert [part["type"] for part in line["text"] if isinstance(part, dict)] == [
        "custom_emoji",
        "date_time",
    ]
    assert line["text"][-1] == " alt"
    with pytest.raises(TextError, match="HTTP"):
        read(html='<video src="file:///etc/passwd"></video>')


def test_galleries_maps_and_buttons() -> None:
    """A collage's Markdown is parsed; a map needs a location, a button a type."""
    blocks = read(
        markdown="<tg-collage>\n\n![](https://a.b/1.jpg)\n![](https://a.b/2.mp4)\n\n</tg-collage>\n\n"
        '<tg-map lat="41.9" long="12.5" zoom="14"/>'
    )
    assert types(blocks) == ["collage", "map"]
    assert types(blocks[0]["blocks"]) == ["photo", "video"]
    [row] = read(
        html='<tg-button-row align="left"><tg-button type="callback_data" data="go">Go</tg-button>'
        '<tg-button type="copy_text" text="x">Copy</tg-button></tg-button-row>'
    )
    assert row["buttons"] == [
        {"text": "Go", "callback_data": "go"},
        {"text": "Copy", "copy_text": {"text": "x"}},
    ]
    for wrong in ('<tg-map lat="north"/>', '<tg-button type="jump">x</tg-button>'):
        with pytest.raises(TextError):
            read(html=wrong)


def test_quotations_can_be_credited_and_expandable() -> None:
    """Clients before and after 10.5 can both read an expandable one."""
    quote, aside = read(
        html="<blockquote expandable>One<br>two<cite>A</cite></blockquote>"
        "<aside>Pull<cite>B</cite></aside>"
    )
    assert (quote["type"], quote["text"], quote["credit"]) == (
        "expandable_blockquote",
        "One\ntwo",
        "A",
    )
    assert types(quote["blocks"]) == ["paragraph"]
    assert plain_text(quote) == "One\ntwo"
    assert (aside["text"], aside["credit"]) == ("Pull", "B")


def test_numbering_of_ordered_lists() -> None:
    """Type, start, direction, and a number of an item's own."""
    [block] = read(
        html='<ol start="3" type="a" reversed><li>x</li><li>y</li>'
        '<li value="9" type="I">z</li></ol>'
    )
    assert [item["label"] for item in block["items"]] == ["c.", "b.", "IX."]
    assert [numeral(n, "A") for n in (26, 27, 0)] == ["Z", "AA", "0"]
    assert [numeral(n, "i") for n in (1999, 4000)] == ["mcmxcix", "4000"]


def test_limits_hold() -> None:
    """Sixteen levels of blocks and formatting together, 500 blocks with items and rows, 50
    media."""
    read(html="<blockquote>" * 14 + "<b>x</b>" + "</blockquote>" * 14)
    deep = "<blockquote>" * 15 + "<b>x</b>" + "</blockquote>" * 15
    endless = "<b>" * 5000 + "x" + "</b>" * 5000
    for source in (deep, endless):
        with pytest.raises(TextError, match=r"^rich message blocks are nested too deep$"):
            read(html=source)
    with pytest.raises(TextError, match="too many blocks"):
        read(markdown="- x\n" * 300)
    with pytest.raises(TextError, match="too many media"):
        read(html='<img src="https://a.b/c.jpg"/>' * 51)
