"""The emulated world as the page sees it: `GET /emulator/state`.

Its changes are in `events.py`, the page's actions in `actions/`. The emulator's own names are
camelCase on the wire. Telegram's own objects (messages, keyboards, entities, rich messages,
commands, inline results) keep the Bot API's JSON in snake_case: those fields have the type `BotApi`
and are described at https://core.telegram.org/bots/api#available-types.

Times are ISO-8601 in UTC, by the emulator's clock, which can be ahead of the real one. Amounts are
whole Telegram Stars. A person's private chat with the bot has the person's id.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

BotApi = dict[str, Any]
"""An object of the Bot API, in its own JSON."""

ApiFaultKind = Literal["tooManyRequests", "serverError", "timeout"]
UpdateFaultKind = Literal["twice", "late", "outOfOrder", "lost"]
CheckoutStatus = Literal["waiting", "paid", "cancelled", "failed", "pending"]


class View(msgspec.Struct, frozen=True, rename="camel"):
    """Base of everything that is sent to the page."""


class Person(View, frozen=True):
    """A person that the page can act as. `languageCode` is an IETF tag, `photoUrl` any image
    URL."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str = "en"
    is_premium: bool = False
    photo_url: str | None = None
    phone_number: str | None = None


class BotProfile(View, frozen=True):
    """The bot as people see it: profile texts and the default menu button (a `MenuButton`)."""

    id: int
    first_name: str
    username: str
    description: str
    short_description: str
    menu_button: BotApi
    photo_url: str | None = None


class ChatMessage(View, frozen=True):
    """One bubble. `message` is a `Message`; `outgoing` is true where the person sent it.

    Photos, documents and voice inside carry a `file_id`: its bytes are at
    `/emulator/files/{file_id}`. Service messages (successful_payment, refunded_payment, contact,
    web_app_data, write_access_allowed) are messages too. `paid` is true for an invoice that has
    been paid: its Pay button is called Receipt from then on. `reactions` are people's, by their
    ids.
    """

    id: int
    outgoing: bool
    message: BotApi
    paid: bool = False
    bot_reaction: BotApi | None = None
    reactions: dict[int, list[BotApi]] = {}


class Draft(View, frozen=True):
    """A streamed answer; shown below the messages until it is replaced or `expires_at`.

    Exactly one of `text` (empty: "Thinking…") and `rich_message` (a `RichMessage`) is set. With
    `can_stop` show a stop button (action `stopDraft`). With `stopped` the bot cannot continue it;
    it is only still shown if `keep_on_stop` was set.
    """

    draft_id: int
    expires_at: datetime
    message_thread_id: int | None = None
    text: str | None = None
    entities: list[BotApi] = []
    rich_message: BotApi | None = None
    can_stop: bool = False
    keep_on_stop: bool = False
    stopped: bool = False


class ChatHead(View, frozen=True):
    """A chat without its messages, resolved for its person (language, scopes).

    `reply_keyboard` is a `ReplyKeyboardMarkup` or `ForceReply`, or null; `menu_button` a
    `MenuButton`; `commands` a list of `BotCommand`. `action` is what the bot is doing
    ("typing", …) until `action_until` (5 s).
    """

    person_id: int
    started: bool
    blocked: bool
    write_access: bool
    commands: list[BotApi]
    menu_button: BotApi
    reply_keyboard: BotApi | None = None
    action: str | None = None
    action_until: datetime | None = None


class Chat(View, frozen=True):
    """A person's chat with the bot, oldest message first."""

    head: ChatHead
    messages: list[ChatMessage]
    drafts: list[Draft]


class Group(View, frozen=True):
    """A group or channel. `chat` is a `Chat`; `members` are `ChatMember`s, including those who left
    or were banned; `topics` by thread id; `ephemeral` are messages that only one member sees;
    `linked` is the discussion group of a channel, or the channel of a discussion group."""

    id: int
    chat: BotApi
    members: list[BotApi]
    topics: dict[int, BotApi]
    messages: list[ChatMessage]
    ephemeral: list[BotApi]
    requests: list[int]
    linked: int | None = None


class BusinessAccount(View, frozen=True):
    """An account that the bot is connected to, with the names of its rights."""

    connection_id: str
    owner_id: int
    rights: list[str]


