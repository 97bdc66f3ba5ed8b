"""Messages about a person's erasure: implements privacy's port `ErasureChat`."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.chats.sticker_packs import StickerPacks
from backend.bot.sending.retries import with_retries
from backend.errors import ChatClosed
from backend.i18n import Translator, translator

CONFIRM: Final = "erase:yes"
KEEP: Final = "erase:no"
CERTIFICATE_NAME: Final = "tanya-erasure-certificate.json"


class ErasureMessages:
    """Writes by the bot."""

    def __init__(self, bot: Bot, packs: StickerPacks) -> None:
        self._bot = bot
        self._packs = packs

    async def ask_to_confirm(self, user_id: int, language: str) -> None:
        """See privacy's port."""
        t = translator(language)
        await _reaching(
            lambda: with_retries(
                self._bot.send_message,
                user_id,
                t("bot.erase.ask"),
                parse_mode=None,
                reply_markup=keyboard(t),
            )
        )

    async def deliver(self, user_id: int, language: str, certificate: bytes) -> None:
        """See privacy's port. The person's sticker pack is all that is left then: it is kept by
        Telegram, and goes too."""
        t = translator(language)
        words = [t("bot.erase.done")]
        if not await self._packs.is_gone(user_id):
            words.append(t("bot.erase.stickers_left"))
        await _reaching(
            lambda: with_retries(
                self._bot.send_document,
                user_id,
                BufferedInputFile(certificate, CERTIFICATE_NAME),
                caption="\n\n".join(words),
                parse_mode=None,
            )
        )


def keyboard(t: Translator) -> InlineKeyboardMarkup:
    """Two buttons, the harmless one first."""
    rows = [
        [InlineKeyboardButton(text=t("bot.erase.keep"), callback_data=KEEP)],
        [InlineKeyboardButton(text=t("bot.erase.confirm"), callback_data=CONFIRM)],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def _reaching(send: Callable[[], Awaitable[object]]) -> None:
    try:
        await send()
    except (TelegramForbiddenError, TelegramBadRequest) as error:
        raise ChatClosed from error
