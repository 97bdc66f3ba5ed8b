"""Refunds by the operator, and distinguishing them from chargebacks.

A mark records when we requested a refund, so that reconciliation recognises it if we crash before
booking it. A refusal removes the mark: a later chargeback is the store's.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.ports import Stars
from backend.billing.tables import inbox
from backend.db import Database, insert
from backend.errors import ChargeAlreadyRefunded, PaymentNotFound, StarsRefused
from backend.ledger import ledger, movements

log = structlog.get_logger("tanya.billing")

# Not an event: a mark in the inbox. Its text is the list of the moments at which we asked.
ASKED = "refund_asked"
ANSWERED_WITHIN = timedelta(minutes=10)
"""How long after asking Telegram may date the refund that we asked for."""


class ChargeRefund(Struct, frozen=True):
    """What Telegram answered: refunded at our asking, or before it (`was_refunded`)."""

    user_id: int
    order_id: str
    stars: int
    was_refunded: bool


async def refund_charge(
    database: Database,
    stars: Stars,
    clock: Callable[[], datetime],
    charge_id: str,
    payer: int | None,
) -> ChargeRefund:
    """Request a refund from Telegram. Nothing else changes until it confirms.

    `payer` is needed only for somebody who was erased: of others it is known, and must be right.

    Raises:
        PaymentNotFound: the books hold no such payment, or not by this person.
        StarsUnavailable: Telegram was not reached; whether it refunded, reconciliation finds out.
        StarsRefused: Telegram refused; nothing was changed.
    """
    asked_at = clock()
    async with database.unit_of_work() as db:
        user_id, order_id = await payer_of(db, charge_id, payer)
        amount = await _paid_stars(db, charge_id)
        await _mark(db, user_id, charge_id, asked_at)
    was_refunded = False
    try:
        await stars.refund(user_id, charge_id)
    except ChargeAlreadyRefunded:
        was_refunded = True
    except StarsRefused:
        async with database.unit_of_work() as db:
            await _unmark(db, user_id, charge_id, asked_at)
        raise
    return ChargeRefund(user_id, order_id, amount, was_refunded)


async def is_ours(db: AsyncConnection, charge_id: str, refunded_at: datetime) -> bool:
    """Whether a refund that Telegram dates so answers one of our requests."""
    return any(
        asked - timedelta(minutes=1) <= refunded_at <= asked + ANSWERED_WITHIN
        for asked in await _asked(db, charge_id)
    )


async def payer_of(db: AsyncConnection, charge_id: str, given: int | None) -> tuple[int, str]:
    """Who paid a charge, and for which order; "" if that is not known any more.

    Raises:
        PaymentNotFound: nobody did, or somebody else than was given.
    """
    row = (
        await db.execute(
            sa.select(inbox.c.user_id, inbox.c.event).where(
                inbox.c.kind == "payment", inbox.c.reference == charge_id
            )
        )
    ).one_or_none()
    if row is None and given is not None:
        return given, ""
    if row is None or given not in (None, row.user_id):
        raise PaymentNotFound()
    return int(row.user_id), str(msgspec.json.decode(row.event)["order_id"])


async def _paid_stars(db: AsyncConnection, charge_id: str) -> int:
    for entry in await ledger.entries_of(db, "payment", charge_id):
        if entry.account == movements.TELEGRAM:
            return entry.amount
    raise PaymentNotFound()


async def _asked(db: AsyncConnection, charge_id: str) -> list[datetime]:
    text = await db.scalar(
        sa.select(inbox.c.event).where(inbox.c.kind == ASKED, inbox.c.reference == charge_id)
    )
    return msgspec.json.decode(text, type=list[datetime]) if text else []


async def _mark(db: AsyncConnection, user_id: int, charge_id: str, at: datetime) -> None:
    await _write(db, user_id, charge_id, [*await _asked(db, charge_id), at])


async def _unmark(db: AsyncConnection, user_id: int, charge_id: str, at: datetime) -> None:
    left = [one for one in await _asked(db, charge_id) if one != at]
    await _write(db, user_id, charge_id, left)


async def _write(db: AsyncConnection, user_id: int, charge_id: str, asked: list[datetime]) -> None:
    if not asked:
        await db.execute(
            sa.delete(inbox).where(inbox.c.kind == ASKED, inbox.c.reference == charge_id)
        )
        return
    event = msgspec.json.encode(asked).decode()
    statement = insert(db, inbox).values(
        user_id=user_id,
        kind=ASKED,
        reference=charge_id,
        event=event,
        refusal=ASKED,
        received_at=asked[-1],
    )
    key = ["user_id", "kind", "reference"]
    await db.execute(statement.on_conflict_do_update(index_elements=key, set_={"event": event}))
