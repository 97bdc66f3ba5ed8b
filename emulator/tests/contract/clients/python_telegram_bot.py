"""The test bot, written with python-telegram-bot."""

import os
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    LabeledPrice,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    PollAnswerHandler,
    PreCheckoutQueryHandler,
    filters,
)

Context = ContextTypes.DEFAULT_TYPE


async def start(update: Update, context: Context) -> None:
    """/start with its parameter."""
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    text = f"*Hello* {(context.args or [''])[0]}"
    await message_of(update).reply_text(text, parse_mode="Markdown", reply_markup=keyboard)


async def ask(update: Update, context: Context) -> None:
    """A command in a group."""
    message = message_of(update)
    await message.reply_text(f"In {message.chat.title}", do_quote=True)


async def pressed(update: Update, context: Context) -> None:
    """Answer the button."""
    query = update.callback_query
    assert query is not None
    await query.answer("Going")
    await query.edit_message_text("Gone")


async def edited(update: Update, context: Context) -> None:
    """The person edited a message."""
    message: Any = update.edited_message
    await message.reply_text(f"Edited: {message.text}")


async def voted(update: Update, context: Context) -> None:
    """Receive a vote."""
    answer: Any = update.poll_answer
    await context.bot.send_message(answer.user.id, f"Voted {answer.option_ids[0]}")


async def searched(update: Update, context: Context) -> None:
    """Answer an inline query."""
    query: Any = update.inline_query
    content = InputTextMessageContent(f"inline: {query.query}")
    await query.answer([InlineQueryResultArticle("1", "One", content)], cache_time=0)


async def chosen(update: Update, context: Context) -> None:
    """The inline result that was sent."""
    result: Any = update.chosen_inline_result
    await context.bot.send_message(result.from_user.id, f"Chosen {result.result_id}")


async def checked(update: Update, context: Context) -> None:
    """Answer the pre-checkout query."""
    query: Any = update.pre_checkout_query
    await query.answer(ok=True)


async def sent(update: Update, context: Context) -> None:
    """Receive a message without text."""
    message = message_of(update)
    if message.document:
        file = await message.document.get_file()
        await message.reply_text(bytes(await file.download_as_bytearray()).decode())
    elif message.photo:
        await message.reply_text(f"Photo {message.caption}")
    elif message.location:
        await message.reply_text(f"At {message.location.latitude} {message.location.longitude}")
    elif message.contact:
        await message.reply_text(f"Phone {message.contact.phone_number}")
    elif message.successful_payment:
        await message.reply_text(f"Paid {message.successful_payment.total_amount}")


async def said(update: Update, context: Context) -> None:
    """Answer a word."""
    message = message_of(update)
    match message.text:
        case "file":
            await message.reply_document(b"content", filename="a.txt")
        case "album":
            await message.reply_media_group([InputMediaPhoto(b"1.png"), InputMediaPhoto(b"2.png")])
        case "html":
            await message.reply_text("<b>bold</b> &amp; <i>it</i>", parse_mode="HTML")
        case "md2":
            await message.reply_text("*bold* _it_\\.", parse_mode="MarkdownV2")
        case "keyboard":
            await message.reply_text("Choose", reply_markup=ReplyKeyboardMarkup([["Yes", "No"]]))
        case "Yes":
            await message.reply_text("You said Yes", reply_markup=ReplyKeyboardRemove())
        case "reply":
            await message.reply_text("Answer", do_quote=True)
        case "location":
            await message.reply_location(1.5, 2.5)
        case "poll":
            await message.reply_poll("Tea?", ["Yes", "No"], is_anonymous=False)
        case "delete":
            gone = await message.reply_text("gone")
            await gone.delete()
            await message.reply_text("Deleted")
        case "typing":
            await message.reply_chat_action("typing")
            await message.reply_text("Typed")
        case "invoice":
            prices = [LabeledPrice("Cup", 50)]
            await message.reply_invoice("Tea", "A cup", "tea", "XTR", prices)
        case _:
            try:
                await context.bot.send_message(1, "x")
            except TelegramError as error:
                await message.reply_text(f"Bad Request: {error.message.lower()}")


def message_of(update: Update) -> Any:
    """The message of an update that has one."""
    assert update.message is not None
    return update.message


def main() -> None:
    """Start polling."""
    root = os.environ["API_ROOT"]
    builder = Application.builder().token(os.environ["BOT_TOKEN"])
    application = builder.base_url(f"{root}/bot").base_file_url(f"{root}/file/bot").build()
    new, plain = filters.UpdateType.MESSAGE, filters.TEXT & ~filters.COMMAND
    for handler in (
        CommandHandler("start", start),
        CommandHandler("ask", ask),
        CallbackQueryHandler(pressed),
        PollAnswerHandler(voted),
        InlineQueryHandler(searched),
        ChosenInlineResultHandler(chosen),
        PreCheckoutQueryHandler(checked),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, edited),
        MessageHandler(new & plain, said),
        MessageHandler(new & ~filters.COMMAND, sent),
    ):
        application.add_handler(handler)
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
