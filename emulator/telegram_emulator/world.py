"""The stored state of the emulated world: plain mutable records, one JSON file (see `store.py`).

It only changes in functions without an await, so one event loop needs no locks. State that does not
survive a restart (drafts, waiting queries, the log) is not part of it.
"""

from datetime import datetime
from typing import Literal

import msgspec

from telegram_emulator.account_records import ManagedBotRecord, PreparedButtonRecord, StoryRecord
from telegram_emulator.group_records import (
    BusinessChatRecord,
    BusinessRecord,
    EphemeralRecord,
    GroupRecord,
)
from telegram_emulator.schemas import ApiFault, BotApi, CheckoutStatus, Person, UpdateFault
from telegram_emulator.sticker_records import StickerSetRecord

FIRST_PEOPLE = (
    (Person(700000001, "Ann", "Baker", "ann_baker", "en", True, None, "+15550100001"), 1000),
    (Person(700000002, "Иван", "Петров", "ivan_petrov", "ru", False, None, "+79990000002"), 250),
    (Person(700000003, "ليلى", None, "layla", "ar", False, None, "+971500000003"), 0),
)
"""The initial people with their Stars."""


VERSION = 4
"""Of the file; 2 added groups and connected accounts, 3 sticker sets and gifts, 4 stories and
managed bots."""


class Record(msgspec.Struct, kw_only=True):
    """Base of all stored records."""


class BotRecord(Record):
    """The bot's profile. Keys of the maps are language codes ("" is every language), of `commands`
    "scope|language"."""

    names: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    short_descriptions: dict[str, str] = {}
    commands: dict[str, list[BotApi]] = {}
    menu_buttons: dict[int, BotApi] = {}  # by person; 0 is the default
    settings: BotApi = {}  # as setMySettings names them
    admin_rights: dict[str, BotApi] = {}  # default rights for "groups" and "channels"
    photo: str = ""  # the id of its file


class StoredMessage(Record):
    """A message as both sides see it; `message` is the Bot API's `Message`. `paid`: its invoice has
    been paid; `bot_reaction`: a `ReactionType` of the bot's."""

    id: int
    outgoing: bool
    message: BotApi
    paid: bool = False
    bot_reaction: BotApi | None = None
    reactions: dict[int, list[BotApi]] = {}  # by person
    votes: dict[int, list[int]] = {}  # positions of a poll's options, by person
    payload: str = ""  # of paid media
    paid_by: list[int] = []  # people who have unlocked its paid media
    widget: str = ""  # the id of the widget it shows
    scores: dict[int, int] = {}  # in its game, by person


class ChatRecord(Record):
    """A chat: a person's with the bot, a group's, or one of a connected account."""

    started: bool = False
    blocked: bool = False
    write_access: bool = False
    messages: list[StoredMessage] = []
    pinned: list[int] = []
    reply_keyboard: BotApi | None = None
    contact_shared_at: datetime | None = None


class QueuedUpdate(Record):
    """An update on its way to the bot. `key` groups updates that must stay in order (those of a
    chat)."""

    update_id: int
    kind: str
    body: BotApi
    key: int
    expires_at: datetime


class HeldUpdate(Record):
    """An update that a fault holds back. Without `release_at` it waits for the next one to overtake
    it. Without an `update_id` it gets one when it is released: a polling bot never gets a lower id
    after a higher one."""

    kind: str
    body: BotApi
    key: int
    held_at: datetime
    release_at: datetime | None = None
    update_id: int | None = None


class WebhookRecord(Record):
    """The parameters of the last `setWebhook`."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error: str | None = None
    last_error_at: datetime | None = None


class InvoiceRecord(Record):
    """An invoice by slug. `message` is the (chat, message) it was sent in, if any."""

    slug: str
    title: str
    description: str
    payload: str
    amount: int
    subscription_period: int | None = None
    photo_url: str | None = None
    message: tuple[int, int] | None = None
    paid_by: int | None = None


class ChargeRecord(Record):
    """A payment. `subscription` is the first charge's id for recurring ones."""

    id: str
    provider_id: str
    person_id: int
    amount: int
    payload: str
    title: str
    at: datetime
    subscription: str | None = None
    refunded: bool = False
    charged_back: bool = False


class SubscriptionRecord(Record):
    """A Stars subscription; `id` is its first charge."""

    id: str
    person_id: int
    title: str
    payload: str
    amount: int
    period: int
    expires_at: datetime
    state: Literal["active", "canceled", "failed", "expired"] = "active"
    canceled_by_bot: bool = False
    payments: int = 1


class TransactionRecord(Record):
    """A movement of the bot's Stars, as getStarTransactions lists them; outgoing for refunds."""

    id: str
    amount: int
    at: datetime
    outgoing: bool
    person_id: int | None
    person: BotApi | None = None
    payload: str | None = None
    subscription_period: int | None = None
    partner: BotApi = {}  # fields of the partner, if it is no payment of an invoice


