"""Any text: ask it. And Telegram's Stop button under the draft."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.types import Message, MessageGenerationStopped

from backend.bot.answers import answer, question_id
from backend.bot.context import BotContext
from backend.i18n import Translator

LAST = True  # what is no command is a question


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="ask")
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(ask, F.text)
    router.message.register(unsupported, F.photo | F.document | F.voice | F.video | F.audio)
    router.stopped_message_generation.register(stop)
    return router


async def ask(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Answer in the chat."""
    key = question_id(message.chat.id, message.message_id, message.date)
    await answer(bot, message.chat.id, key, message.text or "", t, context)


async def unsupported(message: Message, t: Translator) -> None:
    """Say what the chat cannot take yet."""
    await message.answer(t("bot.ask.unsupported"))


async def stop(event: MessageGenerationStopped, context: BotContext) -> None:
    """End the run; its text so far becomes the message."""
    run_id = context.drafts.run_of(event.chat.id, event.draft_id)
    if run_id is not None:
        await context.generation.stop(event.chat.id, run_id)
