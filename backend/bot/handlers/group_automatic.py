"""/auto in a group: admins choose for each kind of post what the bot does automatically: nothing,
warn, delete, mute or, only if they choose it, ban (`backend/bot/answering/group_watch.py`).

A model is asked on behalf of the admin who chose: with their consent and, after the group's plan,
their quota.
"""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.answers import refusal
from backend.bot.answering.placed import greet_asker
from backend.bot.chats.admins import is_admin
from backend.bot.chats.group_acts import Act
from backend.bot.chats.group_automatic import POST_KINDS, AutomaticActs, PostKind
from backend.bot.context import BotContext
from backend.bot.handlers.groups import IN_GROUP, is_written_by_admin
from backend.bot.sending.buttons import acknowledge
from backend.errors import TanyaError
from backend.i18n import Translator

GROUPS = True
GROUP_COMMANDS = ("auto",)
CHANGE = "auto:"
CHOICES: tuple[Act | None, ...] = (None, "warn", "delete", "mute", "ban")
"""The acts in the order in which presses cycle through them."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="group_automatic")
    router.message.register(show, IN_GROUP, Command("auto", ignore_case=True))
    router.callback_query.register(change, F.data.startswith(CHANGE))
    return router


async def show(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Show the current acts, with a button per kind that switches to the next act."""
    rules = await context.groups.rules(message.chat.id)
    if rules is None:
        await message.reply(t("bot.group.hello"))
    elif not await is_written_by_admin(message, bot):
        await message.reply(t("bot.group.admins_only"))
    elif not rules.quotes:
        await message.reply(t("bot.auto.words_first"))
    else:
        chosen = await context.group_automatic.of(message.chat.id)
        keyboard = _buttons(chosen, t)
        await message.reply(t("bot.auto.choose"), parse_mode=None, reply_markup=keyboard)


async def change(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Switch to the next act for a kind, for an admin who has agreed to the provider that is
    asked."""
    message, person = query.message, query.from_user.id
    name = (query.data or "").removeprefix(CHANGE)
    kind: PostKind | None = next((one for one in POST_KINDS if one == name), None)
    if not isinstance(message, Message) or kind is None:
        await acknowledge(query)
        return
    chat_id = message.chat.id
    try:
        if (refused := await _refusal(chat_id, person, kind, bot, t, context)) is not None:
            await acknowledge(query, t(refused), alert=True)
            return
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    known = await context.group_automatic.of(chat_id)
    now = known.acts.get(kind) if known is not None else None
    following = CHOICES[(CHOICES.index(now) + 1) % len(CHOICES)]
    await context.group_automatic.choose(chat_id, person, kind, following)
    await acknowledge(query)
    chosen = await context.group_automatic.of(chat_id)
    with suppress(TelegramBadRequest):
        await message.edit_reply_markup(reply_markup=_buttons(chosen, t))


async def _refusal(
    chat_id: int, person: int, kind: PostKind, bot: Bot, t: Translator, context: BotContext
) -> str | None:
    """Why an admin cannot choose that here, as a key of the catalogue; None if they can.

    Raises:
        ErasureUnderWay: the admin is being erased.
    """
    rules = await context.groups.rules(chat_id)
    if not await is_admin(chat_id, person, bot):
        return "bot.group.admins_only"
    if rules is None or not rules.quotes:
        return "bot.auto.words_first"
    if kind == "rules" and not rules.moderates:
        return "bot.rules.none"
    await greet_asker(person, t, context)
    asked = {one.provider.id for one in await context.consents.of(person) if not one.agreed_at}
    model = await context.account.model(person)
    return "bot.placed.consent" if model.provider in asked else None


def _buttons(chosen: AutomaticActs | None, t: Translator) -> InlineKeyboardMarkup:
    acts = {} if chosen is None else chosen.acts
    rows = []
    for kind in POST_KINDS:
        act = acts.get(kind)
        now = t(f"bot.act.{act}") if act is not None else t("bot.auto.off")
        text = f"{t(f'bot.auto.kind.{kind}')}: {now}"
        rows.append([InlineKeyboardButton(text=text, callback_data=CHANGE + kind)])
    return InlineKeyboardMarkup(inline_keyboard=rows)
