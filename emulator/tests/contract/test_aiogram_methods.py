"""aiogram's real Bot calls every family of methods and parses every result."""

import asyncio
import io

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineQueryResultArticle,
    InputRichMessage,
    InputTextMessageContent,
    KeyboardButton,
    MenuButtonWebApp,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    WebAppInfo,
)

from telegram_emulator.actions import (
    ChooseInlineResult,
    InlineAnswer,
    InlineQuery,
    Launch,
    Launched,
    PreparedMessage,
    ReadPreparedMessage,
    SendFile,
    SendGuestMessage,
    SendPreparedMessage,
    SendText,
)
from telegram_emulator.testing import IVAN, Phone

ARTICLE = InlineQueryResultArticle(
    id="1",
    title="Answer",
    input_message_content=InputTextMessageContent(message_text="<b>42</b>", parse_mode="HTML"),
)


async def test_the_bot_describes_itself(phone: Phone, bot: Bot, ann: int) -> None:
    """Names, commands and the menu button are returned as set, by language and scope."""
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (bot.id, "local_bot", True)
    await bot.set_my_name("Таня", language_code="ru")
    assert (await bot.get_my_name(language_code="ru")).name == "Таня"
    await bot.set_my_description("I answer")
    assert (await bot.get_my_description()).description == "I answer"
    await bot.set_my_short_description("AI")
    assert (await bot.get_my_short_description()).short_description == "AI"
    await bot.set_my_commands([BotCommand(command="help", description="Help")])
    await bot.set_my_commands(
        [BotCommand(command="help", description="Помощь")], language_code="ru"
    )
    scope = BotCommandScopeChat(chat_id=ann)
    await bot.set_my_commands([BotCommand(command="mine", description="Mine")], scope=scope)
    assert (await bot.get_my_commands())[0].description == "Help"
    heads = {chat["head"]["personId"]: chat["head"] for chat in (await phone.state())["chats"]}
    assert heads[ann]["commands"][0]["command"] == "mine"
    assert heads[IVAN]["commands"][0]["description"] == "Помощь"
    await bot.delete_my_commands(scope=scope)
    assert await bot.get_my_commands(scope=scope) == []
    button = MenuButtonWebApp(text="Open", web_app=WebAppInfo(url=f"{phone.origin}/app"))
    await bot.set_chat_menu_button(menu_button=button)
    shown = await bot.get_chat_menu_button(chat_id=ann)
    assert shown.model_dump() == button.model_dump()
    assert (await bot.get_chat(ann)).first_name == "Ann"


async def test_rich_messages(phone: Phone, bot: Bot, ann: int) -> None:
    """Markdown becomes blocks; an edit can replace text by a rich message."""
    rich = InputRichMessage(markdown="# Hi\n\n- [x] done\n\n|a|\n|-|\n|1|\n\n```py\nx\n```\n$e=m$")
    sent = await bot.send_rich_message(ann, rich)
    assert sent.rich_message is not None
    kinds = [block.type for block in sent.rich_message.blocks]
    assert kinds == ["heading", "list", "table", "pre", "paragraph"]
    await bot.send_rich_message_draft(ann, 1, InputRichMessage(html="<tg-thinking>…</tg-thinking>"))
    plain = await bot.send_message(ann, "plain")
    edited = await bot.edit_message_text(
        chat_id=ann, message_id=plain.message_id, rich_message=InputRichMessage(html="<p>rich</p>")
    )
    assert not isinstance(edited, bool)
    assert edited.text is None
    assert edited.rich_message is not None
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text(
            chat_id=ann,
            message_id=plain.message_id,
            rich_message=InputRichMessage(html="<p>rich</p>"),
        )


async def test_keyboards_and_replies(phone: Phone, bot: Bot, ann: int) -> None:
    """A reply keyboard stays until it is removed; a reply contains the message that it answers."""
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]])
    first = await bot.send_message(ann, "Yes?", reply_markup=keyboard)
    assert phone.emulator.hub.chats.head(ann).reply_keyboard == {"keyboard": [[{"text": "Yes"}]]}
    reply = await bot.send_message(
        ann,
        "Well",
        reply_parameters=ReplyParameters(message_id=first.message_id),
        reply_markup=ReplyKeyboardRemove(),
    )
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.text == "Yes?"
    assert phone.emulator.hub.chats.head(ann).reply_keyboard is None
    assert await bot.delete_messages(ann, [first.message_id, 999])
    await bot.send_chat_action(ann, "typing")
    assert phone.emulator.hub.chats.head(ann).action == "typing"


