"""/keep and /kept in a group: which messages are stored for summaries, chosen by its admins.

Everybody sees and deletes their own; their messages are only included once they agree with a
button.
"""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.group_answers import whisper
from backend.bot.answering.placed import greet_asker
from backend.bot.chats.admins import is_admin
from backend.bot.chats.group_memory import LOCAL, SHARED
from backend.bot.context import BotContext
from backend.bot.handlers.group_ask import asker_of_message
from backend.bot.handlers.groups import BY_PEOPLE, IN_GROUP, is_written_by_admin
from backend.bot.sending.buttons import acknowledge
from backend.bot.sending.places import place_of
from backend.errors import TanyaError
from backend.i18n import Translator

GROUPS = True
GROUP_COMMANDS = ("keep", "kept")

KEEP = "keep:"
KEPT = "kept:"
NOTHING, SHARE, UNSHARE, ERASE, ERASE_ALL = "nothing", "share", "unshare", "erase", "all"
WHOSE = {SHARED: SHARED, LOCAL: LOCAL, NOTHING: None}


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="group_keeping")
    router.message.register(offer, IN_GROUP, Command("keep", ignore_case=True))
    router.message.register(show, *BY_PEOPLE, Command("kept", ignore_case=True))
    router.callback_query.register(choose, F.data.startswith(KEEP))
    router.callback_query.register(change, F.data.startswith(KEPT))
    return router


async def offer(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Let an admin choose what is stored."""
    if await context.groups.rules(message.chat.id) is None:
        await message.reply(t("bot.group.hello"))
    elif not await is_written_by_admin(message, bot):
        await message.reply(t("bot.group.admins_only"))
    else:
        choices = (SHARED, *([LOCAL] if context.account.has_model_here else []), NOTHING)
        rows = [[_button(t(f"bot.keep.{name}"), KEEP + name)] for name in choices]
        keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
        await message.reply(t("bot.keep.choose"), reply_markup=keyboard)


async def choose(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Store the choice and announce it, with the button for members to agree."""
    chosen, message = (query.data or "").removeprefix(KEEP), query.message
    if chosen not in WHOSE or not isinstance(message, Message):
        await acknowledge(query)
        return
    if not await is_admin(message.chat.id, query.from_user.id, bot):
        await acknowledge(query, t("bot.group.admins_only"), alert=True)
        return
    await context.group_memory.set_storage(message.chat.id, WHOSE[chosen])
    await acknowledge(query)
    share = [[_button(t("bot.keep.share"), KEPT + SHARE)]] if chosen == SHARED else []
    keyboard = InlineKeyboardMarkup(inline_keyboard=share) if share else None
    with suppress(TelegramBadRequest):
        await message.edit_text(t(f"bot.keep.on.{chosen}"), reply_markup=keyboard)


async def show(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Show a member what is stored of theirs and what they can do, privately where possible."""
    rules = await context.groups.rules(message.chat.id)
    if rules is None or rules.keeps is None:
        await message.reply(t("bot.summary.off"))
        return
    if (person := await asker_of_message(message, t)) is None:
        return
    counts = await context.group_memory.counts(message.chat.id, person.id)
    rows = [[_button(t("bot.kept.erase"), KEPT + ERASE)]] if counts.own else []
    if rules.keeps == SHARED:
        way = (t("bot.kept.unshare"), KEPT + UNSHARE)
        rows.append([_button(*(way if counts.shares else (t("bot.keep.share"), KEPT + SHARE)))])
    if counts.all and await is_admin(message.chat.id, person.id, bot):
        rows.append([_button(t("bot.kept.erase_all"), KEPT + ERASE_ALL)])
    words = t("bot.kept", all=counts.all, own=counts.own, sharers=counts.sharers)
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
    await whisper(place_of(message), person.id, words, bot, keyboard)


async def change(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Apply a member's choice about their own messages, or an admin's about all."""
    action, person = (query.data or "").removeprefix(KEPT), query.from_user.id
    if query.message is None:
        await acknowledge(query)
        return
    chat_id = query.message.chat.id
    if action == ERASE_ALL and not await is_admin(chat_id, person, bot):
        await acknowledge(query, t("bot.group.admins_only"), alert=True)
        return
    rules = await context.groups.rules(chat_id)
    if action == SHARE and (rules is None or rules.keeps != SHARED):
        await acknowledge(query, t("bot.summary.off"), alert=True)
        return
    match action:
        case "share":
            try:
                await greet_asker(person, t, context)
            except TanyaError:  # the person is being erased
                await acknowledge(query)
                return
            await context.group_memory.share(person, chat_id, shares=True)
        case "unshare":
            await context.group_memory.share(person, chat_id, shares=False)
        case "erase":
            await context.group_memory.erase(chat_id, person)
        case "all":
            await context.group_memory.erase(chat_id)
        case _:
            await acknowledge(query)
            return
    await acknowledge(query, t(f"bot.kept.done.{action}"), alert=True)


def _button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data)
