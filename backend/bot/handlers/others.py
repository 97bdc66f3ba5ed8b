"""The buttons under the question whether somebody else's words may be sent."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message

from backend.bot.answering.others import NOT, held_for
from backend.bot.context import BotContext
from backend.bot.inbox.updates import OTHERS, chat_lane, placed_lane
from backend.bot.sending.buttons import acknowledge, use_up
from backend.bot.sending.messages import send_plain
from backend.bot.sending.places import place_of
from backend.i18n import Translator


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="others")
    router.callback_query.register(decide, F.data.startswith(OTHERS))
    return router


async def decide(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Release the held question as decided, or drop it."""
    choice, _, number = (query.data or "").removeprefix(OTHERS).partition(":")
    person, waits_for, stored = query.from_user.id, held_for(number), context.stored_updates
    apart = ":" in number  # in a group, whose questions wait in a lane of the asker's own
    lane = placed_lane(person) if apart else chat_lane(person)
    if choice == NOT:
        waited = await stored.drop_chosen(lane, waits_for)
    elif apart:
        waited = await context.release_apart(person, waits_for, choice)
    else:
        waited = await stored.release_chosen(lane, waits_for, choice)
    await acknowledge(query, None if waited else t("bot.others.decided"))
    await use_up(query)
    if waited and choice == NOT and not apart and isinstance(query.message, Message):
        await send_plain(bot, place_of(query.message), t("bot.others.dropped"))
