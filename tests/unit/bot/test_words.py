"""What is replied to: a message's text, the part that was marked, or an answer in its blocks."""

from typing import Any

import pytest
from aiogram.types import Message

from backend.bot.answering.words import joined, replied_to, words_of
from telegram_emulator.text import read_rich_message

CHAT = {"id": 1, "type": "private"}


def reply(to: dict[str, Any] | None, **more: Any) -> Message:
    """A person's reply, as Telegram sends it."""
    said = {"message_id": 2, "date": 1, "chat": CHAT, "text": "/translate", **more}
    if to is not None:
        said["reply_to_message"] = {"message_id": 1, "date": 1, "chat": CHAT, **to}
    return Message.model_validate(said)


def test_plain_messages_and_captions() -> None:
    """Their text; of what has none, nothing."""
    assert replied_to(reply({"text": "Hello"})) == "Hello"
    assert replied_to(reply({"caption": "A fox"})) == "A fox"
    assert replied_to(reply({})) == ""
    assert replied_to(reply(None)) == ""


def test_pieces_are_one_text() -> None:
    """In their order, without empty lines for what has no text."""
    assert joined(["/summarise One", None, "two", ""]) == "/summarise One\ntwo"


def test_a_forwarded_answer_has_words() -> None:
    """Its own, though Telegram gives it in blocks."""
    sent = read_rich_message({"markdown": "**So** it is"}, draft=False)
    assert words_of(reply(None, text=None, rich_message=sent)) == "**So** it is"


def test_a_marked_part_is_what_is_meant() -> None:
    """Only if the person marked it: else Telegram's quote is the message's beginning."""
    quote = {"text": "ell", "position": 1}
    assert replied_to(reply({"text": "Hello"}, quote={**quote, "is_manual": True})) == "ell"
    assert replied_to(reply(None, quote={**quote, "is_manual": True})) == "ell"
    assert replied_to(reply({"text": "Hello"}, quote=quote)) == "Hello"


WRITTEN = """# K2

It is **8611 m** *high*, `really`, ~~so~~ [they say](https://k2.example/).

- one
- two
  - deep

1. first
2. second

```python
x = 1

y = 2
```

> said so

| a | b |
|---|---|
| 1 | 2 |

Where $x^2$ is

$$y$$"""


def test_an_answer_is_given_back_as_it_was_written() -> None:
    """Headings, lists, code, quotations, tables, formulas and links keep their form."""
    sent = read_rich_message({"markdown": WRITTEN}, draft=False)
    assert replied_to(reply({"rich_message": sent})) == WRITTEN


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"type": "divider"}, ""),
        ({"type": "footer", "text": "End"}, "End"),
        ({"type": "pullquote", "text": ["a", {"type": "spoiler", "text": "b"}]}, "ab"),
        (
            {
                "type": "details",
                "summary": "More",
                "blocks": [{"type": "paragraph", "text": "inside"}],
            },
            "More\n\ninside",
        ),
    ],
)
def test_other_blocks(block: dict[str, Any], text: str) -> None:
    """What holds words gives them."""
    assert replied_to(reply({"rich_message": {"blocks": [block]}})) == text


def test_an_address_behind_words_is_read_too() -> None:
    """Where a channel hides its link: after the words that it is behind, whatever is before them;
    a link that is written out stays as it is."""
    links = [
        {"type": "text_link", "offset": 7, "length": 4, "url": "https://example.org/a"},
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "url", "offset": 16, "length": 19},
    ]
    said = reply(None, text="😀 see this and https://example.com", entities=links)
    assert words_of(said) == "😀 see this (https://example.org/a) and https://example.com"
    caption = [{"type": "text_link", "offset": 0, "length": 3, "url": "https://example.org"}]
    assert words_of(reply(None, text=None, caption="Fox", caption_entities=caption)) == (
        "Fox (https://example.org)"
    )
