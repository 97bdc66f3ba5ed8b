"""/erase: deletes the account. Requested here or in the app, it is always confirmed here."""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.ports.erasure_chat import CONFIRM, KEEP
from backend.bot.sending.buttons import acknowledge, use_up
from backend.errors import TanyaError
from backend.i18n import Translator

COMMANDS = ((82, "erase"),)

TOLD_EVERY = 10
"""The progress message is updated each time this many percent are done."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="erase")
    router.message.register(ask, Command("erase", ignore_case=True))
    router.callback_query.register(confirm, F.data == CONFIRM)
    router.callback_query.register(keep, F.data == KEEP)
    return router


async def ask(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Ask for confirmation."""
    await ask_to_erase(message.chat.id, bot, t, context)


async def ask_to_erase(person: int, bot: Bot, t: Translator, context: BotContext) -> None:
    """Ask a person for confirmation, or say why it is not possible now."""
    try:
        await context.erasures.ask(person, t.language)
    except TanyaError as error:
        await bot.send_message(person, refusal(error, t), parse_mode=None)
        return
    await context.erasure_chat.ask_to_confirm(person, t.language)


async def keep(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Cancel; nothing was deleted."""
    await context.erasures.withdraw(query.from_user.id)
    await acknowledge(query)
    await use_up(query)
    await bot.send_message(query.from_user.id, t("bot.erase.kept"), parse_mode=None)


async def confirm(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Delete, show progress, and send the certificate.

    Messages that arrive meanwhile wait in their lane and are handled afterwards.
    """
    person = query.from_user.id
    try:
        await context.erasures.confirm(person)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query)
    await use_up(query)
    await _tell_progress(person, bot, t, context)
    if (certificate := await context.erasures.certificate(person)) is not None:
        await context.erasure_chat.deliver(person, t.language, certificate)
        await context.erasures.delivered(person)


async def _tell_progress(person: int, bot: Bot, t: Translator, context: BotContext) -> None:
    told = 0
    shown = await bot.send_message(person, t("bot.erase.begun"), parse_mode=None)
    async for done, total in context.erasures.carry_out(person):
        percent = 100 * done // max(total, 1)
        if percent >= told + TOLD_EVERY:
            told = percent
            with suppress(TelegramBadRequest):
                text = t("bot.erase.progress", percent=percent)
                await bot.edit_message_text(text, chat_id=person, message_id=shown.message_id)
