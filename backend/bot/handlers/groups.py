"""Groups: off until an admin turns Tanya on, after seeing what is sent where. The bot leaves
channels.

The admin's choice is stored, and deleted with /disable or when the bot is removed.
"""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.filters import (
    JOIN_TRANSITION,
    LEAVE_TRANSITION,
    ChatMemberUpdatedFilter,
    Command,
)
from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from backend.bot.chats.admins import is_admin
from backend.bot.chats.groups import GroupRules
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge
from backend.i18n import Translator

GROUPS = True
GROUP_COMMANDS = ("enable", "disable")

IN_GROUP = F.chat.type.in_((ChatType.GROUP, ChatType.SUPERGROUP))
BY_PEOPLE = IN_GROUP, ~F.is_automatic_forward
"""A channel's post in its discussion group is no question."""
ENABLE = "group:on:"
LEAVE = "group:leave"
RULES = {"own": GroupRules(quotes=False), "quotes": GroupRules(quotes=True)}


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="groups")
    outside = F.chat.type != ChatType.PRIVATE
    router.my_chat_member.register(joined, outside, ChatMemberUpdatedFilter(JOIN_TRANSITION))
    router.my_chat_member.register(removed, outside, ChatMemberUpdatedFilter(LEAVE_TRANSITION))
    router.message.register(moved, IN_GROUP, F.migrate_to_chat_id)
    router.message.register(offer, IN_GROUP, Command("enable", ignore_case=True))
    router.message.register(turn_off, IN_GROUP, Command("disable", ignore_case=True))
    router.callback_query.register(turn_on, F.data.startswith(ENABLE))
    router.callback_query.register(leave, F.data == LEAVE)
    return router


async def joined(event: ChatMemberUpdated, bot: Bot, t: Translator) -> None:
    """Explain how to turn it on; leave if it is a channel."""
    with suppress(TelegramAPIError):
        if event.chat.type == ChatType.CHANNEL:
            await bot.leave_chat(event.chat.id)
        else:
            await bot.send_message(event.chat.id, t("bot.group.hello"))


async def removed(event: ChatMemberUpdated, context: BotContext) -> None:
    """Delete the group's data."""
    await context.groups.turn_off(event.chat.id)


async def moved(message: Message, context: BotContext) -> None:
    """Move the settings of a group that became a supergroup to the new id."""
    if message.migrate_to_chat_id is not None:
        await context.groups.move(message.chat.id, message.migrate_to_chat_id)
        await context.billing.groups.move(message.chat.id, message.migrate_to_chat_id)


async def offer(message: Message, bot: Bot, t: Translator) -> None:
    """Show an admin what is sent where, with a button for each mode."""
    if not await is_written_by_admin(message, bot):
        await message.reply(t("bot.group.admins_only"))
        return
    rows = [
        [InlineKeyboardButton(text=t(f"bot.group.enable.{name}"), callback_data=ENABLE + name)]
        for name in RULES
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    await message.reply(t("bot.group.enable"), reply_markup=keyboard)


async def turn_on(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Store the choice and announce it in the group."""
    rules, message = RULES.get((query.data or "").removeprefix(ENABLE)), query.message
    if rules is None or not isinstance(message, Message):
        await acknowledge(query)
        return
    if not await is_admin(message.chat.id, query.from_user.id, bot):
        await acknowledge(query, t("bot.group.admins_only"), alert=True)
        return
    await context.groups.turn_on(message.chat.id, rules)
    await acknowledge(query)
    words = t("bot.group.on.quotes" if rules.quotes else "bot.group.on.own")
    with suppress(TelegramBadRequest):
        await message.edit_text(words, reply_markup=None)


async def turn_off(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Turn Tanya off; any admin may."""
    if not await is_written_by_admin(message, bot):
        await message.reply(t("bot.group.admins_only"))
        return
    await context.groups.turn_off(message.chat.id)
    button = InlineKeyboardButton(text=t("bot.group.leave"), callback_data=LEAVE)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    await message.reply(t("bot.group.off"), reply_markup=keyboard)


async def leave(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Leave on an admin's request: say goodbye, leave, and delete the group's data."""
    message = query.message
    if message is None or not await is_admin(message.chat.id, query.from_user.id, bot):
        await acknowledge(query, t("bot.group.admins_only"), alert=True)
        return
    await acknowledge(query)
    if isinstance(message, Message):
        with suppress(TelegramBadRequest):
            await message.edit_text(t("bot.group.bye"), reply_markup=None)
    await context.groups.turn_off(message.chat.id)
    with suppress(TelegramAPIError):
        await bot.leave_chat(message.chat.id)


async def is_written_by_admin(message: Message, bot: Bot) -> bool:
    """Whether an admin wrote the message; anonymous admins write in the group's own name."""
    if message.sender_chat is not None:
        return message.sender_chat.id == message.chat.id
    return message.from_user is not None and await is_admin(
        message.chat.id, message.from_user.id, bot
    )
