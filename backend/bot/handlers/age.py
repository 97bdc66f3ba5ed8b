"""The buttons under the question for a person's age. The held question is asked afterwards."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from backend.bot.answering.ages import HELD_FOR
from backend.bot.context import BotContext
from backend.bot.inbox.updates import AGE, chat_lane
from backend.bot.sending.buttons import acknowledge, use_up
from backend.i18n import Translator


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="age")
    router.callback_query.register(answer, F.data.startswith(AGE))
    return router


async def answer(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Store the answer and release the held question; after a no it is refused."""
    person = query.from_user.id
    await context.chats.answer_age(context.age_gate, person, old_enough=query.data == f"{AGE}yes")
    await acknowledge(query)
    await use_up(query)
    if not await context.stored_updates.release_held(chat_lane(person), HELD_FOR):
        await bot.send_message(person, t("bot.consent.again"))