class BusinessChat(View, frozen=True):
    """A connected account's chat with a customer. `read_up_to` is the last message that the bot
    marked as read."""

    connection_id: str
    owner_id: int
    customer_id: int
    messages: list[ChatMessage]
    read_up_to: int


class WalletEntry(View, frozen=True):
    """One movement of a person's Stars; `amount` is negative for Stars spent."""

    id: str
    kind: Literal["topUp", "payment", "renewal", "refund", "chargeback"]
    amount: int
    at: datetime
    title: str


class Subscription(View, frozen=True):
    """A Stars subscription as Telegram's own settings list it.

    `id` is the charge id of the first payment. `can_reenable` is false if the bot cancelled it and
    has not allowed the person to resume it. After `expires_at` without a renewal `state` is
    "expired".
    """

    id: str
    person_id: int
    title: str
    amount: int
    state: Literal["active", "canceled", "failed", "expired"]
    expires_at: datetime
    can_reenable: bool
    payments: int


class Wallet(View, frozen=True):
    """A person's Stars, newest entry first."""

    person_id: int
    balance: int
    entries: list[WalletEntry]
    subscriptions: list[Subscription]


class Checkout(View, frozen=True):
    """A payment, pending or finished. `failed` is the reason to show, the bot's or Telegram's."""

    id: str
    person_id: int
    slug: str
    status: CheckoutStatus
    error: str | None = None


class InvoiceSheet(View, frozen=True):
    """What the payment sheet shows. `subscription_period` is in seconds (2592000)."""

    slug: str
    title: str
    description: str
    amount: int
    currency: str
    balance: int
    photo_url: str | None = None
    subscription_period: int | None = None


class SharedMessage(View, frozen=True):
    """A prepared or inline message that a person sent to somebody, or a guest answer.

    `result` is the `InlineQueryResult` that it was made from, `text` its readable text.
    """

    inline_message_id: str
    person_id: int
    to: str
    text: str
    result: BotApi
    at: datetime


class Clock(View, frozen=True):
    """The emulated time, and how many seconds it is ahead of the real one."""

    now: datetime
    ahead_seconds: int


class UpdateFault(View, frozen=True):
    """What happens to the next `count` updates; `seconds` only applies to "late"."""

    kind: UpdateFaultKind
    count: int
    seconds: int = 0
    update_types: list[str] = []


class ApiFault(View, frozen=True):
    """The response to the next `count` calls of `method` (null: any)."""

    kind: ApiFaultKind
    count: int
    method: str | None = None
    retry_after: int = 5


class Faults(View, frozen=True):
    """All active faults. `flood` turns Telegram's own message limits on."""

    updates: list[UpdateFault]
    api: list[ApiFault]
    webhook_down: bool
    flood: bool


class Webhook(View, frozen=True):
    """The webhook. Without a `url` the bot polls. `waiting` counts undelivered updates. `heard`:
    the bot has called since the emulator started."""

    url: str
    waiting: int
    heard: bool = False
    last_error: str | None = None
    last_error_at: datetime | None = None


class TrafficEntry(View, frozen=True):
    """One line of the log: a Bot API call, an update, or an action of the page.

    `direction` "call" is bot → Telegram, "update" Telegram → bot, "client" the page. `request` and
    `response` are for display only: files are replaced by their sizes, tokens removed. `ignored`
    lists the call's parameters and fields that the Bot API does not have.
    """

    id: int
    at: datetime
    direction: Literal["call", "update", "client"]
    name: str
    ok: bool
    status: int
    milliseconds: float
    request: Any = None
    response: Any = None
    ignored: list[str] = []


class State(View, frozen=True):
    """The whole world. `verified`: the bot's verifications of people and chats, by their ids;
    `revision` is the id of the last change in it: follow `/emulator/events?after={revision}`."""

    revision: int
    bot: BotProfile
    people: list[Person]
    chats: list[Chat]
    groups: list[Group]
    business: list[BusinessChat]
    accounts: list[BusinessAccount]
    wallets: list[Wallet]
    checkouts: list[Checkout]
    shared: list[SharedMessage]
    clock: Clock
    faults: Faults
    webhook: Webhook
    bot_stars: int
    traffic: list[TrafficEntry]
    verified: dict[int, str]
