"""Plans that one member pays for a whole group."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import notices, orders
from backend.billing.orders import Order
from backend.billing.ports import Payment
from backend.db import Database
from backend.metering import GroupMessages, GroupPass, group_passes


class GroupPlans:
    """The use cases."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def left(self, chat_id: int) -> GroupMessages | None:
        """What is left of the plans paid for a group; None if there is nothing."""
        async with self._database.snapshot() as db:
            return await group_passes.group_messages(db, chat_id, self._clock())

    async def move(self, chat_id: int, new: int) -> None:
        """Move what is paid, or being paid, to the supergroup that the group became."""
        async with self._database.unit_of_work() as db:
            await orders.move_group(db, chat_id, new)
            await group_passes.move_passes(db, chat_id, new)


async def open_for_group(
    db: AsyncConnection, user_id: int, order: Order, payment: Payment, now: datetime
) -> None:
    """Open a paid plan for a group from the moment of payment, and queue the receipt."""
    assert order.chat_id is not None
    ends_at = payment.at + timedelta(seconds=order.terms.seconds)
    bought = GroupPass(
        charge_id=payment.charge_id,
        chat_id=order.chat_id,
        messages=order.terms.credits,
        paid_at=payment.at,
        ends_at=ends_at,
    )
    await group_passes.keep_pass(db, user_id, bought)
    await notices.queue(
        db,
        user_id,
        "receipt_group",
        payment.charge_id,
        now,
        stars=payment.stars,
        plan=order.terms.plan_id,
        date=ends_at.isoformat(),
    )
