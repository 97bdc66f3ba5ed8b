"""Results of actions."""

from datetime import datetime
from typing import Any

from telegram_emulator.actions.base import Result
from telegram_emulator.schemas import BotApi, CheckoutStatus, InvoiceSheet, Person


class Done(Result, frozen=True, tag="done"):
    """The action was carried out."""


class Saved(Result, frozen=True, tag="saved"):
    """The person with the id given."""

    person: Person


class CallbackStarted(Result, frozen=True, tag="callbackStarted"):
    """Show a spinner until `callbackAnswer` with this id."""

    callback_id: str


class InlineAnswer(Result, frozen=True, tag="inlineAnswer"):
    """The bot's inline results (`InlineQueryResult`s); `button` an `InlineQueryResultsButton`."""

    results: list[BotApi]
    next_offset: str
    button: BotApi | None = None


class PreparedMessage(Result, frozen=True, tag="preparedMessage"):
    """A prepared message before it is sent; `allowed` names kinds of chats: user bot group
    channel."""

    id: str
    text: str
    result: BotApi
    allowed: list[str]
    expires_at: datetime


class Shared(Result, frozen=True, tag="shared"):
    """The message was sent."""

    inline_message_id: str


class Launched(Result, frozen=True, tag="launched"):
    """Load `url` in the frame. `init_data` is the signed string inside, for the log."""

    url: str
    init_data: str
    query_id: str | None = None


class MiniAppServed(Result, frozen=True, tag="miniAppServed"):
    """The loopback port on which the app's addresses work, under the page's own host name."""

    port: int


class CustomMethodInvoked(Result, frozen=True, tag="customMethodInvoked"):
    """The fields of `custom_method_invoked`: `error` if it is set, else `result`."""

    result: Any = None
    error: str | None = None


class InvoiceOpened(Result, frozen=True, tag="invoiceOpened"):
    """Show the sheet."""

    sheet: InvoiceSheet


class InvoiceClosed(Result, frozen=True, tag="invoiceClosed"):
    """The fields of `invoice_closed`, and the reason to show if it failed."""

    checkout_id: str
    slug: str
    status: CheckoutStatus
    error: str | None = None


class Advanced(Result, frozen=True, tag="advanced"):
    """The new time and how many renewals were attempted meanwhile."""

    now: datetime
    renewals: int


class GroupCreated(Result, frozen=True, tag="groupCreated"):
    """The group's id."""

    chat_id: int


class TopicCreated(Result, frozen=True, tag="topicCreated"):
    """The topic's `message_thread_id`."""

    thread_id: int


class BusinessConnected(Result, frozen=True, tag="businessConnected"):
    """The connection's id."""

    connection_id: str


class WidgetAnswer(Result, frozen=True, tag="widgetAnswer"):
    """The bot's answer to the widget."""

    data: str
