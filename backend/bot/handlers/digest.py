"""/digest: what is new on pages that a person names, every day at a time of theirs.

It is a schedule like any other, listed and stopped there: its question is the pages' addresses, so
that they are read each time, and it goes on in one conversation, where the earlier ones stand.
"""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.bot.handlers.schedule import DAILY, keyboard_of, make_daily, words
from backend.files import links_to_read
from backend.i18n import Translator

COMMANDS = ((18, "digest"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="digest")
    router.message.register(digest, Command("digest", ignore_case=True))
    return router


async def digest(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Make one of a time and addresses, or say how."""
    found = DAILY.fullmatch((command.args or "").strip())
    pages = links_to_read(found[3], about_links=True) if found else ()
    if found is None or not pages:
        await message.answer(t("bot.digest.how"), parse_mode=None)
        return
    question = "\n".join((t("bot.digest.request"), *pages))
    if await make_daily(message, int(found[1]), int(found[2]), question, t, context):
        known = await context.schedules.list_all(message.chat.id)
        await message.answer(words(known, t), parse_mode=None, reply_markup=keyboard_of(known, t))
