"""/model: which model answers, chosen with buttons."""

from collections.abc import Sequence
from contextlib import suppress

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.answer_buttons import short_id
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge
from backend.i18n import Translator
from backend.identity import SettingsChange
from backend.llm import Model

COMMANDS = ((19, "model"),)

CHOOSE = "model:"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="model")
    router.message.register(offer, Command("model", ignore_case=True))
    router.callback_query.register(choose, F.data.startswith(CHOOSE))
    return router


async def offer(message: Message, t: Translator, context: BotContext) -> None:
    """Show the current model and the others."""
    person = message.chat.id
    chosen, models = await context.account.model(person), await context.account.models(person)
    await message.answer(
        t("bot.model.now", name=chosen.name),
        reply_markup=_keyboard(chosen, models),
        parse_mode=None,
    )


async def choose(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Store the choice and update the buttons."""
    person, wanted = query.from_user.id, (query.data or "").removeprefix(CHOOSE)
    models = await context.account.models(person)
    model = next((one for one in models if short_id(one) == wanted), None)
    if model is None:
        await acknowledge(query, t("bot.model.gone"), alert=True)
        return
    await context.account.change(person, t.language, SettingsChange(model_id=model.id))
    await acknowledge(query)
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # unchanged (pressed twice), or deleted
            await query.message.edit_text(
                t("bot.model.now", name=model.name),
                reply_markup=_keyboard(model, models),
                parse_mode=None,
            )


def _keyboard(chosen: Model, models: Sequence[Model]) -> InlineKeyboardMarkup:
    rows = [
        [
            InlineKeyboardButton(
                text=("✓ " if one == chosen else "") + one.name,
                callback_data=CHOOSE + short_id(one),
            )
        ]
        for one in models
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)
