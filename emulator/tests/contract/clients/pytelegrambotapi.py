"""The stories' bot written with pyTelegramBotAPI."""

import os
from typing import Any

import telebot
from telebot import apihelper, types

root = os.environ["API_ROOT"]
urls: Any = apihelper
urls.API_URL = f"{root}/bot{{0}}/{{1}}"
urls.FILE_URL = f"{root}/file/bot{{0}}/{{1}}"
bot = telebot.TeleBot(os.environ["BOT_TOKEN"])


def start(message: Any) -> None:
    """/start with its parameter."""
    keyboard = types.InlineKeyboardMarkup([[types.InlineKeyboardButton("Go", callback_data="go")]])
    text = f"*Hello* {message.text.partition(' ')[2]}"
    bot.send_message(message.chat.id, text, parse_mode="Markdown", reply_markup=keyboard)


def pressed(query: Any) -> None:
    """The button."""
    bot.answer_callback_query(query.id, "Going")
    bot.edit_message_text("Gone", query.message.chat.id, query.message.message_id)


def said(message: Any) -> None:
    """A word."""
    chat = message.chat.id
    if message.text == "file":
        bot.send_document(chat, b"content", visible_file_name="a.txt")
    elif message.text == "album":
        media = [types.InputMediaPhoto(types.InputFile(__file__)) for _ in range(2)]
        bot.send_media_group(chat, media)  # type: ignore[arg-type]
    else:
        try:
            bot.send_message(1, "x")
        except apihelper.ApiTelegramException as error:
            bot.send_message(chat, error.description)


def sent(message: Any) -> None:
    """A file."""
    file = bot.get_file(message.document.file_id)
    bot.send_message(message.chat.id, bot.download_file(str(file.file_path)).decode())


bot.register_message_handler(start, commands=["start"])
bot.register_callback_query_handler(pressed, func=lambda query: True)
bot.register_message_handler(sent, content_types=["document"])
bot.register_message_handler(said)
bot.infinity_polling()
