"""/appeal, and the button under a refusal: ask the operator to review it.

Without text the appeal is sent as it is, or its state is shown; text can be added until it is
decided.
"""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from backend.bot.answering.answers import refusal
from backend.bot.answering.words import words_of
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, read_id, use_up
from backend.bot.sending.views import APPEAL
from backend.errors import TanyaError
from backend.i18n import Translator

COMMANDS = ((72, "appeal"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="appeal")
    router.message.register(appeal, Command("appeal", ignore_case=True))
    router.callback_query.register(press, F.data.startswith(APPEAL))
    return router


async def appeal(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Appeal against the newest refusal."""
    person = message.chat.id
    try:
        refused = await context.refusals.newest(person)
        made = await context.refusals.appeal(person, refused, command.args or "")
    except TanyaError:
        await message.answer(t("bot.appeal.nothing"), parse_mode=None)
        return
    await message.answer(t(f"bot.appeal.{made.appeal}"), parse_mode=None)


def _asked(query: CallbackQuery) -> str:
    """The text that a replied-to refusal is about; a text to be checked is not stored anywhere
    else."""
    shown = query.message
    asked = shown.reply_to_message if isinstance(shown, Message) else None
    if asked is None:
        return ""
    return words_of(asked)


async def press(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Appeal against the refusal that the button belongs to. In other chats, where others see the
    message too, only the presser is told the result, and the button stays."""
    try:
        refused = read_id((query.data or "").removeprefix(APPEAL))
        made = await context.refusals.appeal(query.from_user.id, refused, "", _asked(query))
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    shown = query.message
    if shown is None or shown.chat.type != ChatType.PRIVATE:
        await acknowledge(query, t(f"bot.appeal.{made.appeal}"), alert=True)
        return
    await acknowledge(query)
    await use_up(query)
    await bot.send_message(query.from_user.id, t(f"bot.appeal.{made.appeal}"), parse_mode=None)
