"""/export: sends a copy of all data here in parts, for clients that cannot save the app's file."""

from collections.abc import AsyncIterator

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import InputFile, Message

from backend.bot.context import BotContext
from backend.i18n import Translator
from backend.privacy.archive import file_name

COMMANDS = ((79, "export"),)

UPLOAD_SECONDS = 600


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="export")
    router.message.register(export, Command("export", ignore_case=True))
    return router


async def export(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Send the copy."""
    await send_copy(message.chat.id, bot, t, context)


async def send_copy(person: int, bot: Bot, t: Translator, context: BotContext) -> None:
    """Announce the size of the export, then send it part by part."""
    totals = await context.exporter.totals(person)
    await bot.send_message(person, t.plural("bot.export.begun", totals.messages))
    parts = context.exporter.parts(person, t.language)
    while not parts.finished:
        slices = parts.next_part()
        name = file_name(context.clock(), parts.part + 1)
        await bot.send_document(person, _Slices(slices, name), request_timeout=UPLOAD_SECONDS)
    await bot.send_message(person, t("bot.export.done"))


class _Slices(InputFile):
    """A document whose content is generated while it is uploaded."""

    def __init__(self, slices: AsyncIterator[bytes], name: str) -> None:
        super().__init__(filename=name)
        self._slices = slices

    async def read(self, bot: Bot) -> AsyncIterator[bytes]:  # type: ignore[override]
        """The next slice."""
        async for data in self._slices:
            yield data
