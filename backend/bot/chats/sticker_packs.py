"""Sticker packs of the bot at Telegram, one per person. Nothing about them is stored: a pack's name
is derived from the person's id and a key of the server, so it is known even after an erasure."""

import hmac

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from backend.bot.sending.retries import with_retries
from backend.db import Database, Vault

log = structlog.get_logger("tanya.bot")


class StickerPacks:
    """Names and deletes packs."""

    def __init__(self, bot: Bot, database: Database, vault: Vault) -> None:
        self._bot = bot
        self._database = database
        self._vault = vault

    async def name(self, user_id: int) -> str:
        """The name of a person's pack: always the same, and it reveals nothing about their id."""
        async with self._database.unit_of_work() as db:
            key = await self._vault.shared_key(db, "sticker sets")
        named = hmac.digest(key, str(user_id).encode(), "sha256").hex()[:20]
        username = (await self._bot.me()).username or ""
        return f"t{named}_by_{username}"

    async def delete(self, user_id: int) -> bool:
        """Delete a person's pack at Telegram
        (core.telegram.org/bots/api#deletestickerset); False if they have none.

        Raises:
            AiogramError: Telegram could not be asked, or did not do it.
        """
        name = await self.name(user_id)
        try:
            await with_retries(self._bot.delete_sticker_set, name)
        except TelegramBadRequest as error:
            if "STICKERSET_INVALID" not in error.message:
                raise
            return False
        return True

    async def is_gone(self, user_id: int) -> bool:
        """Delete a person's pack, if they have one, as part of their erasure; False if it may still
        exist."""
        try:
            await self.delete(user_id)
        except AiogramError as error:
            log.warning("sticker_pack_left", error=type(error).__name__)
            return False
        return True
