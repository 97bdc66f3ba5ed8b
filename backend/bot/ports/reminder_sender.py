"""Sends reminders that are due."""

from typing import Final

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.account.own_account import OwnAccount
from backend.bot.chats.reminders import Reminder, Reminders
from backend.bot.sending.messages import send_plain
from backend.errors import TanyaError
from backend.i18n import Translator, translator

log = structlog.get_logger("tanya.bot")

AGAIN: Final = "remind:again:"
"""The prefix of the data that puts a reminder off, before the seconds."""
SIGN: Final = "⏰ "
HOUR, DAY = 3_600, 86_400


class ReminderSender:
    """Any number of processes may work at once."""

    def __init__(self, bot: Bot, reminders: Reminders, account: OwnAccount) -> None:
        self._bot = bot
        self._reminders = reminders
        self._account = account

    async def work(self) -> int:
        """Send what is due now; returns how many that were."""
        due = await self._reminders.take_due()
        for one in due:
            try:
                await self._send(one)
            except (AiogramError, TanyaError) as error:  # it is tried again
                log.info("reminder_not_sent", error=type(error).__name__)
        return len(due)

    async def _send(self, due: Reminder) -> None:
        t = translator((await self._account.profile(due.place.chat_id)).language)
        try:
            words = SIGN + (due.text or t("bot.remind.this"))
            await send_plain(self._bot, due.place, words, put_off_buttons(t))
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            log.info("reminder_refused", error=type(error).__name__)
        await self._reminders.remove(due.place.chat_id, due.id)


def put_off_buttons(t: Translator) -> InlineKeyboardMarkup:
    """Buttons that put a reminder off."""
    row = [
        InlineKeyboardButton(text=t(f"bot.remind.{name}"), callback_data=f"{AGAIN}{seconds}")
        for name, seconds in (("hour", HOUR), ("day", DAY))
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row])
