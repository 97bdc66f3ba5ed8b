"""The test bot, written with pyTelegramBotAPI."""

import os
from typing import Any

import telebot
from telebot import apihelper, types

root = os.environ["API_ROOT"]
urls: Any = apihelper
urls.API_URL = f"{root}/bot{{0}}/{{1}}"
urls.FILE_URL = f"{root}/file/bot{{0}}/{{1}}"
bot: Any = telebot.TeleBot(os.environ["BOT_TOKEN"])


def start(message: Any) -> None:
    """/start with its parameter."""
    keyboard = types.InlineKeyboardMarkup([[types.InlineKeyboardButton("Go", callback_data="go")]])
    text = f"*Hello* {message.text.partition(' ')[2]}"
    bot.send_message(message.chat.id, text, parse_mode="Markdown", reply_markup=keyboard)


def ask(message: Any) -> None:
    """A command in a group."""
    bot.reply_to(message, f"In {message.chat.title}")


def pressed(query: Any) -> None:
    """Answer the button."""
    bot.answer_callback_query(query.id, "Going")
    bot.edit_message_text("Gone", query.message.chat.id, query.message.message_id)


def edited(message: Any) -> None:
    """The person edited a message."""
    bot.send_message(message.chat.id, f"Edited: {message.text}")


def voted(answer: Any) -> None:
    """Receive a vote."""
    bot.send_message(answer.user.id, f"Voted {answer.option_ids[0]}")


def searched(query: Any) -> None:
    """Answer an inline query."""
    content = types.InputTextMessageContent(f"inline: {query.query}")
    result = types.InlineQueryResultArticle("1", "One", content)
    bot.answer_inline_query(query.id, [result], cache_time=0)


def chosen(result: Any) -> None:
    """The inline result that was sent."""
    bot.send_message(result.from_user.id, f"Chosen {result.result_id}")


def checked(query: Any) -> None:
    """Answer the pre-checkout query."""
    bot.answer_pre_checkout_query(query.id, ok=True)


def sent(message: Any) -> None:
    """Receive a message without text."""
    chat = message.chat.id
    match message.content_type:
        case "document":
            file = bot.get_file(message.document.file_id)
            bot.send_message(chat, bot.download_file(str(file.file_path)).decode())
        case "photo":
            bot.send_message(chat, f"Photo {message.caption}")
        case "location":
            place = message.location
            bot.send_message(chat, f"At {place.latitude} {place.longitude}")
        case "contact":
            bot.send_message(chat, f"Phone {message.contact.phone_number}")
        case "successful_payment":
            bot.send_message(chat, f"Paid {message.successful_payment.total_amount}")


def said(message: Any) -> None:
    """Answer a word."""
    chat = message.chat.id
    match message.text:
        case "file":
            bot.send_document(chat, b"content", visible_file_name="a.txt")
        case "album":
            media = [types.InputMediaPhoto(types.InputFile(__file__)) for _ in range(2)]
            bot.send_media_group(chat, media)
        case "html":
            bot.send_message(chat, "<b>bold</b> &amp; <i>it</i>", parse_mode="HTML")
        case "md2":
            bot.send_message(chat, "*bold* _it_\\.", parse_mode="MarkdownV2")
        case "keyboard":
            bot.send_message(
                chat, "Choose", reply_markup=types.ReplyKeyboardMarkup().row("Yes", "No")
            )
        case "Yes":
            bot.send_message(chat, "You said Yes", reply_markup=types.ReplyKeyboardRemove())
        case "reply":
            bot.reply_to(message, "Answer")
        case "location":
            bot.send_location(chat, 1.5, 2.5)
        case "poll":
            options = [types.InputPollOption(text) for text in ("Yes", "No")]
            bot.send_poll(chat, "Tea?", options, is_anonymous=False)
        case "delete":
            gone = bot.send_message(chat, "gone")
            bot.delete_message(chat, gone.message_id)
            bot.send_message(chat, "Deleted")
        case "typing":
            bot.send_chat_action(chat, "typing")
            bot.send_message(chat, "Typed")
        case "invoice":
            prices = [types.LabeledPrice("Cup", 50)]  # type: ignore[no-untyped-call]
            bot.send_invoice(chat, "Tea", "A cup", "tea", None, "XTR", prices)
        case _:
            try:
                bot.send_message(1, "x")
            except apihelper.ApiTelegramException as error:
                bot.send_message(chat, error.description)


OTHERS = ["document", "photo", "location", "contact", "successful_payment"]
bot.register_message_handler(start, commands=["start"])
bot.register_message_handler(ask, commands=["ask"])
bot.register_callback_query_handler(pressed, func=lambda query: True)
bot.register_edited_message_handler(edited)
bot.register_poll_answer_handler(voted, func=lambda answer: True)
bot.register_inline_handler(searched, func=lambda query: True)
bot.register_chosen_inline_handler(chosen, func=lambda result: True)
bot.register_pre_checkout_query_handler(checked, func=lambda query: True)
bot.register_message_handler(sent, content_types=OTHERS)
bot.register_message_handler(said)
bot.infinity_polling()