class WalletEntryRecord(Record):
    """A movement of a person's Stars."""

    id: str
    kind: Literal["topUp", "payment", "renewal", "refund", "chargeback"]
    amount: int
    at: datetime
    title: str


class WalletRecord(Record):
    """A person's Stars."""

    balance: int = 0
    entries: list[WalletEntryRecord] = []


class CheckoutRecord(Record):
    """A payment, pending or finished."""

    id: str
    person_id: int
    slug: str
    status: CheckoutStatus
    error: str | None = None


class FileRecord(Record):
    """A file; its bytes are stored beside the world's file."""

    id: str
    unique_id: str
    name: str
    media_type: str
    size: int
    path: str


class PreparedRecord(Record):
    """A message from savePreparedInlineMessage."""

    id: str
    person_id: int
    result: BotApi
    allowed: list[str]
    expires_at: datetime


class SharedRecord(Record):
    """An inline message: sent by a person, or the bot's answer to a guest query."""

    inline_message_id: str
    person_id: int
    to: str
    result: BotApi
    text: str
    at: datetime
    message: tuple[int, int] | None = None  # the (chat, message) it is, in a group


class EmojiStatusRecord(Record):
    """The emoji status of a person who lets the bot set it; `until` as Unix time, 0 for ever."""

    custom_emoji_id: str = ""
    until: int = 0


class WidgetRecord(Record):
    """A widget; a shared one is in several messages. `edited_at` in real time."""

    id: str
    html: str
    width: int = 0
    height: int = 0
    public_data: str = ""
    allows_queries: bool = False
    shared: bool = False
    edited_at: float = 0


class OwnedGiftRecord(Record):
    """A gift of a person or channel; an upgraded one has a number. `text` are the Bot API's fields
    of its message."""

    id: str
    owner_id: int
    gift_id: str
    date: int
    text: BotApi = {}
    prepaid_upgrade: int = 0
    number: int = 0


class FaultsRecord(Record):
    """The faults in force."""

    updates: list[UpdateFault] = []
    api: list[ApiFault] = []
    webhook_down: bool = False
    flood: bool = False


class World(Record):
    """The whole world."""

    version: int = VERSION
    bot: BotRecord = msgspec.field(default_factory=BotRecord)
    people: dict[int, Person] = {}
    chats: dict[int, ChatRecord] = {}
    groups: dict[int, GroupRecord] = {}
    ephemerals: dict[int, EphemeralRecord] = {}
    business: dict[str, BusinessRecord] = {}
    business_chats: dict[int, BusinessChatRecord] = {}
    wallets: dict[int, WalletRecord] = {}
    storage: dict[int, dict[str, str]] = {}
    queue: list[QueuedUpdate] = []
    held: list[HeldUpdate] = []
    next_update_id: int = 100_000_001
    next_message_id: int = 1
    next_person_id: int = 700_000_101
    next_group_number: int = 1_700_000_001
    next_ephemeral_id: int = 1
    allowed_updates: list[str] = []
    webhook: WebhookRecord = msgspec.field(default_factory=WebhookRecord)
    invoices: dict[str, InvoiceRecord] = {}
    charges: dict[str, ChargeRecord] = {}
    subscriptions: dict[str, SubscriptionRecord] = {}
    transactions: list[TransactionRecord] = []
    bot_stars: int = 0
    checkouts: dict[str, CheckoutRecord] = {}
    files: dict[str, FileRecord] = {}
    prepared: dict[str, PreparedRecord] = {}
    shared: dict[str, SharedRecord] = {}
    emoji_statuses: dict[int, EmojiStatusRecord] = {}
    widgets: dict[str, WidgetRecord] = {}
    gifts: dict[str, OwnedGiftRecord] = {}
    next_gift_number: int = 1
    accepted_gifts: dict[int, BotApi] = {}
    sticker_sets: dict[str, StickerSetRecord] = {}
    web_app_queries: dict[str, int] = {}
    stories: list[StoryRecord] = []
    verified: dict[int, str] = {}
    managed_bots: dict[int, ManagedBotRecord] = {}
    next_managed_bot_id: int = 8_000_000_001
    personal_chats: dict[int, int] = {}
    prepared_buttons: dict[str, PreparedButtonRecord] = {}
    faults: FaultsRecord = msgspec.field(default_factory=FaultsRecord)
    ahead_seconds: int = 0


def first_world() -> World:
    """The world of a new emulator: three people, no messages."""
    world = World()
    for person, stars in FIRST_PEOPLE:
        world.people[person.id] = person
        world.chats[person.id] = ChatRecord()
        world.wallets[person.id] = WalletRecord(balance=stars)
    return world
