"""/language: sets the language of the bot and the app, instead of Telegram's setting."""

from contextlib import suppress

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge
from backend.i18n import Translator, language_names, languages, translator
from backend.identity import SettingsChange

COMMANDS = ((70, "language"),)

CHOOSE, AS_TELEGRAM = "language:", "telegram"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="language")
    router.message.register(offer, Command("language", ignore_case=True))
    router.callback_query.register(choose, F.data.startswith(CHOOSE))
    return router


async def offer(message: Message, t: Translator) -> None:
    """Show a button for each language, named in that language."""
    await message.answer(t("bot.language.choose"), reply_markup=_keyboard(t))


async def choose(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Store the choice and confirm it in that language."""
    wanted = (query.data or "").removeprefix(CHOOSE)
    if wanted not in (AS_TELEGRAM, *languages()):
        await acknowledge(query)
        return
    chosen = None if wanted == AS_TELEGRAM else wanted
    spoken = chosen or query.from_user.language_code or "en"
    await context.account.change(query.from_user.id, spoken, SettingsChange(language=chosen))
    await acknowledge(query)
    t = translator(spoken)
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):
            await query.message.edit_text(t("bot.language.chosen"), reply_markup=_keyboard(t))


def _keyboard(t: Translator) -> InlineKeyboardMarkup:
    offered = [*language_names().items(), (AS_TELEGRAM, t("bot.language.telegram"))]
    buttons = [InlineKeyboardButton(text=name, callback_data=CHOOSE + tag) for tag, name in offered]
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    return InlineKeyboardMarkup(inline_keyboard=rows)
