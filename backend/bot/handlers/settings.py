"""/settings: the current choices, the commands that change them, and the app's settings."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.bot.sending.views import open_app_keyboard
from backend.i18n import Translator, language_names

COMMANDS = ((69, "settings"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="settings")
    router.message.register(settings, Command("settings", ignore_case=True))
    return router


async def settings(message: Message, t: Translator, context: BotContext) -> None:
    """One line for each setting, with its command."""
    person = message.chat.id
    model, persona = await context.account.model(person), await context.chats.persona(person)
    lines = [
        t("bot.settings.model", name=model.name),
        t("bot.settings.persona", name=t(persona.name_key)),
        t("bot.settings.language", name=language_names()[t.language]),
        "",
        t("bot.settings.more"),
    ]
    keyboard = open_app_keyboard(t, context.links)
    await message.answer("\n".join(lines), reply_markup=keyboard, parse_mode=None)
