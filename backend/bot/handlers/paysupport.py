"""/paysupport: Telegram asks every bot that sells for it (Bot Developer Terms §6.2)."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from backend.i18n import Translator

COMMANDS = ((70, "paysupport"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="paysupport")
    router.message.register(paysupport, Command("paysupport"))
    return router


async def paysupport(message: Message, t: Translator) -> None:
    """Say how to cancel, when money comes back, and that Telegram's support is not ours."""
    await message.answer(t("bot.paysupport.text"))
