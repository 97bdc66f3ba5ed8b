"""Gifts: bought by one person, opened by whoever has the code, void once refunded."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import notices, people
from backend.billing.events import Granted, Revoked
from backend.billing.people import Person
from backend.billing.tables import gifts
from backend.errors import GiftNotFound, GiftUsed
from backend.plans import Terms


async def store_gift(
    db: AsyncConnection, user_id: int, charge_id: str, terms: Terms, code: str, now: datetime
) -> None:
    """Store a paid gift, to be opened."""
    await db.execute(
        sa.insert(gifts).values(
            user_id=user_id,
            charge_id=charge_id,
            code=code,
            terms=msgspec.json.encode(terms).decode(),
            state="waiting",
            paid_at=now,
        )
    )


async def redeem(db: AsyncConnection, user_id: int, code: str, now: datetime) -> Terms:
    """Open a gift for a person: its time is added after what they have paid for themselves.

    Raises:
        GiftNotFound: no such code, or the gift's payment was given back.
        GiftUsed: somebody opened it already.
    """
    found = await _by_code(db, code)
    locked = {one: await people.lock(db, one) for one in sorted({found.user_id, user_id})}
    gift = await _by_code(db, code)
    if gift.state == "void":
        raise GiftNotFound()
    terms = msgspec.json.decode(gift.terms, type=Terms)
    if gift.state == "redeemed":
        if gift.recipient_id == user_id:
            return terms  # the same person pressed twice
        raise GiftUsed()
    await db.execute(
        sa.update(gifts)
        .where(gifts.c.user_id == gift.user_id, gifts.c.charge_id == gift.charge_id)
        .values(state="redeemed", recipient_id=user_id, redeemed_at=now)
    )
    event = Granted(_grant_id(gift.charge_id), terms, now)
    await people.record_event(db, locked[user_id], event, now)
    if gift.user_id != user_id:
        await notices.queue(db, gift.user_id, "gift_opened", gift.charge_id, now)
    return terms


async def lock_for_refund(
    db: AsyncConnection, user_id: int, charge_id: str, others: set[int]
) -> Person:
    """Lock the buyer, the recipient and `others`, in the global lock order."""
    wanted = {user_id, *others}
    if (gift := await _by_charge(db, charge_id)) is not None and gift.recipient_id is not None:
        wanted.add(gift.recipient_id)
    locked = {one: await people.lock(db, one) for one in sorted(wanted)}
    return locked[user_id]


async def void(db: AsyncConnection, charge_id: str, now: datetime) -> None:
    """Void a refunded gift: it cannot be opened, or its grant is revoked."""
    gift = await _by_charge(db, charge_id)
    if gift is None or gift.state == "void":
        return
    await db.execute(
        sa.update(gifts)
        .where(gifts.c.user_id == gift.user_id, gifts.c.charge_id == charge_id)
        .values(state="void")
    )
    if gift.recipient_id is not None:
        recipient = await people.lock(db, gift.recipient_id)
        await people.record_event(db, recipient, Revoked(_grant_id(charge_id), now), now)
        await notices.queue(db, gift.recipient_id, "gift_revoked", charge_id, now)


def _grant_id(charge_id: str) -> str:
    return f"gift:{charge_id}"


async def _by_code(db: AsyncConnection, code: str) -> "sa.Row[Any]":
    row = None
    if code.isascii() and "\0" not in code:
        row = (await db.execute(sa.select(gifts).where(gifts.c.code == code))).one_or_none()
    if row is None:
        raise GiftNotFound()
    return row


async def _by_charge(db: AsyncConnection, charge_id: str) -> "sa.Row[Any] | None":
    return (await db.execute(sa.select(gifts).where(gifts.c.charge_id == charge_id))).one_or_none()
