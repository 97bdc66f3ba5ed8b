"""The buttons under the question for consent."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from backend.bot.answering.answers import refusal
from backend.bot.answering.consent import DECLINE
from backend.bot.context import BotContext
from backend.bot.inbox.updates import AGREE, chat_lane, placed_lane
from backend.bot.sending.buttons import acknowledge, use_up
from backend.errors import TanyaError
from backend.i18n import Translator


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="consent")
    router.callback_query.register(agree, F.data.startswith(AGREE))
    router.callback_query.register(decline, F.data == DECLINE)
    return router


async def agree(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Store the consent and release the questions that waited for it, in order."""
    person, provider = query.from_user.id, (query.data or "").removeprefix(AGREE)
    known = await context.consents.of(person)
    again = any(one.provider.id == provider and one.agreed_at is not None for one in known)
    try:
        await context.consents.agree(person, provider)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query, t("bot.consent.agreed"))
    await use_up(query)
    waited = await context.release_held(person, provider)
    if not waited and not again:  # it was declined, or has expired
        await bot.send_message(person, t("bot.consent.again"))


async def decline(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Decline: nothing was sent, and the held question is dropped."""
    person = query.from_user.id
    lanes = (chat_lane(person), placed_lane(person))
    waited = [lane for lane in lanes if await context.stored_updates.drop_unagreed(lane)]
    await acknowledge(query)
    await use_up(query)
    if chat_lane(person) in waited:
        await bot.send_message(person, t("bot.consent.declined"))
