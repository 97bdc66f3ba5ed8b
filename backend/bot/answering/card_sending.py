"""Sends a card: as a widget to people who chose interactive cards, else as a message with buttons.
Nothing tells the bot which apps draw widgets, so it is their choice."""

from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.types import InlineKeyboardMarkup

from backend.bot.account.own_account import OwnAccount
from backend.bot.cards.widget_calls import SendWidget, fits_widget
from backend.bot.sending.messages import send_plain
from backend.bot.sending.places import ChatPlace
from backend.bot.sending.retries import with_retries
from backend.errors import UserNotFound
from backend.i18n import Translator
from backend.identity import SettingsChange

log = structlog.get_logger("tanya.bot")


async def wants_widgets(account: OwnAccount, user_id: int) -> bool:
    """Whether the person chose interactive cards."""
    try:
        return (await account.profile(user_id)).interactive_cards
    except UserNotFound:
        return False


async def send_card(
    bot: Bot,
    place: ChatPlace,
    html: str | None,
    keyboard: InlineKeyboardMarkup | None,
    plain: Callable[[], Awaitable[int]],
    account: OwnAccount,
    t: Translator,
) -> int:
    """Send the widget where there is one, it is wanted and fits; else, or if Telegram refuses it,
    call `plain`. After a refusal the person gets no more widgets until they choose them again, and
    is told so. Returns the number of the message."""
    if html is None or not fits_widget(html) or not await wants_widgets(account, place.chat_id):
        return await plain()
    call = SendWidget(chat_id=place.chat_id, html=html, reply_markup=keyboard, **place.answering())
    try:
        return (await with_retries(bot, call)).message_id
    except (TelegramBadRequest, TelegramNotFound) as error:
        log.info("widget_refused", reason=error.message)
    number = await plain()  # may be refused, too: then it was not the widget's fault
    await account.change(place.chat_id, t.language, SettingsChange(interactive_cards=False))
    await send_plain(bot, ChatPlace(place.chat_id, place.thread_id), t("bot.cards.refused"))
    return number
