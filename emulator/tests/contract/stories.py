"""Twenty things that a person does with a bot, and the expected result of each.

They are the same for every client library: each bot in `clients/` answers the same words.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram_emulator.actions import (
    ChooseInlineResult,
    CreateGroup,
    EditText,
    GroupCreated,
    InlineAnswer,
    InlineQuery,
    InvoiceClosed,
    InvoiceOpened,
    OpenInvoice,
    PayInvoice,
    PressButton,
    PressStart,
    SendFile,
    SendLocation,
    SendText,
    ShareContact,
    Vote,
)
from telegram_emulator.testing import IVAN, Phone

PATIENCE = 400
"""How many times, a tenth of a second apart, the chat is read before the bot counts as silent."""

Message = dict[str, Any]


async def last(
    phone: Phone, wanted: Callable[[Message], object], chat_id: int | None = None
) -> Message:
    """The newest message, once it is the `wanted` one."""
    messages: list[Message] = []
    for _ in range(PATIENCE):
        messages = await (phone.messages(IVAN) if chat_id is None else phone.said_in(chat_id))
        if messages and wanted(messages[-1]):
            return messages[-1]
        await asyncio.sleep(0.1)
    raise AssertionError(f"the bot did not say it; last: {messages[-1:]}")


def says(text: str) -> Callable[[Message], bool]:
    """A message with this text."""
    return lambda message: message.get("text") == text


async def say_and_expect(phone: Phone, word: str, answer: str) -> Message:
    """Ivan writes a word, and the bot answers with this text."""
    await phone.act(SendText(IVAN, word))
    return await last(phone, says(answer))


async def starts(phone: Phone) -> None:
    """Start with a parameter, answered in legacy Markdown."""
    await phone.act(PressStart(IVAN, "deep"))
    hello = await last(phone, says("Hello deep"))
    assert hello["entities"] == [{"type": "bold", "offset": 0, "length": 5}]


async def presses(phone: Phone) -> None:
    """A button press is answered, and its message edited."""
    hello = (await phone.messages(IVAN))[-1]
    await phone.act(PressButton(IVAN, hello["message_id"], "go"))
    assert (await last(phone, says("Gone")))["edit_date"]


async def gets_a_file(phone: Phone) -> None:
    """A document is uploaded with its name."""
    await phone.act(SendText(IVAN, "file"))
    document = (await last(phone, lambda message: "document" in message))["document"]
    assert (document["file_name"], document["file_size"]) == ("a.txt", 7)


async def gets_an_album(phone: Phone) -> None:
    """Two photos in one album."""
    await phone.act(SendText(IVAN, "album"))
    assert (await last(phone, lambda message: "photo" in message))["media_group_id"]


async def sees_an_error(phone: Phone) -> None:
    """Telegram's error text reaches the bot."""
    await say_and_expect(phone, "wrong", "Bad Request: chat not found")


async def sends_a_file(phone: Phone) -> None:
    """The bot downloads a file."""
    await phone.act(SendFile(IVAN, "document", "b.txt", "text/plain", b"sent there"))
    await last(phone, says("sent there"))


async def reads_html(phone: Phone) -> None:
    """Formatting with HTML."""
    said = await say_and_expect(phone, "html", "bold & it")
    assert [one["type"] for one in said["entities"]] == ["bold", "italic"]


async def reads_markdown(phone: Phone) -> None:
    """Formatting with MarkdownV2."""
    said = await say_and_expect(phone, "md2", "bold it.")
    assert [one["type"] for one in said["entities"]] == ["bold", "italic"]


async def uses_a_keyboard(phone: Phone) -> None:
    """The bot's keyboard is shown, pressed and removed."""
    await say_and_expect(phone, "keyboard", "Choose")
    assert len((await _head(phone))["replyKeyboard"]["keyboard"][0]) == 2
    await say_and_expect(phone, "Yes", "You said Yes")
    assert (await _head(phone))["replyKeyboard"] is None


async def gets_a_reply(phone: Phone) -> None:
    """The answer is a reply to the question."""
    said = await say_and_expect(phone, "reply", "Answer")
    assert said["reply_to_message"]["text"] == "reply"


