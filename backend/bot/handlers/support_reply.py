"""An operator's reply to a /paysupport request is delivered to the person who asked. No model sees
it."""

from uuid import UUID

from aiogram import Bot, Router
from aiogram.types import Message

from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.ports.support_chat import request_in
from backend.console import Operator, operator_of
from backend.errors import TanyaError
from backend.i18n import Translator


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="support_reply")
    router.message.register(answer_person, is_answer)
    return router


async def is_answer(
    message: Message, bot: Bot, context: BotContext
) -> bool | dict[str, Operator | UUID]:
    """Whether an operator replies to the bot's own message that names a request."""
    asked = message.reply_to_message
    if asked is None or asked.from_user is None or asked.from_user.id != bot.id:
        return False
    operator = operator_of(context.settings, message.chat.id)
    request_id = request_in(asked.text or "")
    if operator is None or request_id is None:
        return False
    return {"operator": operator, "request_id": request_id}


async def answer_person(
    message: Message, t: Translator, context: BotContext, operator: Operator, request_id: UUID
) -> None:
    """Deliver the answer, and tell the operator whether it arrived."""
    if not message.text:
        await message.reply(t("bot.paysupport.only_text"))
        return
    try:
        await context.console.answer(operator, request_id, message.text)
    except TanyaError as error:
        await message.reply(refusal(error, t), parse_mode=None)
        return
    await message.reply(t("bot.paysupport.answered"))
