"""/start: a greeting, the button that opens the Mini App, and the current model."""

from aiogram import Router
from aiogram.filters import CommandStart
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.bot.sending.views import open_app_keyboard
from backend.i18n import Translator

COMMANDS = ((10, "start"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="start")
    router.message.register(start, CommandStart(ignore_case=True))
    return router


async def start(message: Message, t: Translator, context: BotContext) -> None:
    """Greet. The name is echoed only; it is not stored."""
    name = message.from_user.first_name if message.from_user else ""
    await message.answer(
        t("bot.start.greeting", name=name), reply_markup=open_app_keyboard(t, context.links)
    )
