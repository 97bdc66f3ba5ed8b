"""An operator's confirmation of an action that costs or deletes something, requested in the
console."""

from uuid import UUID

from aiogram import F, Router
from aiogram.types import CallbackQuery

from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.ports.support_chat import CONFIRM, DECLINE
from backend.bot.sending.buttons import acknowledge, use_up
from backend.console import operator_of
from backend.errors import TanyaError
from backend.i18n import Translator


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="operator_confirm")
    router.callback_query.register(decide, F.data.startswith((CONFIRM, DECLINE)))
    return router


async def decide(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Run or drop the action and say which; former operators cannot decide."""
    yes = (query.data or "").startswith(CONFIRM)
    operator = operator_of(context.settings, query.from_user.id)
    await use_up(query)
    if operator is None:
        await acknowledge(query)
        return
    try:
        wanted = UUID((query.data or "").removeprefix(CONFIRM).removeprefix(DECLINE))
        done = await context.console.confirmations.decide(operator, wanted, yes=yes)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    except ValueError:
        await acknowledge(query)
        return
    words = t(f"bot.confirm.{done.state}")
    if done.error_code:
        words += " " + t(f"error.{done.error_code}.title")
    await acknowledge(query, words, alert=done.state == "failed")
