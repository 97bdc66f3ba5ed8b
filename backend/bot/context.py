"""Dependencies of handlers, injected by parameter name; edge.py fills it once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from backend.billing import Billing
from backend.bot.account.own_account import OwnAccount
from backend.bot.chats.card_taps import CardTaps
from backend.bot.chats.chats import Chats
from backend.bot.chats.group_acts import GroupActs
from backend.bot.chats.group_automatic import GroupAutomatic
from backend.bot.chats.group_memory import GroupMemory
from backend.bot.chats.groups import Groups
from backend.bot.chats.reminders import Reminders
from backend.bot.chats.saved_prompts import SavedPrompts
from backend.bot.chats.sticker_packs import StickerPacks
from backend.bot.inbox.queue_notes import QueueNotes
from backend.bot.inbox.stored import StoredUpdates
from backend.bot.sending.views import Links
from backend.business import BusinessInbox, BusinessReplies
from backend.checks import Checks
from backend.console import Console
from backend.features import Features
from backend.files import FileService
from backend.generation import Generation
from backend.identity import Limiter
from backend.nursery import Nursery
from backend.privacy import Consents
from backend.privacy.archive import Exporter
from backend.privacy.erasure import ErasureChat, Erasures
from backend.safety import AgeGate, AnswerFeedback, Refusals
from backend.schedules import Schedules
from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class BotContext:
    """The rooms' use cases and other parts for handlers."""

    settings: Settings
    links: Links
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
    refusals: Refusals
    age_gate: AgeGate
    answer_feedback: AnswerFeedback
    erasure_chat: ErasureChat
    chats: Chats
    groups: Groups
    group_memory: GroupMemory
    group_acts: GroupActs
    group_automatic: GroupAutomatic
    account: OwnAccount
    saved_prompts: SavedPrompts
    reminders: Reminders
    sticker_packs: StickerPacks
    card_taps: CardTaps
    widget_limits: Limiter
    queue_notes: QueueNotes
    nursery: Nursery
    clock: Callable[[], datetime]
    stored_updates: StoredUpdates
    release_held: Callable[[int, str], Awaitable[bool]]
    release_apart: Callable[[int, str, str], Awaitable[bool]]
    """Releases a person's questions that waited for their consent to a provider."""
