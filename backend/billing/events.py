"""What happens to a person's plan, as a closed union; the inbox stores these as JSON.

`charge_id` is Telegram's `telegram_payment_charge_id`; `order_id` the invoice's payload.
`update_id` is Telegram's: it "allows you to … restore the correct update sequence, should they
get out of order" (Bot API, Update). It is None when reconciliation found the event.
"""

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from backend.billing.plans import Terms


class Paid(Struct, frozen=True, tag="paid"):
    """A payment for an order; a renewal is another payment, with its own charge, for the same.

    `expires_at` is Telegram's `subscription_expiration_date`, None for what does not renew or
    when reconciliation, which is not told, found the payment.
    """

    charge_id: str
    order_id: str
    terms: Terms
    at: datetime
    expires_at: datetime | None = None
    update_id: int | None = None


class Reversed(Struct, frozen=True, tag="reversed"):
    """The payment was given back: by us, or taken back by a store. It may come before it."""

    charge_id: str
    stars: int
    at: datetime
    reason: Literal["refund", "chargeback"] = "refund"


class Standing(Struct, frozen=True, tag="standing"):
    """`Update.subscription`: will the subscription renew? It says neither when nor which charge.

    `canceled` is not the loss of access: what is paid for stays to its end.
    """

    order_id: str
    state: Literal["canceled", "active", "failed"]
    update_id: int


class Stopped(Struct, frozen=True, tag="stopped"):
    """We asked Telegram not to renew (`canceled`), or to let the person renew again."""

    order_id: str
    canceled: bool
    at: datetime


class Granted(Struct, frozen=True, tag="granted"):
    """Time on a plan without a payment by this person: a trial, or a gift that was opened."""

    grant_id: str
    terms: Terms
    at: datetime


class Revoked(Struct, frozen=True, tag="revoked"):
    """A grant no longer holds: the gift's payment was given back."""

    grant_id: str
    at: datetime


Event: TypeAlias = Paid | Reversed | Standing | Stopped | Granted | Revoked

_DECODER = msgspec.json.Decoder(Event)


def encode(event: Event) -> str:
    """The event as the inbox stores it."""
    return msgspec.json.encode(event).decode()


def decode(text: str) -> Event:
    """The event that `encode` wrote."""
    event: Event = _DECODER.decode(text)
    return event
