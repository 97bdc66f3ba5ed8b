"""/delete: deletes this chat's conversation, or that of the replied-to answer."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, read_id, use_up
from backend.bot.sending.places import place_of
from backend.errors import TanyaError
from backend.i18n import Translator

COMMANDS = ((22, "delete"),)

DELETE, KEEP = "delete:", "delete:no"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="delete")
    router.message.register(ask, Command("delete", ignore_case=True))
    router.callback_query.register(keep, F.data == KEEP)
    router.callback_query.register(delete, F.data.startswith(DELETE))
    return router


async def ask(message: Message, t: Translator, context: BotContext) -> None:
    """Ask for confirmation."""
    position = await context.chats.position(place_of(message))
    if position.leaf_id is None:
        await message.answer(t("bot.delete.none"))
        return
    data = f"{DELETE}{position.conversation_id.hex}"
    rows = [
        [InlineKeyboardButton(text=t("bot.delete.keep"), callback_data=KEEP)],
        [InlineKeyboardButton(text=t("bot.delete.confirm"), callback_data=data)],
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    await message.answer(t("bot.delete.ask"), reply_markup=keyboard)


async def delete(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Delete it permanently. Messages in the chat remain; only the person can delete those."""
    try:
        wanted = read_id((query.data or "").removeprefix(DELETE))
        await context.account.delete(query.from_user.id, wanted)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query)
    if isinstance(query.message, Message):
        await query.message.edit_text(t("bot.delete.done"), reply_markup=None)


async def keep(query: CallbackQuery) -> None:
    """Cancel."""
    await acknowledge(query)
    await use_up(query)
