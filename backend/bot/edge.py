"""The bot as one part of the house: aiogram's Bot, the inbox, and where updates come from."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from backend.billing.service import Billing
from backend.bot.chats import Chats
from backend.bot.client import make_bot
from backend.bot.context import BotContext
from backend.bot.dispatcher import apologise_with, handle_with, make_dispatcher
from backend.bot.inbox import Inbox
from backend.bot.polling import poll
from backend.bot.setup import introduce
from backend.bot.views import Links
from backend.db import Cipher, Database, Vault, decode_master_key, derive_key
from backend.generation import Generation
from backend.nursery import Nursery
from backend.privacy import Consents
from backend.settings import Settings
from backend.sources import Sources

log = structlog.get_logger("tanya.bot")

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0


class BotEdge:
    """The bot's parts; `bot` exists from the start, since billing's port needs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.bot: Bot = make_bot(settings)
        self.links = Links(settings.public_url)

    def join(
        self,
        *,
        database: Database,
        vault: Vault,
        nursery: Nursery,
        clock: Callable[[], datetime],
        generation: Generation,
        consents: Consents,
        billing: Billing,
        sources: Sources,
        process_id: str,
    ) -> None:
        """Join it to the rooms; `inbox` takes updates from then on. `process_id` is this
        process's name among the owners of runs."""
        context = BotContext(
            settings=self._settings,
            links=self.links,
            generation=generation,
            consents=consents,
            billing=billing,
            sources=sources,
            chats=Chats(database, vault, clock),
            nursery=nursery,
            clock=clock,
        )
        key = derive_key(decode_master_key(self._settings.master_key), "tanya bot inbox")
        handle = handle_with(make_dispatcher(context), self.bot)
        self._nursery = nursery
        self.inbox = Inbox(
            database,
            Cipher(key),
            nursery,
            clock,
            handle,
            owner=process_id,
            apologise=apologise_with(self.bot),
        )

    async def start(self) -> None:
        """Take up what was left; in local mode also introduce the bot and poll."""
        await self.inbox.start()
        if self._settings.local:
            self._nursery.start(self._introduce_and_poll(), name="bot-polling")

    async def _introduce_and_poll(self) -> None:
        """The emulator answers once the server that it is a part of listens."""
        pause = FIRST_PAUSE
        while True:
            await asyncio.sleep(pause)
            try:
                await self.bot.delete_webhook(drop_pending_updates=False)
                await introduce(self.bot, self._settings)
                break
            except TelegramBadRequest as error:
                log.warning("introduction_refused", reason=error.message)
                break
            except AiogramError as error:
                log.debug("introduction_failed", error=type(error).__name__)
            pause = min(pause * 2, LONGEST_PAUSE)
        await poll(self.bot, self.inbox)

    async def stop(self) -> None:
        """Close the connections to Telegram."""
        await self.bot.session.close()
