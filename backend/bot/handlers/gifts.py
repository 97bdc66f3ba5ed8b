"""Opens a gift: its link starts the chat with the gift's code."""

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message

from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.sending.views import open_app_keyboard
from backend.errors import TanyaError
from backend.i18n import Translator

PREFIX = "gift_"


def make_router() -> Router:
    """The router of this file, whose name sorts it before `start.py`, which takes any /start."""
    router = Router(name="gifts")
    starts = CommandStart(deep_link=True, magic=F.args.startswith(PREFIX))
    router.message.register(open_gift, starts)
    return router


async def open_gift(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Redeem the gift for whoever opens the link first."""
    code = (command.args or "").removeprefix(PREFIX)
    try:
        terms = await context.billing.redeem_gift(message.chat.id, code)
    except TanyaError as error:
        await message.answer(refusal(error, t))
        return
    await message.answer(
        t.plural("billing.gift.opened", terms.seconds // 86_400),
        reply_markup=open_app_keyboard(t, context.links),
    )
