"""Events of a person's plan, as a closed union; the inbox stores them as JSON.

`charge_id` is Telegram's `telegram_payment_charge_id`; `order_id` the invoice's payload.
`update_id` is Telegram's. It tells a repeat, and orders what was sent within a day or two of each
other; it begins anew "if there are no new updates for at least a week" (Bot API, Update), so that
times decide over longer stretches. It is None when reconciliation found the event.
"""

from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from backend.plans import Terms

OPERATOR_GRANT: Final = "operator:"
"""The id prefix of grants that an operator gave."""


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
    """A refund by us, or a chargeback by a store. It may arrive before the payment."""

    charge_id: str
    stars: int
    at: datetime
    reason: Literal["refund", "chargeback"] = "refund"


class RenewalState(Struct, frozen=True, tag="standing"):
    """`Update.subscription`: whether the subscription will renew. It has neither time nor charge.

    `canceled` does not end access, which lasts until the paid period ends.
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
    """Time on a plan, or messages, without a payment by this person: a trial, an opened gift, an
    operator's grant."""

    grant_id: str
    terms: Terms
    at: datetime


class Revoked(Struct, frozen=True, tag="revoked"):
    """A grant was revoked: the gift's payment was refunded, or an operator took it back."""

    grant_id: str
    at: datetime


Event: TypeAlias = Paid | Reversed | RenewalState | Stopped | Granted | Revoked

_DECODER = msgspec.json.Decoder(Event)


def encode(event: Event) -> str:
    """The event as the inbox stores it."""
    return msgspec.json.encode(event).decode()


def decode(text: str) -> Event:
    """The event that `encode` wrote."""
    event: Event = _DECODER.decode(text)
    return event
