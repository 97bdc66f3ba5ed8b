"""/persona: chooses who answers, with buttons; the Mini App's settings offer the same."""

from contextlib import suppress

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge
from backend.errors import TanyaError
from backend.i18n import Translator
from backend.llm.prompts import personas

COMMANDS = ((16, "persona"),)

CHOOSE = "persona:"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="persona")
    router.message.register(offer, Command("persona", ignore_case=True))
    router.callback_query.register(choose, F.data.startswith(CHOOSE))
    return router


async def offer(message: Message, t: Translator, context: BotContext) -> None:
    """List the personas, each with a button."""
    chosen = await context.chats.persona(message.chat.id)
    await message.answer(words(chosen, t), reply_markup=keyboard(chosen, t))


async def choose(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Store the choice and update the buttons."""
    try:
        persona = personas.find((query.data or "").removeprefix(CHOOSE))
        await context.chats.choose_persona(query.from_user.id, t.language, persona)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query, t("bot.persona.chosen", name=t(persona.name_key)))
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # unchanged (pressed twice), or deleted
            await query.message.edit_text(words(persona, t), reply_markup=keyboard(persona, t))


def words(chosen: personas.Persona, t: Translator) -> str:
    """The current persona and the others."""
    lines = (f"• {t(one.name_key)} – {t(one.word_key)}" for one in personas.PERSONAS)
    answers = t("bot.persona.now", name=t(chosen.name_key))
    return "\n\n".join((answers, "\n".join(lines), t("bot.persona.word")))


def keyboard(chosen: personas.Persona, t: Translator) -> InlineKeyboardMarkup:
    """One button each, two in a row; the chosen one has a tick."""
    buttons = [
        InlineKeyboardButton(
            text=("✓ " if one == chosen else "") + t(one.name_key),
            callback_data=f"{CHOOSE}{one.id}",
        )
        for one in personas.PERSONAS
    ]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    return InlineKeyboardMarkup(inline_keyboard=rows)
