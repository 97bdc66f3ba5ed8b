"""/plan in a group: a plan for everybody in it, which any member can pay.

What a member pays is used by whoever asks here, before their own plan. It ends by itself after its
days, so there is nothing to cancel; payments are refunded like any other (/paysupport).
"""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.answers import refusal
from backend.bot.answering.group_answers import whisper
from backend.bot.answering.placed import greet_asker
from backend.bot.context import BotContext
from backend.bot.handlers.groups import IN_GROUP
from backend.bot.sending.buttons import acknowledge
from backend.bot.sending.places import place_of
from backend.errors import TanyaError
from backend.i18n import Translator
from backend.plans import plans, wording

GROUPS = True
GROUP_COMMANDS = ("plan",)
BUY = "group-plan:"
DEVICE = "group"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="group_plan")
    router.message.register(show, IN_GROUP, Command("plan", ignore_case=True))
    router.callback_query.register(buy, F.data.startswith(BUY))
    return router


async def show(message: Message, t: Translator, context: BotContext) -> None:
    """Show the group's plans, with a button for each plan that can be bought."""
    if await context.groups.rules(message.chat.id) is None:
        await message.reply(t("bot.group.hello"))
        return
    has = await context.billing.groups.left(message.chat.id)
    words = t("bot.group_plan.none")
    if has is not None:
        words = t.plural("bot.group_plan.has", has.left, date=wording.day(has.until, t))
    rows = [[_button(plan, t)] for plan in plans.of_kind("group")]
    text = "\n\n".join((words, t("bot.group_plan.how")))
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    await message.reply(text, parse_mode=None, reply_markup=keyboard)


async def buy(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Show the invoice to the presser: the order is theirs alone, for this group."""
    message, person = query.message, query.from_user
    plan = plans.find((query.data or "").removeprefix(BUY))
    if not isinstance(message, Message) or plan is None:
        await acknowledge(query)
        return
    try:
        await greet_asker(person.id, t, context)
        made = await context.billing.checkout(
            person.id, plan.id, DEVICE, t.language, message.chat.id
        )
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query)
    label = t("bot.premium.pay", name=t(plan.name_key), stars=t.number(plan.stars))
    button = InlineKeyboardButton(text=label, url=made.invoice_link)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    words = t("bot.premium.invoice", name=t(plan.name_key))
    await whisper(place_of(message), person.id, words, bot, keyboard)


def _button(plan: plans.Plan, t: Translator) -> InlineKeyboardButton:
    text = t("bot.premium.button.buy", name=t(plan.name_key), stars=t.number(plan.stars))
    return InlineKeyboardButton(text=text, callback_data=BUY + plan.id)
