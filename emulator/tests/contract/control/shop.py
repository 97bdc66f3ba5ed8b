"""A bot that sells, for tests of the control API's clients."""

import os
from typing import Any

import telebot
from telebot import apihelper, types

root = os.environ["API_ROOT"]
urls: Any = apihelper
urls.API_URL = f"{root}/bot{{0}}/{{1}}"
bot = telebot.TeleBot(os.environ["BOT_TOKEN"], threaded=False)
PRICE = [types.LabeledPrice("Tea", 100)]  # type: ignore[no-untyped-call]
MONTH = 30 * 24 * 3600


def start(message: Any) -> None:
    """Greet, with a button."""
    keyboard = types.InlineKeyboardMarkup([[types.InlineKeyboardButton("Hi", callback_data="hi")]])
    bot.send_message(
        message.chat.id, f"Hello {message.from_user.first_name}", reply_markup=keyboard
    )


def pressed(query: Any) -> None:
    """Answer the press, and edit the message."""
    bot.answer_callback_query(query.id, "Well met", show_alert=True)
    bot.edit_message_text("Hello again", query.message.chat.id, query.message.message_id)


def said(message: Any) -> None:
    """`tea` gets an invoice, `club` a subscription link, anything else an echo."""
    chat = message.chat.id
    if message.text == "tea":
        bot.send_invoice(chat, "Tea", "A cup of it", "tea", "", "XTR", PRICE)
    elif message.text == "club":
        asked = ("Club", "Tea each day", "club", "", "XTR", PRICE)
        bot.send_message(chat, bot.create_invoice_link(*asked, subscription_period=MONTH))
    else:
        bot.send_message(chat, f"{message.text}?")


def paid(message: Any) -> None:
    """Confirm a payment or a renewal."""
    bot.send_message(message.chat.id, f"Thanks for {message.successful_payment.total_amount}")


bot.register_message_handler(start, commands=["start"])
bot.register_callback_query_handler(pressed, func=lambda query: True)
bot.register_pre_checkout_query_handler(
    lambda query: bot.answer_pre_checkout_query(query.id, True), func=lambda query: True
)
bot.register_message_handler(paid, content_types=["successful_payment"])
bot.register_message_handler(said)
bot.infinity_polling()