async def test_files_go_both_ways(phone: Phone, bot: Bot, ann: int) -> None:
    """A person's photo is downloaded unchanged; the bot's document is shown on the page."""
    await phone.act(SendFile(ann, "photo", "a.png", "image/png", b"\x89PNG bytes", "see /this"))
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.photo is not None
    assert update.message.caption_entities is not None
    downloaded = await bot.download(update.message.photo[-1], io.BytesIO())
    assert downloaded is not None
    assert downloaded.read() == b"\x89PNG bytes"
    sent = await bot.send_document(
        ann, BufferedInputFile(b"a;b", "отчёт.csv"), caption="*x*", parse_mode="MarkdownV2"
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("отчёт.csv", 3)
    url = f"{phone.origin}/emulator/files/{sent.document.file_id}"
    async with phone.http.get(url) as response:
        assert await response.read() == b"a;b"
        assert response.headers["Content-Disposition"].startswith("attachment")
    again = await bot.send_document(ann, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_id == sent.document.file_id
    await bot.send_photo(ann, BufferedInputFile(b"p", "p.png"))
    await bot.send_voice(ann, BufferedInputFile(b"v", "v.ogg"), duration=3)
    await bot.edit_message_caption(chat_id=ann, message_id=sent.message_id, caption="y")
    assert (await phone.messages(ann))[2]["caption"] == "y"


async def test_inline_guest_and_prepared_messages(phone: Phone, bot: Bot, ann: int) -> None:
    """The three ways of sending to other chats; a guest answer can be edited later."""
    asking = asyncio.ensure_future(phone.act(InlineQuery(ann, "life")))
    [update] = await bot.get_updates(timeout=5)
    assert update.inline_query is not None
    await bot.answer_inline_query(update.inline_query.id, [ARTICLE])
    answer = await asking
    assert isinstance(answer, InlineAnswer)
    await phone.act(ChooseInlineResult(ann, "life", answer.results[0]["id"], "Family"))
    await phone.act(SendGuestMessage(ann, "Friends", "@local_bot what is 6×7?"))
    chosen, guest = await bot.get_updates(offset=update.update_id + 1)
    assert chosen.chosen_inline_result is not None
    assert guest.guest_message is not None
    assert guest.guest_message.guest_query_id is not None
    sent = await bot.answer_guest_query(guest.guest_message.guest_query_id, ARTICLE)
    assert await bot.edit_message_text("43", inline_message_id=sent.inline_message_id) is True
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_guest_query(guest.guest_message.guest_query_id, ARTICLE)
    prepared = await bot.save_prepared_inline_message(ann, ARTICLE, allow_user_chats=True)
    preview = await phone.act(ReadPreparedMessage(ann, prepared.id))
    assert isinstance(preview, PreparedMessage)
    assert (preview.text, preview.allowed) == ("42", ["user"])
    await phone.act(SendPreparedMessage(ann, prepared.id, "Ivan"))
    shared = (await phone.state())["shared"]
    assert [(s["to"], s["text"]) for s in shared] == [
        ("Family", "42"),
        ("Friends", "43"),
        ("Ivan", "42"),
    ]


async def test_a_mini_app_query_is_answered_once(phone: Phone, bot: Bot, ann: int) -> None:
    """answerWebAppQuery works once for a launch's query_id."""
    launched = await phone.act(
        Launch(ann, "inlineButton", "weba", "9.6", {}, url=f"{phone.origin}/app")
    )
    assert isinstance(launched, Launched)
    assert launched.query_id is not None
    assert (await bot.answer_web_app_query(launched.query_id, ARTICLE)).inline_message_id
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_web_app_query(launched.query_id, ARTICLE)


async def test_allowed_updates_filter_new_updates(phone: Phone, bot: Bot, ann: int) -> None:
    """Only the requested types are created; an empty list restores Telegram's default."""
    await bot.get_updates(allowed_updates=["callback_query"])
    await phone.act(SendText(ann, "unheard"))
    assert await bot.get_updates(allowed_updates=[]) == []
    await phone.act(SendText(ann, "heard"))
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "heard"