async def edits(phone: Phone) -> None:
    """The bot gets an edit."""
    await phone.act(SendText(IVAN, "typo"))
    number = next(
        one["message_id"] for one in await phone.messages(IVAN) if one.get("text") == "typo"
    )
    await phone.act(EditText(IVAN, number, "right"))
    await last(phone, says("Edited: right"))


async def sends_a_photo(phone: Phone) -> None:
    """A photo with a caption."""
    await phone.act(SendFile(IVAN, "photo", "c.png", "image/png", b"picture", "tea"))
    await last(phone, says("Photo tea"))


async def exchanges_places(phone: Phone) -> None:
    """A location in both directions."""
    await phone.act(SendText(IVAN, "location"))
    place = (await last(phone, lambda message: "location" in message))["location"]
    assert (place["latitude"], place["longitude"]) == (1.5, 2.5)
    await phone.act(SendLocation(IVAN, 3.5, 4.5))
    await last(phone, says("At 3.5 4.5"))


async def votes(phone: Phone) -> None:
    """A vote in the bot's poll; the bot is told the option."""
    await phone.act(SendText(IVAN, "poll"))
    poll = await last(phone, lambda message: "poll" in message)
    await phone.act(Vote(IVAN, poll["message_id"], (1,)))
    await last(phone, says("Voted 1"))


async def shares_a_number(phone: Phone) -> None:
    """The person shares their own phone number."""
    await phone.act(ShareContact(IVAN))
    await last(phone, lambda message: message.get("text", "").startswith("Phone +7999"))


async def sees_a_deletion(phone: Phone) -> None:
    """The bot deletes one of its own messages."""
    await say_and_expect(phone, "delete", "Deleted")
    assert not any(one.get("text") == "gone" for one in await phone.messages(IVAN))


async def sees_typing(phone: Phone) -> None:
    """The bot shows that it is typing."""
    await say_and_expect(phone, "typing", "Typed")
    calls = [one["name"].lower() for one in (await phone.state())["traffic"]]
    assert "sendchataction" in calls


async def searches_inline(phone: Phone) -> None:
    """Results in another chat; the bot is told which one was sent."""
    answer = await phone.act(InlineQuery(IVAN, "tea"))
    assert isinstance(answer, InlineAnswer)
    content = answer.results[0]["input_message_content"]
    assert content["message_text"] == "inline: tea"
    await phone.act(ChooseInlineResult(IVAN, "tea", "1", "Ann"))
    await last(phone, says("Chosen 1"))


async def buys(phone: Phone) -> None:
    """An invoice in Stars is checked and paid."""
    await phone.act(SendText(IVAN, "invoice"))
    invoice = await last(phone, lambda message: "invoice" in message)
    opened = await phone.act(OpenInvoice(IVAN, message_id=invoice["message_id"]))
    assert isinstance(opened, InvoiceOpened)
    closed = await phone.act(PayInvoice(IVAN, opened.sheet.slug, "pay"))
    assert isinstance(closed, InvoiceClosed)
    assert closed.status == "paid"
    await last(phone, says("Paid 50"))


async def asks_in_a_group(phone: Phone) -> None:
    """A command with the bot's name is answered with a reply."""
    created = await phone.act(
        CreateGroup(IVAN, "Friends", member_ids=(phone.emulator.config.bot_id,))
    )
    assert isinstance(created, GroupCreated)
    await phone.act(SendText(IVAN, "/ask@local_bot why", chat_id=created.chat_id))
    said = await last(phone, says("In Friends"), created.chat_id)
    assert said["reply_to_message"]["text"].startswith("/ask")


async def _head(phone: Phone) -> dict[str, Any]:
    chats = (await phone.state())["chats"]
    head: dict[str, Any] = next(c["head"] for c in chats if c["head"]["personId"] == IVAN)
    return head


STORIES: tuple[Callable[[Phone], Awaitable[None]], ...] = (
    starts,
    presses,
    gets_a_file,
    gets_an_album,
    sees_an_error,
    sends_a_file,
    reads_html,
    reads_markdown,
    uses_a_keyboard,
    gets_a_reply,
    edits,
    sends_a_photo,
    exchanges_places,
    votes,
    shares_a_number,
    sees_a_deletion,
    sees_typing,
    searches_inline,
    buys,
    asks_in_a_group,
)
