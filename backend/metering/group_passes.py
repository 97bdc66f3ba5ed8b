"""Passes of groups: messages that one member paid for and everybody in the group uses, for a time.

The pass that ends first is used first. A row belongs to whoever paid; once they are erased it goes
on without them, as an unopened gift does.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import hot
from backend.metering.tables import group_passes as passes


class GroupPass(Struct, frozen=True, kw_only=True):
    """A pass as it was paid for."""

    charge_id: str
    chat_id: int
    messages: int
    paid_at: datetime
    ends_at: datetime


class GroupMessages(Struct, frozen=True):
    """What all passes of a group have left together, and when the last of them ends."""

    left: int
    until: datetime


_OPEN = (
    passes.c.chat_id == sa.bindparam("chat"),
    passes.c.is_valid,
    passes.c.ends_at > sa.bindparam("now", type_=passes.c.ends_at.type),
    passes.c.used < passes.c.messages,
)
_LEFT = hot(
    sa.select(
        sa.func.sum(passes.c.messages - passes.c.used).label("left"),
        sa.func.max(passes.c.ends_at).label("until"),
    ).where(*_OPEN)
)
_FIRST = (
    sa.select(passes.c.charge_id)
    .where(*_OPEN)
    .order_by(passes.c.ends_at, passes.c.charge_id)
    .limit(1)
    .scalar_subquery()
)
# `used < messages` is looked at again once the row is locked: another member may have been faster.
_USE = hot(
    sa.update(passes)
    .where(passes.c.charge_id == _FIRST, passes.c.used < passes.c.messages)
    .values(used=passes.c.used + 1)
    .returning(passes.c.charge_id)
)
_RETURN = hot(
    sa.update(passes)
    .where(passes.c.charge_id == sa.bindparam("charge"), passes.c.used > 0)
    .values(used=passes.c.used - 1)
)


async def keep_pass(db: AsyncConnection, user_id: int, bought: GroupPass) -> None:
    """Open a pass that the person paid for."""
    values = {
        "user_id": user_id,
        "charge_id": bought.charge_id,
        "chat_id": bought.chat_id,
        "messages": bought.messages,
        "used": 0,
        "paid_at": bought.paid_at,
        "ends_at": bought.ends_at,
        "is_valid": True,
    }
    await db.execute(sa.insert(passes).values(**values))


async def void_pass(db: AsyncConnection, charge_id: str) -> None:
    """Its payment was given back: nothing more is taken from it."""
    this = passes.c.charge_id == charge_id
    await db.execute(sa.update(passes).where(this).values(is_valid=False))


async def group_messages(db: AsyncConnection, chat_id: int, now: datetime) -> GroupMessages | None:
    """What a group has at `now`; None if there is nothing."""
    row = (await db.execute(_LEFT, {"chat": chat_id, "now": now})).one()
    return None if row.left is None else GroupMessages(int(row.left), row.until)


async def use_pass(db: AsyncConnection, chat_id: int, now: datetime) -> str | None:
    """Count one message against a pass of the group; its charge, None if there is none any more."""
    used: str | None = (await db.execute(_USE, {"chat": chat_id, "now": now})).scalar_one_or_none()
    return used


async def return_to_pass(db: AsyncConnection, charge_id: str) -> None:
    """Give a message back to its pass."""
    await db.execute(_RETURN, {"charge": charge_id})


async def passes_of(db: AsyncConnection, user_id: int) -> Sequence[sa.Row[Any]]:
    """The valid passes that a person paid for."""
    mine = sa.select(passes).where(passes.c.user_id == user_id, passes.c.is_valid)
    return (await db.execute(mine)).all()


async def move_passes(db: AsyncConnection, chat_id: int, new: int) -> None:
    """The group is a supergroup now, under another id."""
    here = passes.c.chat_id == chat_id
    await db.execute(sa.update(passes).where(here).values(chat_id=new))
