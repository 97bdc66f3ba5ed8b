"""The stories' bot written with python-telegram-bot."""

import os
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

Context = ContextTypes.DEFAULT_TYPE


async def start(update: Update, context: Context) -> None:
    """/start with its parameter."""
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    text = f"*Hello* {(context.args or [''])[0]}"
    await message_of(update).reply_text(text, parse_mode="Markdown", reply_markup=keyboard)


async def pressed(update: Update, context: Context) -> None:
    """The button."""
    query = update.callback_query
    assert query is not None
    await query.answer("Going")
    await query.edit_message_text("Gone")


async def said(update: Update, context: Context) -> None:
    """A word."""
    message = message_of(update)
    if message.text == "file":
        await message.reply_document(b"content", filename="a.txt")
    elif message.text == "album":
        await message.reply_media_group([InputMediaPhoto(b"1.png"), InputMediaPhoto(b"2.png")])
    else:
        try:
            await context.bot.send_message(1, "x")
        except TelegramError as error:
            await message.reply_text(f"Bad Request: {error.message.lower()}")


async def sent(update: Update, context: Context) -> None:
    """A file."""
    message = message_of(update)
    file = await message.document.get_file()
    await message.reply_text(bytes(await file.download_as_bytearray()).decode())


def message_of(update: Update) -> Any:
    """The message of an update that has one."""
    assert update.message is not None
    return update.message


def main() -> None:
    """Poll."""
    root = os.environ["API_ROOT"]
    builder = Application.builder().token(os.environ["BOT_TOKEN"])
    application = builder.base_url(f"{root}/bot").base_file_url(f"{root}/file/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(pressed))
    application.add_handler(MessageHandler(filters.Document.ALL, sent))
    application.add_handler(MessageHandler(filters.TEXT, said))
    application.run_polling()


if __name__ == "__main__":
    main()
