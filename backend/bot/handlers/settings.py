"""/settings: the current choices, the commands that change them, switches, and the app's
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
SWITCH = "settings:"
"""The prefix of the data that turns a switch, by its name, `on` or `off`."""
SWITCHES = ("cards", "joined")
"""The switches: interactive cards, and whether questions in a row are joined."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="settings")
    router.message.register(settings, Command("settings", ignore_case=True))
    router.callback_query.register(turn, F.data.startswith(SWITCH))
    return router


async def settings(message: Message, t: Translator, context: BotContext) -> None:
    """One line for each setting, with its command."""
    words, keyboard = await _shown(message.chat.id, t, context)
    await message.answer(words, reply_markup=keyboard, parse_mode=None)


async def turn(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Turn a switch on or off; the message says what it does."""
    name, _, wanted = (query.data or "").removeprefix(SWITCH).partition(":")
    if name not in SWITCHES:
        await acknowledge(query)
        return
    on, person = wanted == "on", query.from_user.id
    if name == "cards":
        change = SettingsChange(interactive_cards=on)
    else:
        change = SettingsChange(join_questions=on)
    await context.account.change(person, t.language, change)
    await acknowledge(query, t(f"bot.{name}.on" if on else f"bot.{name}.off"))
    words, keyboard = await _shown(person, t, context)
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # unchanged (pressed twice), or deleted
            await query.message.edit_text(words, reply_markup=keyboard, parse_mode=None)


async def _shown(
    person: int, t: Translator, context: BotContext
) -> tuple[str, InlineKeyboardMarkup]:
    model, persona = await context.account.model(person), await context.chats.persona(person)
    profile = await context.account.profile(person)
    on = {"cards": profile.interactive_cards, "joined": profile.join_questions}
    lines = [
        t("bot.settings.model", name=model.name),
        t("bot.settings.persona", name=t(persona.name_key)),
        t("bot.settings.language", name=language_names()[t.language]),
        "",
        *(f"{t(f'app.{name}')}. {t(f'app.{name}.word')}\n" for name in SWITCHES),
        t("bot.settings.more"),
    ]
    switches = [[_switch(name, t, on=on[name])] for name in SWITCHES]
    rows = open_app_keyboard(t, context.links).inline_keyboard
    return "\n".join(lines), InlineKeyboardMarkup(inline_keyboard=[*switches, *rows])


def _switch(name: str, t: Translator, *, on: bool) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=t(f"bot.{name}.turn_off" if on else f"bot.{name}.turn_on"),
        callback_data=f"{SWITCH}{name}:{'off' if on else 'on'}",
    )
