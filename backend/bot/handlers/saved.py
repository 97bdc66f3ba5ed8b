"""/saved: the person's own prompts, to be asked again in any chat by inline mode.

With a text, or in reply to a message of theirs, it keeps one; alone it lists them, each with a
button that removes it.
"""

from contextlib import suppress
from uuid import UUID

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.words import joined, words_of
from backend.bot.chats.saved_prompts import LONGEST_PROMPT, MOST_PROMPTS
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, read_id
from backend.bot.sending.results import shortened
from backend.errors import NotFound
from backend.i18n import Translator

COMMANDS = ((22, "saved"),)
REMOVE = "saved:remove:"
LABEL = 40


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="saved")
    router.message.register(saved, Command("saved", ignore_case=True))
    router.callback_query.register(remove, F.data.startswith(REMOVE))
    return router


async def saved(
    message: Message,
    parts: list[Message],
    command: CommandObject,
    t: Translator,
    context: BotContext,
) -> None:
    """Keep the text, or list what is kept."""
    text = joined([command.args, *map(words_of, parts[1:])]) or _own_words(message)
    if len(text) > LONGEST_PROMPT:
        await message.answer(t("bot.saved.too_long", limit=t.number(LONGEST_PROMPT)))
        return
    if text and not await context.saved_prompts.add(message.chat.id, text):
        await message.answer(t("bot.saved.full", limit=t.number(MOST_PROMPTS)))
        return
    kept = await context.saved_prompts.of(message.chat.id)
    words = t("bot.saved.kept" if text else "bot.saved.list") if kept else t("bot.saved.none")
    await message.answer(words, parse_mode=None, reply_markup=_keyboard(kept, t))


def _own_words(message: Message) -> str:
    """The message that it replies to, if the person wrote it: others' words are not kept."""
    replied, sender = message.reply_to_message, message.from_user
    if replied is None or replied.forward_origin is not None or replied.from_user is None:
        return ""
    return words_of(replied) if sender is not None and replied.from_user.id == sender.id else ""


async def remove(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Remove one; the list shows the others."""
    person = query.from_user.id
    wanted = (query.data or "").removeprefix(REMOVE)
    with suppress(NotFound):
        await context.saved_prompts.remove(person, read_id(wanted))
    await acknowledge(query, t("bot.saved.removed"))
    if not isinstance(query.message, Message):
        return
    kept = await context.saved_prompts.of(person)
    words = t("bot.saved.list" if kept else "bot.saved.none")
    try:
        await query.message.edit_text(words, parse_mode=None, reply_markup=_keyboard(kept, t))
    except TelegramBadRequest:
        return  # pressed twice, or the message was deleted


def _keyboard(kept: dict[UUID, str], t: Translator) -> InlineKeyboardMarkup | None:
    if not kept:
        return None
    rows = [
        [
            InlineKeyboardButton(
                text=f"✕ {shortened(text, LABEL)}", callback_data=f"{REMOVE}{prompt_id.hex}"
            )
        ]
        for prompt_id, text in kept.items()
    ]
    # An empty query offers the saved prompts in the chosen chat.
    use = InlineKeyboardButton(text=t("bot.saved.use"), switch_inline_query="")
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [use]])
