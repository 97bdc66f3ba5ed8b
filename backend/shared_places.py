"""A limited number of slots, shared fairly between people.

A free slot goes to the waiting person who holds the fewest, so requests queue behind the same
person's earlier ones only. Nobody may hold all slots, unless there is only one.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

EVERYBODY = 0
"""The owner of work that belongs to no person."""


class NoPlace(Exception):
    """No slot became free in time, or the person has too many requests waiting."""


class SharedPlaces:
    """Limits how much of something happens at once.

    Args:
        places: how many, for all people together.
        each: how many one person may hold.
        waiting_each: how many requests of one person may wait.
    """

    def __init__(self, places: int, each: int, waiting_each: int = 16) -> None:
        self._free = places
        self._each = each
        self._waiting_each = waiting_each
        self._held: Counter[int] = Counter()
        self._waiting: OrderedDict[int, deque[asyncio.Future[None]]] = OrderedDict()

    def held(self, user_id: int) -> int:
        """How many places a person holds."""
        return self._held[user_id]

    @asynccontextmanager
    async def place(self, user_id: int, wait_seconds: float) -> AsyncIterator[None]:
        """A place, after at most `wait_seconds`.

        Raises:
            NoPlace: before the body is entered.
        """
        await self._take(user_id, wait_seconds)
        try:
            yield
        finally:
            self._give_back(user_id)

    async def _take(self, user_id: int, wait_seconds: float) -> None:
        queue = self._waiting.setdefault(user_id, deque())
        if len(queue) >= self._waiting_each:
            raise NoPlace
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        self._hand_out()
        try:
            async with asyncio.timeout(wait_seconds):
                await asyncio.shield(turn)
        except BaseException as error:
            if turn.done():  # given in the same moment
                self._give_back(user_id)
            else:
                turn.cancel()
                self._forget(user_id, turn)
            if isinstance(error, TimeoutError):
                raise NoPlace from None
            raise

    def _give_back(self, user_id: int) -> None:
        self._held[user_id] -= 1
        if not self._held[user_id]:
            del self._held[user_id]
        self._free += 1
        self._hand_out()

    def _hand_out(self) -> None:
        """Give free places to those who wait: fewest held first, then who was served longest ago
        (the order of `_waiting`)."""
        while self._free:
            able = [who for who in self._waiting if self._held[who] < self._each]
            if not able:
                return
            who = min(able, key=self._held.__getitem__)
            turn = self._waiting[who].popleft()
            self._waiting.move_to_end(who)
            if not self._waiting[who]:
                del self._waiting[who]
            self._free -= 1
            self._held[who] += 1
            turn.set_result(None)

    def _forget(self, user_id: int, turn: asyncio.Future[None]) -> None:
        queue = self._waiting[user_id]
        queue.remove(turn)
        if not queue:
            del self._waiting[user_id]
