"""Protocols for what billing needs of Telegram; the bot implements them, `fake.py` fakes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Invoice(Struct, frozen=True):
    """An invoice in Stars (createInvoiceLink with currency XTR and exactly one price).

    `payload` is 1–128 bytes that come back with every payment; `subscription_seconds` is
    Telegram's only period or None for a single payment.
    """

    title: str
    description: str
    payload: str
    stars: int
    subscription_seconds: int | None = None


class Payment(Struct, frozen=True):
    """`Message.successful_payment`, with the message's date and the update's id.

    `stars` is `total_amount`, `expires_at` is `subscription_expiration_date`, `first` is
    `is_first_recurring`.
    """

    charge_id: str
    payload: str
    currency: str
    stars: int
    at: datetime
    expires_at: datetime | None = None
    update_id: int | None = None
    first: bool = False


class Refund(Struct, frozen=True):
    """`Message.refunded_payment`, with the message's date."""

    charge_id: str
    payload: str
    stars: int
    at: datetime


class StarTransaction(Struct, frozen=True):
    """One row of getStarTransactions. Of a refund `id` is the payment's.

    `stars` and `nanostars` are positive; `incoming` says which way. `partner` is the type of
    the other side (user, fragment, affiliate_program, telegram_ads, telegram_api, chat, other);
    `transaction_type` is a user partner's. The commission is the affiliate's part.
    """

    id: str
    stars: int
    at: datetime
    incoming: bool
    partner: str
    nanostars: int = 0
    user_id: int | None = None
    transaction_type: str | None = None
    payload: str | None = None
    subscription_seconds: int | None = None
    commission_stars: int = 0
    commission_nanostars: int = 0


class StarBalance(Struct, frozen=True):
    """getMyStarBalance."""

    stars: int
    nanostars: int = 0


class Stars(Protocol):
    """Telegram's methods about Stars.

    Every method raises `StarsUnavailable` (with `retry_after` if Telegram gave one) when
    Telegram cannot be reached or is busy, and `StarsRefused` when it refuses permanently.
    """

    async def create_invoice_link(self, invoice: Invoice) -> str:
        """A link that `WebApp.openInvoice` and chats can open."""
        ...

    async def answer_pre_checkout(self, query_id: str, error: str | None) -> None:
        """Approve a payment, or refuse it with a text for the person; within 10 seconds."""
        ...

    async def refund(self, user_id: int, charge_id: str) -> None:
        """Give a payment back (refundStarPayment).

        Raises:
            ChargeAlreadyRefunded: it was given back before.
        """
        ...

    async def edit_subscription(self, user_id: int, charge_id: str, *, canceled: bool) -> None:
        """Stop renewing, or let the person renew again (editUserStarSubscription).

        `charge_id` is the first payment's (core.telegram.org/api/subscriptions).
        """
        ...

    async def transactions(self, offset: int, limit: int) -> Sequence[StarTransaction]:
        """The bot's transactions in order of time, `offset` of them skipped; `limit` 1–100."""
        ...

    async def balance(self) -> StarBalance:
        """The Stars that Telegram keeps for the bot."""
        ...


class Notice(Struct, frozen=True):
    """A message sent to a person in the chat once; `values` fill the catalogue's text."""

    user_id: int
    kind: str
    values: dict[str, str | int]

    @property
    def text_key(self) -> str:
        """The catalogue's key."""
        return f"billing.notice.{self.kind}"


class Notifier(Protocol):
    """Writes to a person in the bot's chat, in their language."""

    async def send(self, notice: Notice) -> None:
        """Send it.

        Raises:
            StarsUnavailable: not now; `retry_after` tells when.
            StarsRefused: never: the person blocked the bot or is gone.
        """
        ...
