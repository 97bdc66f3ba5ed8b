"""The test bot, written with aiogram."""

import asyncio
import os
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    ChosenInlineResult,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    KeyboardButton,
    LabeledPrice,
    Message,
    PollAnswer,
    PreCheckoutQuery,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

dispatcher = Dispatcher()


@dispatcher.message(CommandStart())
async def start(message: Message, command: CommandObject) -> None:
    """/start with its parameter."""
    row = [InlineKeyboardButton(text="Go", callback_data="go")]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[row])
    text = f"*Hello* {command.args or ''}"
    await message.answer(text, parse_mode="Markdown", reply_markup=keyboard)


@dispatcher.message(Command("ask"))
async def ask(message: Message) -> None:
    """A command in a group."""
    await message.reply(f"In {message.chat.title}")


@dispatcher.callback_query()
async def pressed(query: CallbackQuery) -> None:
    """Answer the button."""
    await query.answer("Going")
    if isinstance(query.message, Message):
        await query.message.edit_text("Gone")


@dispatcher.message(F.document)
async def document(message: Message, bot: Bot) -> None:
    """Receive a file."""
    assert message.document
    file = await bot.download(message.document)
    assert file
    await message.answer(file.read().decode())


@dispatcher.message(F.photo)
async def photo(message: Message) -> None:
    """Receive a picture."""
    await message.answer(f"Photo {message.caption}")


@dispatcher.message(F.location)
async def location(message: Message) -> None:
    """Receive a location."""
    assert message.location
    await message.answer(f"At {message.location.latitude} {message.location.longitude}")


@dispatcher.message(F.contact)
async def contact(message: Message) -> None:
    """Receive a phone number."""
    assert message.contact
    await message.answer(f"Phone {message.contact.phone_number}")


@dispatcher.message(F.successful_payment)
async def paid(message: Message) -> None:
    """Receive a payment."""
    assert message.successful_payment
    await message.answer(f"Paid {message.successful_payment.total_amount}")


@dispatcher.edited_message()
async def edited(message: Message) -> None:
    """The person edited a message."""
    await message.answer(f"Edited: {message.text}")


@dispatcher.poll_answer()
async def voted(answer: PollAnswer, bot: Bot) -> None:
    """Receive a vote."""
    assert answer.user
    await bot.send_message(answer.user.id, f"Voted {answer.option_ids[0]}")


@dispatcher.inline_query()
async def searched(query: InlineQuery) -> None:
    """Answer an inline query."""
    content = InputTextMessageContent(message_text=f"inline: {query.query}")
    result = InlineQueryResultArticle(id="1", title="One", input_message_content=content)
    await query.answer([result], cache_time=0)


@dispatcher.chosen_inline_result()
async def chosen(result: ChosenInlineResult, bot: Bot) -> None:
    """The inline result that was sent."""
    await bot.send_message(result.from_user.id, f"Chosen {result.result_id}")


@dispatcher.pre_checkout_query()
async def checked(query: PreCheckoutQuery) -> None:
    """Answer the pre-checkout query."""
    await query.answer(ok=True)


@dispatcher.message(F.text)
async def said(message: Message, bot: Bot) -> None:
    """Answer a word."""
    chat = message.chat.id
    match message.text:
        case "file":
            await message.answer_document(BufferedInputFile(b"content", "a.txt"))
        case "album":
            media: list[Any] = [
                InputMediaPhoto(media=BufferedInputFile(name.encode(), name))
                for name in ("1.png", "2.png")
            ]
            await message.answer_media_group(media)
        case "html":
            await message.answer("<b>bold</b> &amp; <i>it</i>", parse_mode="HTML")
        case "md2":
            await message.answer("*bold* _it_\\.", parse_mode="MarkdownV2")
        case "keyboard":
            row = [KeyboardButton(text="Yes"), KeyboardButton(text="No")]
            await message.answer("Choose", reply_markup=ReplyKeyboardMarkup(keyboard=[row]))
        case "Yes":
            await message.answer("You said Yes", reply_markup=ReplyKeyboardRemove())
        case "reply":
            await message.reply("Answer")
        case "location":
            await message.answer_location(1.5, 2.5)
        case "poll":
            await message.answer_poll("Tea?", ["Yes", "No"], is_anonymous=False)
        case "delete":
            gone = await message.answer("gone")
            await gone.delete()
            await message.answer("Deleted")
        case "typing":
            await bot.send_chat_action(chat, "typing")
            await message.answer("Typed")
        case "invoice":
            await message.answer_invoice(
                "Tea", "A cup", "tea", "XTR", [LabeledPrice(label="Cup", amount=50)]
            )
        case _:
            try:
                await bot.send_message(1, "x")
            except TelegramBadRequest as error:
                await message.answer(error.message)


async def main() -> None:
    """Start polling."""
    api = TelegramAPIServer.from_base(os.environ["API_ROOT"])
    bot = Bot(os.environ["BOT_TOKEN"], session=AiohttpSession(api=api))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
