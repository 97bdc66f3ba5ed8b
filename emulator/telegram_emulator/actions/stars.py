"""What a person does with Stars."""

from typing import Annotated, Literal

import msgspec

from telegram_emulator.actions.base import Action


class TopUp(Action, frozen=True, tag="topUp"):
    """Adds Stars to a person's wallet."""

    person_id: int
    stars: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class OpenInvoice(Action, frozen=True, tag="openInvoice"):
    """The sheet of a link's slug (`t.me/$slug`, `t.me/invoice/slug` or the bare slug), or of the
    invoice in message `message_id`. → `InvoiceOpened`; give its `sheet.slug` to `PayInvoice`"""

    person_id: int
    slug: str | None = None
    message_id: int | None = None


class PayInvoice(Action, frozen=True, tag="payInvoice"):
    """Closes the payment sheet. "pay" asks the bot (pre_checkout_query, up to 10 s) and takes the
    Stars; "cancel" closes it; "fail" fails at Telegram without asking; "pending" answers at once
    and is settled later by `SettlePending`. → `InvoiceClosed`"""

    person_id: int
    slug: str
    outcome: Literal["pay", "cancel", "fail", "pending"]


class SettlePending(Action, frozen=True, tag="settlePending"):
    """Completes a pending payment (asking the bot as above) or fails it. → `InvoiceClosed`"""

    checkout_id: str
    paid: bool


class SetSubscription(Action, frozen=True, tag="setSubscription"):
    """Cancels or resumes a subscription in Telegram's own settings."""

    person_id: int
    subscription_id: str
    canceled: bool


class Chargeback(Action, frozen=True, tag="chargeback"):
    """The store takes a payment back: the bot's balance falls, and no update is sent."""

    person_id: int
    charge_id: str


class BuyPaidMedia(Action, frozen=True, tag="buyPaidMedia"):
    """Unlocks the paid media of a message; the bot is told if it gave a payload."""

    person_id: int
    message_id: int
    chat_id: int | None = None
