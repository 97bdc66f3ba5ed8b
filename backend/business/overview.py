"""What the owner sees of their inbox: customers, and figures by day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.business import sealing
from backend.business.schemas import (
    Customer,
    CustomerChat,
    CustomerState,
    InboxDay,
    ReplyDraft,
)
from backend.business.tables import business_chats, business_days, business_drafts
from backend.db import Database, Vault, insert

MOST_CUSTOMERS: Final = 100
DAYS: Final = 30
"""For how many days figures are stored."""
A_DAY: Final = timedelta(days=1)

_CHAT, _DRAFT, _DAY = business_chats.c, business_drafts.c, business_days.c


class BusinessOverview:
    """The use cases. People can only see their own inbox."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def customers(self, user_id: int) -> list[Customer]:
        """The stored customers, at most a hundred, by their last message."""
        chats = sa.select(business_chats).where(_CHAT.user_id == user_id)
        waiting = _DRAFT.user_id == user_id, _DRAFT.state == "open"
        async with self._database.snapshot() as db:
            newest = chats.order_by(_CHAT.changed_at.desc()).limit(MOST_CUSTOMERS)
            rows = (await db.execute(newest)).all()
            if not rows:
                return []
            cipher = await self._vault.cipher(db, user_id)
            drafts = (await db.execute(sa.select(business_drafts).where(*waiting))).all()
        opened = {row.customer_id: sealing.to_draft(row, cipher) for row in drafts}
        now = self._clock()
        return [
            _customer(
                sealing.to_chat(row, cipher, now.date()),
                sealing.open_name(row, cipher),
                opened.get(row.customer_id),
                now,
            )
            for row in rows
        ]

    async def days(self, user_id: int) -> list[InboxDay]:
        """The days with figures, newest first."""
        mine = sa.select(business_days).where(_DAY.user_id == user_id)
        async with self._database.snapshot() as db:
            rows = (await db.execute(mine.order_by(_DAY.day.desc()).limit(DAYS))).all()
        return [to_day(row) for row in rows]

    async def count(self, user_id: int, **more: int) -> None:
        """Add to today's figures, by their names."""
        async with self._database.unit_of_work() as db:
            await count_day(db, user_id, self._clock(), **more)


async def count_day(db: AsyncConnection, user_id: int, now: datetime, **more: int) -> None:
    """Add to a day's figures, by their names."""
    row = {"user_id": user_id, "day": now.date(), **more}
    made = insert(db, business_days).values(row)
    sums = {name: business_days.c[name] + count for name, count in more.items()}
    await db.execute(made.on_conflict_do_update(index_elements=["user_id", "day"], set_=sums))


def to_day(row: Any) -> InboxDay:
    """A row of `business_days`."""
    return InboxDay(
        day=row.day,
        received=row.received,
        drafted=row.drafted,
        sent=row.sent,
        skipped=row.skipped,
        answered=row.answered,
        cost_micro_dollars=row.cost_micro_dollars,
    )


def _customer(chat: CustomerChat, name: str, draft: ReplyDraft | None, now: datetime) -> Customer:
    since = (now - A_DAY).timestamp()
    return Customer(
        id=chat.customer_id,
        name=name,
        state=_state(chat, draft, now),
        last=chat.history[-1].text if chat.history else "",
        heard_at=chat.heard_at,
        wrote=sum(one.customer and one.at > since for one in chat.history),
        answered=chat.answered,
        draft=draft,
    )


def _state(chat: CustomerChat, draft: ReplyDraft | None, now: datetime) -> CustomerState:
    if draft is not None:
        return "draft"
    if chat.paused_until is not None and chat.paused_until > now:
        return "paused"
    return "waiting" if chat.history and chat.history[-1].customer else "answered"
