"""Renewals: stopped and resumed by the person, and stopped before their erasure.

Telegram is called outside transactions; the result is recorded afterwards. It is called every time,
whatever we have stored, since an update about the subscription may have been lost.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from msgspec import structs

from backend.billing import orders, people, stops
from backend.billing.events import Stopped
from backend.billing.ports import Stars
from backend.billing.view import Subscription, view
from backend.db import Database
from backend.errors import StarsRefused, SubscriptionNotFound

log = structlog.get_logger("tanya.billing")


class Renewals:
    """The renewals of people's subscriptions."""

    def __init__(self, database: Database, stars: Stars, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._stars = stars
        self._clock = clock

    async def cancel(self, user_id: int, order_id: str | None = None) -> Subscription:
        """Stop a renewal; access stays to the end of what is paid. Safe to repeat.

        `order_id` is the subscription's; None: the one that the person sees first.

        Raises:
            SubscriptionNotFound: the person has no such subscription that runs.
            StarsUnavailable: Telegram was not reached; it still renews.
            StarsRefused: Telegram knows no such subscription.
        """
        return await self._edit(user_id, order_id, canceled=True)

    async def resume(self, user_id: int, order_id: str | None = None) -> Subscription:
        """Let the person renew again. Telegram's word that it does renew comes as an update.

        Raises:
            SubscriptionNotFound: the person has no such subscription that runs.
            StarsUnavailable: Telegram was not reached.
            StarsRefused: Telegram knows no such subscription.
        """
        return await self._edit(user_id, order_id, canceled=False)

    async def _edit(self, user_id: int, order_id: str | None, *, canceled: bool) -> Subscription:
        async with self._database.snapshot() as db:
            state = await people.load(db, user_id)
        found = orders.held_subscription(state, self._clock(), order_id)
        if found is None:
            raise SubscriptionNotFound()
        await self._stars.edit_subscription(user_id, found.first_charge_id, canceled=canceled)
        if (found.renewal == "off") == canceled:
            return found
        now = self._clock()
        async with self._database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            person = (
                await people.record_event(db, person, Stopped(found.order_id, canceled, now), now)
                or person
            )
            if not canceled:
                await stops.forget_stop(db, user_id, found.order_id)
        edited = orders.held_subscription(person.state, now, found.order_id)
        return edited or structs.replace(found, renewal="off" if canceled else found.renewal)

    async def stop_all(self, user_id: int) -> None:
        """Stop all renewals before a person's erasure.

        Raises:
            StarsUnavailable: Telegram was not reached; erase the person later.
        """
        async with self._database.snapshot() as db:
            seen = view(await people.load(db, user_id))
        for subscription in seen.subscriptions:
            if subscription.renewal != "off" or subscription.paid_at(self._clock()):
                await self._stop(user_id, subscription)

    async def _stop(self, user_id: int, subscription: Subscription) -> None:
        try:
            await self._stars.edit_subscription(
                user_id, subscription.first_charge_id, canceled=True
            )
        except StarsRefused:
            log.info("subscription_not_stopped")  # it is over: nothing can renew it
            return
        now = self._clock()
        async with self._database.unit_of_work() as db:
            person = await people.lock(db, user_id)
            await people.record_event(db, person, Stopped(subscription.order_id, True, now), now)
