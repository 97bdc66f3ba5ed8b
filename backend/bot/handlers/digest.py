"""/digest: news from pages that a person names and from posts of public channels that they
forwarded, every day at a chosen time.

A digest is a schedule like any other, listed and deleted there. Its question consists of the pages'
addresses, which are read each time, and the posts collected since; it continues in one
conversation, which contains the earlier ones.
"""

import re

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.digest_posts import collect_post
from backend.bot.answering.others import channel_post
from backend.bot.context import BotContext
from backend.bot.handlers.schedule import DAILY, keyboard_of, make_daily, words
from backend.bot.ports.schedule_chat import shortened
from backend.bot.sending.buttons import acknowledge, use_up
from backend.files import links_to_read
from backend.i18n import Translator

COMMANDS = ((18, "digest"),)
EMPTY = "digest:empty"
SHOWN = 10
"""How many of the newest posts are listed."""
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="digest")
    router.message.register(digest, Command("digest", ignore_case=True))
    router.callback_query.register(empty, F.data == EMPTY)
    return router


async def digest(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Create a digest from a time and addresses, or from a time alone; collect the replied-to post;
    or list what is collected and explain the command."""
    said = (command.args or "").strip()
    replied = message.reply_to_message
    if not said and replied is not None and channel_post(replied) is not None:
        await collect_post(message, [replied], t, context)
        return
    found = DAILY.fullmatch(said)
    pages = links_to_read(found[3], about_links=True) if found else ()
    question = "\n".join((t("bot.digest.request"), *pages))
    if not pages:
        found, question = _TIME.fullmatch(said), t("bot.digest.request_posts")
    if found is None:
        await _list(message, t, context)
        return
    hour, minute = int(found[1]), int(found[2])
    if await make_daily(message, hour, minute, question, t, context, collects=True):
        known = await context.schedules.list_all(message.chat.id)
        await message.answer(words(known, t), parse_mode=None, reply_markup=keyboard_of(known, t))


async def _list(message: Message, t: Translator, context: BotContext) -> None:
    posts = await context.schedules.posts.of(message.chat.id)
    lines, keyboard = [t("bot.digest.how"), t("bot.digest.how_posts")], None
    if posts:
        newest = "\n".join(f"• {shortened(one.text)}" for one in posts[-SHOWN:])
        lines = [f"{t('bot.digest.posts', count=len(posts))}\n{newest}", *lines]
        button = InlineKeyboardButton(text=t("bot.digest.empty"), callback_data=EMPTY)
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    await message.answer("\n\n".join(lines), parse_mode=None, reply_markup=keyboard)


async def empty(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Delete all posts that the presser has collected."""
    await context.schedules.posts.forget(query.from_user.id)
    await acknowledge(query, t("bot.digest.emptied"), alert=True)
    await use_up(query)
