"""Everything the page can do: `POST /emulator/actions` takes one of these, tagged by `type`.

The answer is 200 with the result named in the action's docstring, tagged by `type` too
(`Done` where nothing is named), or problem details `emulator_refused` with `reason`, a word from
Telegram's vocabulary or a sentence for the log. What follows from an action arrives as events.
Device and secure storage, sensors, popups and the like need no server: the page keeps them.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from backend.emulator.schemas import (
    ApiFaultKind,
    BotApi,
    CheckoutStatus,
    InvoiceSheet,
    Person,
    UpdateFaultKind,
)

Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Action(
    msgspec.Struct, frozen=True, rename="camel", tag_field="type", forbid_unknown_fields=True
):
    """Base of the union."""


# People


class SavePerson(Action, frozen=True, tag="savePerson"):
    """Adds a person, or changes the one with the same id (id 0: a new id). → `Saved`"""

    person: Person


class RemovePerson(Action, frozen=True, tag="removePerson"):
    """Forgets a person with chat, wallet and storage."""

    person_id: int


# The chat


class PressStart(Action, frozen=True, tag="pressStart"):
    """The Start button, or a deep link `t.me/bot?start=parameter` (A-Z a-z 0-9 _ -, up to 64)."""

    person_id: int
    parameter: str | None = None


class SendText(Action, frozen=True, tag="sendText"):
    """The person writes. Commands, links, mentions and hashtags become entities as in Telegram.
    Texts over 4096 UTF-16 units are sent in pieces, as clients do."""

    person_id: int
    text: str
    reply_to: int | None = None


class SendFile(Action, frozen=True, tag="sendFile"):
    """The person sends a file; `data` is base64. Photos may give their size in pixels, voice and
    video their length in seconds."""

    person_id: int
    kind: Literal["photo", "document", "voice", "audio", "video"]
    file_name: str
    media_type: str
    data: bytes
    caption: str = ""
    width: int = 0
    height: int = 0
    duration: int = 0


class EditText(Action, frozen=True, tag="editText"):
    """The person edits a message of their own."""

    person_id: int
    message_id: int
    text: str


class DeleteMessages(Action, frozen=True, tag="deleteMessages"):
    """The person deletes messages for both sides; the bot is not told (as in Telegram).
    Without ids the whole history goes."""

    person_id: int
    message_ids: list[int] | None = None


class PressButton(Action, frozen=True, tag="pressButton"):
    """A callback button under `message_id`. → `CallbackStarted`, then a `callbackAnswer` event.
    Links, web_app, copy_text and switch_inline buttons are the page's own; `pay` buttons open the
    invoice sheet."""

    person_id: int
    message_id: int
    data: str


class StopDraft(Action, frozen=True, tag="stopDraft"):
    """The stop button of a draft."""

    person_id: int
    draft_id: int


class ShareContact(Action, frozen=True, tag="shareContact"):
    """A `request_contact` keyboard button, or the phone request of a Mini App, when agreed to."""

    person_id: int


class BlockBot(Action, frozen=True, tag="blockBot"):
    """Blocks or unblocks the bot (`my_chat_member` update; sends then fail with 403)."""

    person_id: int
    blocked: bool


# Inline, guest and shared messages


class InlineQuery(Action, frozen=True, tag="inlineQuery"):
    """`@bot query` typed somewhere. Waits up to 10 s. → `InlineAnswer`"""

    person_id: int
    query: str
    offset: str = ""


class ChooseInlineResult(Action, frozen=True, tag="chooseInlineResult"):
    """Sends a result of the last inline query to `to` (any chat's name). → `Shared`"""

    person_id: int
    query: str
    result_id: str
    to: str


class SendGuestMessage(Action, frozen=True, tag="sendGuestMessage"):
    """Mentions the bot in a chat it is no member of. Its answer comes as a `shared` event."""

    person_id: int
    chat_title: str
    text: str


class ReadPreparedMessage(Action, frozen=True, tag="readPreparedMessage"):
    """The preview for `web_app_send_prepared_message`. → `PreparedMessage`; refused with
    MESSAGE_EXPIRED as the `prepared_message_failed` event names it."""

    person_id: int
    id: str


class SendPreparedMessage(Action, frozen=True, tag="sendPreparedMessage"):
    """Shares it with `to` (any chat's name). → `Shared`"""

    person_id: int
    id: str
    to: str


# The Mini App


class Launch(Action, frozen=True, tag="launch"):
    """Makes a launch URL with the fragment of core.telegram.org/api/web-events. → `Launched`

    `source` decides what init data holds: "keyboard" and "inline" give empty init data, as
    Telegram does. "menu" needs no `url` (the menu button's is taken), "direct" neither (the main
    Mini App of the menu button, with `start_param`). "inlineButton" needs the button's `url`.
    `age_seconds` backdates `auth_date`, `forged` breaks the signature: what a careful server
    must refuse.
    """

    person_id: int
    source: Literal["menu", "inlineButton", "keyboard", "inline", "direct", "attachment"]
    platform: str
    version: str
    theme_params: dict[str, str]
    url: str | None = None
    start_param: str | None = None
    default_colors: dict[str, str] | None = None
    fullscreen: bool = False
    show_settings: bool = False
    chat_type: str | None = None
    age_seconds: int = 0
    forged: bool = False


class InvokeCustomMethod(Action, frozen=True, tag="invokeCustomMethod"):
    """`web_app_invoke_custom_method`: saveStorageValue, getStorageValues, deleteStorageValues,
    getStorageKeys, getRequestedContact, getCurrentTime. → `CustomMethodInvoked`"""

    person_id: int
    method: str
    params: Any


class AllowWriteAccess(Action, frozen=True, tag="allowWriteAccess"):
    """The person agreed to `web_app_request_write_access`."""

    person_id: int


class SendWebAppData(Action, frozen=True, tag="sendWebAppData"):
    """`web_app_data_send` of an app opened from a keyboard button (up to 4096 bytes)."""

    person_id: int
    button_text: str
    data: str


# Stars


class TopUp(Action, frozen=True, tag="topUp"):
    """Puts Stars into a person's wallet."""

    person_id: int
    stars: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class OpenInvoice(Action, frozen=True, tag="openInvoice"):
    """The sheet of a link's slug (`t.me/$slug`, `t.me/invoice/slug` or the bare slug), or of the
    invoice in message `message_id`. → `InvoiceOpened`; give its `sheet.slug` to `PayInvoice`"""

    person_id: int
    slug: str | None = None
    message_id: int | None = None


class PayInvoice(Action, frozen=True, tag="payInvoice"):
    """Ends the sheet. "pay" asks the bot (pre_checkout_query, up to 10 s) and takes the Stars;
    "cancel" closes; "fail" fails at Telegram without asking; "pending" answers at once and is
    settled later by `SettlePending`. → `InvoiceClosed`"""

    person_id: int
    slug: str
    outcome: Literal["pay", "cancel", "fail", "pending"]


class SettlePending(Action, frozen=True, tag="settlePending"):
    """Lets a pending payment go through (asking the bot as above) or fail. → `InvoiceClosed`"""

    checkout_id: str
    paid: bool


class SetSubscription(Action, frozen=True, tag="setSubscription"):
    """Cancels or takes up a subscription in Telegram's own settings."""

    person_id: int
    subscription_id: str
    canceled: bool


class Chargeback(Action, frozen=True, tag="chargeback"):
    """The store takes a payment back: the bot's balance falls, no update tells of it."""

    person_id: int
    charge_id: str


# Time and faults


class AdvanceClock(Action, frozen=True, tag="advanceClock"):
    """Travels forward, doing what falls due on the way: renewals, expiries. → `Advanced`"""

    days: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 0
    seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0


class SetUpdateFault(Action, frozen=True, tag="setUpdateFault"):
    """Delivers the next `count` updates (of `update_types`; empty: all) twice, `seconds` late,
    swapped with the next one, or not at all."""

    kind: UpdateFaultKind
    count: Count = 1
    seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 0
    update_types: list[str] = []


class SetApiFault(Action, frozen=True, tag="setApiFault"):
    """Answers the next `count` calls of `method` (null: any but getUpdates) with 429 and
    `retry_after`, with 500, or not at all ("timeout": carried out, but the answer never comes)."""

    kind: ApiFaultKind
    count: Count = 1
    method: str | None = None
    retry_after: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 5


class SetWebhookDown(Action, frozen=True, tag="setWebhookDown"):
    """Cuts the way to the webhook: deliveries fail and are retried."""

    down: bool


class SetFlood(Action, frozen=True, tag="setFlood"):
    """Turns the limit of about one message a second and chat on or off."""

    enabled: bool


class ClearFaults(Action, frozen=True, tag="clearFaults"):
    """Ends every fault; held-back updates go out now."""


class ResetWorld(Action, frozen=True, tag="resetWorld"):
    """Forgets everything: first people, empty chats, real time."""


AnyAction = (
    SavePerson
    | RemovePerson
    | PressStart
    | SendText
    | SendFile
    | EditText
    | DeleteMessages
    | PressButton
    | StopDraft
    | ShareContact
    | BlockBot
    | InlineQuery
    | ChooseInlineResult
    | SendGuestMessage
    | ReadPreparedMessage
    | SendPreparedMessage
    | Launch
    | InvokeCustomMethod
    | AllowWriteAccess
    | SendWebAppData
    | TopUp
    | OpenInvoice
    | PayInvoice
    | SettlePending
    | SetSubscription
    | Chargeback
    | AdvanceClock
    | SetUpdateFault
    | SetApiFault
    | SetWebhookDown
    | SetFlood
    | ClearFaults
    | ResetWorld
)


class Result(msgspec.Struct, frozen=True, rename="camel", tag_field="type"):
    """Base of what actions answer."""


class Done(Result, frozen=True, tag="done"):
    """It happened."""


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
    """The message is on its way."""

    inline_message_id: str


class Launched(Result, frozen=True, tag="launched"):
    """Load `url` in the frame. `init_data` is the signed string inside, for the log."""

    url: str
    init_data: str
    query_id: str | None = None


class CustomMethodInvoked(Result, frozen=True, tag="customMethodInvoked"):
    """What `custom_method_invoked` carries: `error` where it is set, else `result`."""

    result: Any = None
    error: str | None = None


class InvoiceOpened(Result, frozen=True, tag="invoiceOpened"):
    """Show the sheet."""

    sheet: InvoiceSheet


class InvoiceClosed(Result, frozen=True, tag="invoiceClosed"):
    """What `invoice_closed` carries, and the word to show where it failed."""

    checkout_id: str
    slug: str
    status: CheckoutStatus
    error: str | None = None


class Advanced(Result, frozen=True, tag="advanced"):
    """The new time and how many renewals were tried on the way."""

    now: datetime
    renewals: int


AnyResult = (
    Done
    | Saved
    | CallbackStarted
    | InlineAnswer
    | PreparedMessage
    | Shared
    | Launched
    | CustomMethodInvoked
    | InvoiceOpened
    | InvoiceClosed
    | Advanced
)
