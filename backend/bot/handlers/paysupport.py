"""/paysupport, which Telegram requires of every bot that sells (Bot Developer Terms §6.2).

Without text it explains what to do; text is stored for the operators and sent to those who can be
written to. No model sees it.
"""

from contextlib import suppress

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from backend.billing import LONGEST_TEXT
from backend.bot.context import BotContext
from backend.bot.ports.support_chat import reference_of
from backend.console import supporters
from backend.i18n import Translator

COMMANDS = ((70, "paysupport"),)

MOST_CHARGES = 5


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="paysupport")
    router.message.register(paysupport, Command("paysupport", ignore_case=True))
    return router


async def paysupport(
    message: Message, command: CommandObject, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Explain how to cancel and how to get help, or store the request."""
    if not command.args:
        await message.answer(t("bot.paysupport.text"))
        return
    person = message.chat.id
    request_id = await context.billing.ask_support(person, command.args)
    made = [one.charge_id for one in await context.billing.payments(person)]
    question = t(
        "bot.paysupport.question",
        user_id=person,
        text=command.args[:LONGEST_TEXT],
        reference=reference_of(request_id),
        charges="\n".join(made[:MOST_CHARGES]) or "–",
    )
    for admin in supporters(context.settings):
        with suppress(TelegramAPIError):
            await bot.send_message(admin, question, parse_mode=None)
    await message.answer(t("bot.paysupport.sent"))
