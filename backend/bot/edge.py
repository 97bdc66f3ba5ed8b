"""Composes the bot: aiogram's Bot, the inbox, and the source of updates."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from backend.billing import Billing
from backend.bot.account.client import make_bot
from backend.bot.account.own_account import OwnAccount
from backend.bot.answering.group_watch import GroupWatch
from backend.bot.answering.joining import QuestionJoining
from backend.bot.chats.card_marks import CardMarks
from backend.bot.chats.card_taps import CardTaps
from backend.bot.chats.chats import Chats, chat_copy
from backend.bot.chats.chats import erase as forget_chat
from backend.bot.chats.group_acts import GroupActs
from backend.bot.chats.group_automatic import GroupAutomatic
from backend.bot.chats.group_memory import GroupMemory
from backend.bot.chats.groups import Groups
from backend.bot.chats.reminders import Reminders
from backend.bot.chats.saved_prompts import SavedPrompts
from backend.bot.chats.sticker_packs import StickerPacks
from backend.bot.context import BotContext
from backend.bot.dispatcher import handle_with, make_dispatcher, report_failures_with
from backend.bot.handlers import quick_commands
from backend.bot.inbox.inbox import Inbox
from backend.bot.inbox.lane_worker import Handling
from backend.bot.inbox.polling import poll
from backend.bot.inbox.queue_notes import QueueNotes
from backend.bot.inbox.stored import StoredUpdates
from backend.bot.inbox.webhook import is_from_telegram
from backend.bot.models_on_demand import build_models
from backend.bot.ports.courier import ChatCourier
from backend.bot.ports.customer_messages import CustomerMessages
from backend.bot.ports.erasure_chat import ErasureMessages
from backend.bot.ports.notifier import ChatNotifier, LanguageOf
from backend.bot.ports.prepared import TelegramMessagePreparer
from backend.bot.ports.reminder_sender import ReminderSender
from backend.bot.ports.schedule_chat import ScheduleMessages
from backend.bot.ports.stars import TelegramStars
from backend.bot.ports.support_chat import ChatSupport
from backend.bot.sending.views import Links
from backend.bot.setup import introduce
from backend.business import BusinessInbox, BusinessReplies
from backend.checks import Checks
from backend.console import Console
from backend.db import Database, KeyRing, RotatingCipher, Vault
from backend.features import Features
from backend.files import FileService
from backend.generation import Generation, OfferedModels
from backend.identity import MemoryLimiter
from backend.nursery import Nursery
from backend.privacy import Consents
from backend.privacy.archive import Exporter
from backend.privacy.erasure import Erasures
from backend.safety import AgeGate, AnswerFeedback, Refusals
from backend.schedules import Schedules
from backend.settings import Settings

log = structlog.get_logger("tanya.bot")

INBOX_PURPOSE = "tanya bot inbox"
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0


RawUpdateHandler: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class BotRooms:
    """What the bot needs from the other rooms. `process_id` identifies this process as an owner of
    runs."""

    keys: KeyRing
    database: Database
    vault: Vault
    nursery: Nursery
    clock: Callable[[], datetime]
    features: Features
    generation: Generation
    consents: Consents
    billing: Billing
    file_service: FileService
    exporter: Exporter
    erasures: Erasures
    checks: Checks
    schedules: Schedules
    business: BusinessInbox
    business_replies: BusinessReplies
    console: Console
    models: OfferedModels
    refusals: Refusals
    age_gate: AgeGate
    answer_feedback: AnswerFeedback
    process_id: str


class BotEdge:
    """The bot's parts. The implementations of other rooms' ports (`stars`, `courier`, `notifier`,
    `chat_copy`) exist from the start; `connect_rooms` adds what needs those rooms: `inbox`,
    `erasure_chat` and `reminder_sender`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.bot: Bot = make_bot(settings)
        self.links = Links(settings.public_url)
        self.stars = TelegramStars(self.bot)
        self.chat_copy = chat_copy
        self.customer_messages = CustomerMessages(self.bot)
        self.schedule_chat = ScheduleMessages(self.bot, self.links)
        self.forget_chat = forget_chat
        self.message_preparer = TelegramMessagePreparer(self.bot)

    async def username(self) -> str:
        """The bot's @name, without the sign."""
        return self._settings.bot_username or (await self.bot.me()).username or ""

    def courier(
        self,
        database: Database,
        vault: Vault,
        models: OfferedModels,
        clock: Callable[[], datetime],
        schedules: Schedules,
    ) -> ChatCourier:
        """Delivers answers to the chat."""
        chats = Chats(database, vault, clock)
        account = OwnAccount(database, vault, models, clock)
        return ChatCourier(self.bot, self.links, chats, schedules, account)

    def notifier(self, language_of: LanguageOf) -> ChatNotifier:
        """Writes billing's notices in the language that `language_of` gives for a person."""
        return ChatNotifier(self.bot, self.links, language_of)

    def support(self, language_of: LanguageOf) -> ChatSupport:
        """Delivers operators' answers to people."""
        return ChatSupport(self.bot, language_of)

    def is_from_telegram(self, sent: str | None) -> bool:
        """Whether the webhook's secret header is right."""
        return is_from_telegram(self._settings, sent)

    def connect_rooms(self, rooms: BotRooms) -> None:
        """Connect the bot to the rooms; `inbox` accepts updates from then on."""
        cipher = RotatingCipher(*rooms.keys.derive_all(INBOX_PURPOSE))
        stored = StoredUpdates(rooms.database, cipher, rooms.clock, rooms.process_id)
        packs = StickerPacks(self.bot, rooms.database, rooms.vault)
        self.erasure_chat = ErasureMessages(self.bot, packs)
        context = self._context(rooms, stored, packs)
        self.reminder_sender = ReminderSender(self.bot, context.reminders, context.account)
        handling = Handling(
            stored=stored,
            clock=rooms.clock,
            handle=handle_with(make_dispatcher(context), self.bot),
            apologise=report_failures_with(self.bot),
            bot_id=self.bot.id,
            quick=quick_commands(),
            join=QuestionJoining(
                self.bot.id, context.account, context.chats.question_parts, rooms.file_service
            ).count,
            hear=_of_groups(
                context,
                [context.group_memory.store_message, GroupWatch(self.bot, context).judge_message],
            ),
            keeping=[
                context.group_memory,
                context.group_acts,
                context.business,
                context.schedules.posts,
            ],
        )
        self._nursery = rooms.nursery
        self.inbox = Inbox(handling, rooms.nursery)

    def _context(self, rooms: BotRooms, stored: StoredUpdates, packs: StickerPacks) -> BotContext:
        chats = Chats(rooms.database, rooms.vault, rooms.clock)
        account = OwnAccount(rooms.database, rooms.vault, rooms.models, rooms.clock)
        return BotContext(
            settings=self._settings,
            links=self.links,
            features=rooms.features,
            generation=rooms.generation,
            consents=rooms.consents,
            billing=rooms.billing,
            file_service=rooms.file_service,
            exporter=rooms.exporter,
            erasures=rooms.erasures,
            checks=rooms.checks,
            schedules=rooms.schedules,
            business=rooms.business,
            business_replies=rooms.business_replies,
            console=rooms.console,
            refusals=rooms.refusals,
            age_gate=rooms.age_gate,
            answer_feedback=rooms.answer_feedback,
            erasure_chat=self.erasure_chat,
            chats=chats,
            groups=Groups(rooms.database, rooms.vault, rooms.clock),
            group_memory=GroupMemory(rooms.database, rooms.vault, rooms.clock, self.bot.id),
            group_acts=GroupActs(rooms.database, rooms.vault, rooms.clock),
            group_automatic=GroupAutomatic(rooms.database),
            account=account,
            saved_prompts=SavedPrompts(rooms.database, rooms.vault, rooms.clock),
            reminders=Reminders(rooms.database, rooms.vault, rooms.clock),
            sticker_packs=packs,
            card_taps=CardTaps(CardMarks(rooms.database), chats),
            widget_limits=MemoryLimiter(),
            queue_notes=QueueNotes(self.bot, stored, rooms.clock, account.joins_questions),
            stored_updates=stored,
            release_held=lambda person, provider: self.inbox.release_held(person, provider),
            release_apart=lambda *decided: self.inbox.release_apart(*decided),
            nursery=rooms.nursery,
            clock=rooms.clock,
        )

    async def start(self) -> None:
        """Resume stored updates; in local mode also set up the bot and poll."""
        await self.inbox.start()
        if self._settings.local:
            self._nursery.repeat(self._introduce_and_poll, name="bot-polling", every=0)

    async def _introduce_and_poll(self) -> None:
        """The emulator answers once its server listens."""
        await asyncio.to_thread(build_models)
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


def _of_groups(context: BotContext, handlers: Sequence[RawUpdateHandler]) -> list[RawUpdateHandler]:
    """The handlers, active while groups are on: overheard messages bypass the dispatcher and its
    switch."""

    def while_on(handler: RawUpdateHandler) -> RawUpdateHandler:
        async def handle(update: dict[str, Any]) -> None:
            if context.features.is_on("groups"):
                await handler(update)

        return handle

    return [while_on(one) for one in handlers]
