"""aiogram's real Dispatcher polls the emulator: people's actions reach its handlers."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramConflictError, TelegramForbiddenError, TelegramRetryAfter
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from telegram_emulator.actions import (
    BlockBot,
    CallbackStarted,
    DeleteMessages,
    EditText,
    PressButton,
    PressStart,
    SendText,
    SetApiFault,
    SetFlood,
    SetUpdateFault,
    ShareContact,
    StopDraft,
)
from telegram_emulator.testing import ANN, Phone, Refused


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what brings it about has no event
            await asyncio.sleep(0.01)


async def in_turn(calls: Sequence[Callable[[], Awaitable[object]]]) -> None:
    """Run calls one after another."""
    for call in calls:
        await call()


@contextlib.asynccontextmanager
async def polling(bot: Bot, dispatcher: Dispatcher) -> AsyncIterator[None]:
    """The dispatcher polls meanwhile."""
    task = asyncio.get_running_loop().create_task(
        dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
    )
    try:
        yield
    finally:
        await dispatcher.stop_polling()
        await task


async def test_start_greets_and_a_button_is_answered(phone: Phone, bot: Bot) -> None:
    """Start with a parameter reaches CommandStart; the answer to a pressed button reaches the
    page."""
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart(deep_link=True))
    async def start(message: Message, command: CommandObject) -> None:
        button = InlineKeyboardButton(text="Go", callback_data="go")
        markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
        await message.answer(f"<b>{command.args}</b>", parse_mode="HTML", reply_markup=markup)

    @dispatcher.callback_query()
    async def pressed(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text("Gone")
        await query.answer("Well done", show_alert=True)

    async with polling(bot, dispatcher):
        await phone.act(PressStart(ANN, "campaign-1"))
        record = phone.emulator.hub.chats.record(ANN)
        await until(lambda: len(record.messages) == 2)
        sent = record.messages[1]
        assert sent.message["text"] == "campaign-1"
        assert sent.message["entities"] == [{"type": "bold", "offset": 0, "length": 10}]
        after = (await phone.state())["revision"]
        started = await phone.act(PressButton(ANN, sent.id, "go"))
        assert isinstance(started, CallbackStarted)
        answer = await _event(phone, after, "callbackAnswer")
    assert answer["callbackId"] == started.callback_id
    assert (answer["text"], answer["showAlert"]) == ("Well done", True)
    assert sent.message["text"] == "Gone"
    assert "reply_markup" not in sent.message  # an edit without a keyboard removes it


async def _event(phone: Phone, after: int, kind: str) -> dict[str, Any]:
    """The first event of a kind after a revision, as the page reads it."""
    url = f"{phone.origin}/emulator/events?after={after}"
    async with asyncio.timeout(30), phone.http.get(url) as response:
        async for line in response.content:
            if line.startswith(b"data: "):
                event: dict[str, Any] = json.loads(line[6:])
                if event["type"] == kind:
                    return event
    raise AssertionError("the stream ended")


async def test_two_polls_and_a_webhook_conflict(phone: Phone, bot: Bot, ann: int) -> None:
    """A second getUpdates ends the first with 409; with a webhook getUpdates fails."""
    first = asyncio.get_running_loop().create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.2)
    second = asyncio.get_running_loop().create_task(bot.get_updates(timeout=20))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await first
    await phone.act(SendText(ann, "hello"))
    updates = await second
    assert [update.message and update.message.text for update in updates] == ["hello"]
    await bot.set_webhook(f"{phone.origin}/nowhere")
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()


async def test_offsets_confirm_updates(phone: Phone, bot: Bot, ann: int) -> None:
    """An update is repeated until a higher offset confirms it; a negative offset keeps the last
    ones."""
    for text in ("one", "two", "three"):
        await phone.act(SendText(ann, text))
    updates = await bot.get_updates(limit=2)
    assert [u.message and u.message.text for u in updates] == ["one", "two"]
    updates = await bot.get_updates(offset=updates[0].update_id + 1)
    assert [u.message and u.message.text for u in updates] == ["two", "three"]
    updates = await bot.get_updates(offset=-1)
    assert [u.message and u.message.text for u in updates] == ["three"]
    assert await bot.get_updates(offset=updates[0].update_id + 1) == []


async def test_update_faults(phone: Phone, bot: Bot, ann: int) -> None:
    """ "twice" repeats the same id; "late" arrives after newer updates with a higher id;
    "outOfOrder" and "lost" do what they say."""
    await phone.act(SetUpdateFault("twice"))
    await phone.act(SetUpdateFault("lost"))
    await phone.act(SetUpdateFault("outOfOrder"))
    for text in ("twice", "lost", "overtaken", "overtaker"):
        await phone.act(SendText(ann, text))
    await phone.act(SetUpdateFault("late", seconds=1))
    await phone.act(SendText(ann, "late"))
    await phone.act(SendText(ann, "early"))
    updates = await bot.get_updates()
    texts = [update.message and update.message.text for update in updates]
    assert texts == ["twice", "twice", "overtaker", "overtaken", "early"]
    assert updates[0].update_id == updates[1].update_id
    late = await bot.get_updates(offset=updates[-1].update_id + 1, timeout=5)
    assert [update.message and update.message.text for update in late] == ["late"]


async def test_api_faults(phone: Phone, bot: Bot, ann: int) -> None:
    """429 has retry_after, and only the chosen calls are affected."""
    await phone.act(SetApiFault("tooManyRequests", method="sendMessage", retry_after=7))
    assert (await bot.get_me()).first_name == "Bot"
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(ann, "x")
    assert caught.value.retry_after == 7
    await bot.send_message(ann, "x")
    await phone.act(SetFlood(True))
    sends = [lambda: bot.send_message(ann, "y")] * 10
    with pytest.raises(TelegramRetryAfter):
        await in_turn(sends)


async def test_a_timed_out_call_was_carried_out(phone: Phone, bot: Bot, ann: int) -> None:
    """The message is sent, but the bot cannot know."""
    await phone.act(SetApiFault("timeout", method="sendMessage"))
    with pytest.raises(Exception, match="timeout"):
        await bot.send_message(ann, "x", request_timeout=1)
    assert (await phone.messages(ann))[-1]["text"] == "x"


async def test_drafts_are_shown_stopped_and_limited(phone: Phone, bot: Bot, ann: int) -> None:
    """A draft is shown, can be stopped once, is replaced by a message, and is limited to 20 in 5
    seconds."""
    await bot.send_message_draft(ann, draft_id=5, text="Hel", can_stop=True)
    await bot.send_message_draft(ann, draft_id=5, text="Hello", can_stop=True)
    drafts = (await phone.state())["chats"][0]["drafts"]
    assert [(draft["draftId"], draft["text"]) for draft in drafts] == [(5, "Hello")]
    await phone.act(StopDraft(ann, 5))
    [update] = await bot.get_updates()
    assert update.stopped_message_generation is not None
    assert update.stopped_message_generation.draft_id == 5
    with pytest.raises(Refused):
        await phone.act(StopDraft(ann, 5))
    await bot.send_message_draft(ann, draft_id=6, text="")
    await bot.send_message(ann, "Hello there")
    assert (await phone.state())["chats"][0]["drafts"] == []
    drafting = [lambda: bot.send_message_draft(ann, draft_id=7, text="x")] * 20
    with pytest.raises(TelegramRetryAfter):
        await in_turn(drafting)


async def test_what_the_bot_is_told_of_a_person(phone: Phone, bot: Bot, ann: int) -> None:
    """Edits, contacts and blocks reach the bot; deletions do not, as in Telegram."""
    await phone.act(SendText(ann, "helo /help@local_bot https://example.org"))
    message_id = (await phone.messages(ann))[-1]["message_id"]
    await phone.act(EditText(ann, message_id, "hello"))
    await phone.act(ShareContact(ann))
    await phone.act(DeleteMessages(ann))
    await phone.act(BlockBot(ann, True))
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.send_message(ann, "x")
    with pytest.raises(Refused):
        await phone.act(SendText(ann, "x"))
    said, edited, contact, member = await bot.get_updates()
    assert said.message is not None
    assert [e.type for e in said.message.entities or []] == ["bot_command", "url"]
    assert edited.edited_message is not None
    assert edited.edited_message.text == "hello"
    assert contact.message is not None
    assert contact.message.contact is not None
    assert contact.message.contact.user_id == ann
    assert member.my_chat_member is not None
    assert member.my_chat_member.new_chat_member.status == "kicked"


async def test_long_texts_arrive_in_pieces(phone: Phone, bot: Bot, ann: int) -> None:
    """Like clients, it sends a text over 4096 UTF-16 units as several messages, without loss."""
    text = " ".join(f"word{number}😀" for number in range(1500))
    await phone.act(SendText(ann, text))
    updates = await bot.get_updates()
    texts = [update.message.text or "" for update in updates if update.message]
    assert len(texts) > 1
    assert all(len(piece.encode("utf-16-le")) <= 8192 for piece in texts)
    assert " ".join(texts) == text
