"""The changes of the emulated world: `GET /emulator/events` (text/event-stream).

Each event is `id: N` and `data: {"type": …}`; N is the revision after it. Reconnect with
`Last-Event-ID` (or `?after=N`). If the server can no longer replay the missing events it sends one
`reset`: fetch the state again. Every event carries the new value of what changed as a whole, so
that applying one twice does no harm.
"""

import msgspec

from telegram_emulator.schemas import (
    BotApi,
    BotProfile,
    ChatHead,
    ChatMessage,
    Checkout,
    Clock,
    Draft,
    Faults,
    Person,
    SharedMessage,
    TrafficEntry,
    Wallet,
    Webhook,
)


class Event(msgspec.Struct, frozen=True, rename="camel", tag_field="type"):
    """Base of the union."""


class ResetEvent(Event, frozen=True, tag="reset"):
    """Fetch the state again."""


class BotEvent(Event, frozen=True, tag="bot"):
    """The bot's profile changed."""

    bot: BotProfile
    stars: int


class PersonEvent(Event, frozen=True, tag="person"):
    """A person was added or changed."""

    person: Person


class PersonRemovedEvent(Event, frozen=True, tag="personRemoved"):
    """A person was removed with chat and wallet."""

    person_id: int


class ChatEvent(Event, frozen=True, tag="chat"):
    """A chat changed apart from its messages: keyboard, menu, commands, action, block."""

    chat: ChatHead


class MessageEvent(Event, frozen=True, tag="message"):
    """A new message, or the new content of one with the same id."""

    person_id: int
    message: ChatMessage


class MessagesDeletedEvent(Event, frozen=True, tag="messagesDeleted"):
    """Messages were deleted from the chat."""

    person_id: int
    ids: list[int]


class DraftEvent(Event, frozen=True, tag="draft"):
    """A draft appeared or grew; update the one with the same `draftId` in place."""

    person_id: int
    draft: Draft


class DraftEndedEvent(Event, frozen=True, tag="draftEnded"):
    """A draft ended: a message replaced it, its 30 s passed, or it was stopped."""

    person_id: int
    draft_id: int


class CallbackAnswerEvent(Event, frozen=True, tag="callbackAnswer"):
    """The bot answered a pressed button: stop its spinner; show `text` as a toast or an alert.

    `url` opens a link instead. When the bot never answers, an event without text comes after 15 s.
    """

    person_id: int
    callback_id: str
    text: str | None = None
    show_alert: bool = False
    url: str | None = None


class EphemeralEvent(Event, frozen=True, tag="ephemeral"):
    """The messages that single members of a group see: all of them, as in the state."""

    chat_id: int
    messages: list[BotApi]


class WalletEvent(Event, frozen=True, tag="wallet"):
    """A person's Stars or subscriptions changed."""

    wallet: Wallet


class CheckoutEvent(Event, frozen=True, tag="checkout"):
    """A payment changed. On a final status send the Mini App `invoice_closed`."""

    checkout: Checkout


class SharedEvent(Event, frozen=True, tag="shared"):
    """A message was shared, or one shared before was edited (same `inlineMessageId`)."""

    message: SharedMessage


class ClockEvent(Event, frozen=True, tag="clock"):
    """The clock was moved."""

    clock: Clock


class FaultsEvent(Event, frozen=True, tag="faults"):
    """Faults were set, used up or cleared."""

    faults: Faults


class WebhookEvent(Event, frozen=True, tag="webhook"):
    """The webhook was set or removed, or a delivery failed or succeeded again."""

    webhook: Webhook


class TrafficEvent(Event, frozen=True, tag="traffic"):
    """A new line in the log."""

    entry: TrafficEntry


AnyEvent = (
    ResetEvent
    | BotEvent
    | PersonEvent
    | PersonRemovedEvent
    | ChatEvent
    | MessageEvent
    | MessagesDeletedEvent
    | DraftEvent
    | DraftEndedEvent
    | CallbackAnswerEvent
    | EphemeralEvent
    | WalletEvent
    | CheckoutEvent
    | SharedEvent
    | ClockEvent
    | FaultsEvent
    | WebhookEvent
    | TrafficEvent
)
