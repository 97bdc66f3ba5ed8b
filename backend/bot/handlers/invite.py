"""/invite and /promo: days for a person and an invited friend, and promo codes; links that start
the chat with either."""

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message

from backend.billing import REFERRAL_DAYS
from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.sending.views import open_app_keyboard
from backend.errors import TanyaError
from backend.i18n import Translator

COMMANDS = ((67, "invite"), (68, "promo"))
REFERRAL, PROMO = "ref_", "promo_"


def make_router() -> Router:
    """The router of this file, whose name sorts it before /start's."""
    router = Router(name="invite")
    by_friend = CommandStart(deep_link=True, magic=F.args.startswith(REFERRAL))
    by_code = CommandStart(deep_link=True, magic=F.args.startswith(PROMO))
    router.message.register(join, by_friend)
    router.message.register(promo, by_code)
    router.message.register(invite, Command("invite", ignore_case=True))
    router.message.register(promo, Command("promo", ignore_case=True))
    return router


async def invite(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Show the person's own link, and how many came by it."""
    own = await context.billing.growth.invitations(message.chat.id)
    link = f"https://t.me/{(await bot.me()).username}?start={REFERRAL}{own.code}"
    values = {"link": link, "days": REFERRAL_DAYS, "came": own.came, "given": own.subscribed}
    await message.answer(t("bot.invite", **values), parse_mode=None)


async def join(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Greet a friend who came by a link, and tell them what a subscription gives both."""
    code = (command.args or "").removeprefix(REFERRAL)
    joined = await context.billing.growth.accept_invitation(message.chat.id, code)
    words = [
        t("bot.start.greeting", name=message.from_user.first_name if message.from_user else "")
    ]
    if joined == "joined":
        words.append(t("bot.invite.joined", days=REFERRAL_DAYS))
    await message.answer("\n\n".join(words), reply_markup=open_app_keyboard(t, context.links))


async def promo(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Redeem a code, or say why not."""
    code = (command.args or "").removeprefix(PROMO)
    if not code:
        await message.answer(t("bot.promo.how"))
        return
    try:
        used = await context.billing.growth.use_promo(message.chat.id, code)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    keyboard = open_app_keyboard(t, context.links) if used == "opened" else None
    await message.answer(t(f"bot.promo.{used}"), reply_markup=keyboard)
