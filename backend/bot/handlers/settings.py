"""/settings: the current choices, the commands that change them, interactive cards, and the app's
settings."""

from contextlib import suppress

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge
from backend.bot.sending.views import open_app_keyboard
from backend.i18n import Translator, language_names
from backend.identity import SettingsChange

COMMANDS = ((69, "settings"),)
CARDS = "settings:cards:"
"""The prefix of the data that turns interactive cards `on` or `off`."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="settings")
    router.message.register(settings, Command("settings", ignore_case=True))
    router.callback_query.register(turn_cards, F.data.startswith(CARDS))
    return router


async def settings(message: Message, t: Translator, context: BotContext) -> None:
    """One line for each setting, with its command."""
    words, keyboard = await _shown(message.chat.id, t, context)
    await message.answer(words, reply_markup=keyboard, parse_mode=None)


async def turn_cards(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Turn interactive cards on or off; the message says what they are."""
    on = (query.data or "") == f"{CARDS}on"
    person = query.from_user.id
    await context.account.change(person, t.language, SettingsChange(interactive_cards=on))
    await acknowledge(query, t("bot.cards.on" if on else "bot.cards.off"))
    words, keyboard = await _shown(person, t, context)
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # unchanged (pressed twice), or deleted
            await query.message.edit_text(words, reply_markup=keyboard, parse_mode=None)


async def _shown(
    person: int, t: Translator, context: BotContext
) -> tuple[str, InlineKeyboardMarkup]:
    model, persona = await context.account.model(person), await context.chats.persona(person)
    cards = (await context.account.profile(person)).interactive_cards
    lines = [
        t("bot.settings.model", name=model.name),
        t("bot.settings.persona", name=t(persona.name_key)),
        t("bot.settings.language", name=language_names()[t.language]),
        "",
        f"{t('app.cards')}. {t('app.cards.word')}",
        "",
        t("bot.settings.more"),
    ]
    turn = InlineKeyboardButton(
        text=t("bot.cards.turn_off" if cards else "bot.cards.turn_on"),
        callback_data=f"{CARDS}{'off' if cards else 'on'}",
    )
    rows = open_app_keyboard(t, context.links).inline_keyboard
    return "\n".join(lines), InlineKeyboardMarkup(inline_keyboard=[[turn], *rows])
