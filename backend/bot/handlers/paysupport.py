"""/paysupport: Telegram asks every bot that sells for it (Bot Developer Terms §6.2).

Alone it explains; with words after it, it brings them to the operators. They go to no model.
"""

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.i18n import Translator

COMMANDS = ((70, "paysupport"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="paysupport")
    router.message.register(paysupport, Command("paysupport"))
    return router


async def paysupport(
    message: Message, command: CommandObject, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Say how to cancel and how to be heard, or be the messenger."""
    if not command.args:
        await message.answer(t("bot.paysupport.text"))
        return
    question = t("bot.paysupport.question", user_id=message.chat.id, text=command.args[:3000])
    heard = [await _tell(bot, admin, question) for admin in context.settings.admin_ids]
    await message.answer(t("bot.paysupport.sent" if any(heard) else "bot.paysupport.nobody"))


async def _tell(bot: Bot, admin: int, text: str) -> bool:
    try:
        await bot.send_message(admin, text, parse_mode=None)
    except TelegramAPIError:
        return False
    return True
