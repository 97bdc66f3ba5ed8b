"""/help: what can be asked, and every command in one line each."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.bot.handlers import command_list
from backend.bot.sending.views import open_app_keyboard
from backend.i18n import Translator

COMMANDS = ((20, "help"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="help")
    router.message.register(help_, Command("help", ignore_case=True))
    return router


async def help_(message: Message, t: Translator, context: BotContext) -> None:
    """List the commands."""
    listed = command_list(t, context.features.handlers_off)
    lines = [f"/{command.command} – {command.description}" for command in listed]
    text = "\n\n".join((t("bot.help.intro"), "\n".join(lines)))
    await message.answer(text, reply_markup=open_app_keyboard(t, context.links))
