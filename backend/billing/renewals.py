"""What renews: stopped and let go on again, by people and before refunds.

Telegram is asked outside transactions; what it agreed to is written down after it.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from msgspec import structs

from backend.billing import orders, people
from backend.billing.events import Stopped
from backend.billing.ports import Stars
from backend.billing.view import Subscription, view
from backend.db import Database
from backend.errors import StarsRefused, StarsUnavailable, SubscriptionNotFound

log = structlog.get_logger("tanya.billing")


class Renewals:
    """The renewals of people's subscriptions."""

    def __init__(self, database: Database, stars: Stars, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._stars = stars
        self._clock = clock

    async def cancel(self, user_id: int) -> Subscription:
        """Stop the renewal; access stays to the end of what is paid. Repeats change nothing.

        Raises:
            SubscriptionNotFound: nothing of the person's renews or could.
            StarsUnavailable: Telegram was not reached; it still renews.
        """
        return await self._edit(user_id, canceled=True)

    async def resume(self, user_id: int) -> Subscription:
        """Let the person renew again. Telegram's word that it does renew comes as an update.

        Raises:
            SubscriptionNotFound: there is no subscription that still runs.
            StarsUnavailable: Telegram was not reached.
        """
        return await self._edit(user_id, canceled=False)

    async def _edit(self, user_id: int, *, canceled: bool) -> Subscription:
        async with self._database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            found = orders.held_subscription(person.state, self._clock())
        if found is None:
            raise SubscriptionNotFound()
        if (found.renewal == "off") == canceled:
            return found
        await self._stars.edit_subscription(user_id, found.first_charge_id, canceled=canceled)
        now = self._clock()
        async with self._database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            event = Stopped(found.order_id, canceled, now)
            person = await people.hear(db, person, event, now) or person
            return orders.held_subscription(person.state, now) or _as_stopped(found, canceled)

    async def stop_others(self, user_id: int, order_id: str) -> None:
        """A subscription whose renewal failed must not come back to life beside a new one."""
        now = self._clock()
        async with self._database.snapshot() as db:
            seen = view(await people.load(db, user_id))
        for one in seen.subscriptions:
            if one.order_id != order_id and one.held_at(now) and not one.paid_at(now):
                try:
                    await self.stop_quietly(user_id, one)
                except StarsUnavailable:
                    log.warning("subscription_not_stopped")

    async def stop_quietly(self, user_id: int, subscription: Subscription) -> None:
        """A refund does not clearly stop the renewal, so we do; one that ended cannot be."""
        try:
            await self._stars.edit_subscription(
                user_id, subscription.first_charge_id, canceled=True
            )
        except StarsRefused:
            log.info("subscription_not_stopped")
            return
        now = self._clock()
        async with self._database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            await people.hear(db, person, Stopped(subscription.order_id, True, now), now)

    async def stop_all(self, user_id: int) -> None:
        """Stop everything that renews, before a person is forgotten.

        Raises:
            StarsUnavailable: Telegram was not reached; forget the person later.
        """
        async with self._database.snapshot() as db:
            seen = view(await people.load(db, user_id))
        for subscription in seen.subscriptions:
            if subscription.renewal != "off":
                await self.stop_quietly(user_id, subscription)


def _as_stopped(subscription: Subscription, canceled: bool) -> Subscription:
    """A subscription in its grace is held no more once it is stopped."""
    return structs.replace(subscription, renewal="off") if canceled else subscription
