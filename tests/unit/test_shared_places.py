"""Shared places are given fairly, never more than there are, and none is lost."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.shared_places import NoPlace, SharedPlaces


async def test_nobody_waits_behind_somebody_elses_queue() -> None:
    """One person's ten waiting requests do not delay another's first."""
    places = SharedPlaces(2, each=2)
    order: list[int] = []
    begun = asyncio.Event()

    async def work(user_id: int) -> None:
        async with places.place(user_id, 5):
            order.append(user_id)
            begun.set()
            await asyncio.sleep(0)

    async with AsyncExitStack() as held:
        await held.enter_async_context(places.place(1, 1))
        await held.enter_async_context(places.place(1, 1))
        greedy = [asyncio.ensure_future(work(1)) for _ in range(10)]
        await asyncio.sleep(0)
        other = asyncio.ensure_future(work(2))
        await asyncio.sleep(0)
    await asyncio.gather(*greedy, other)
    assert order[0] == 2


async def test_a_person_holds_no_more_than_their_share() -> None:
    """One place stays free for somebody else, at once."""
    places = SharedPlaces(2, each=1)
    async with places.place(1, 1):
        with pytest.raises(NoPlace):
            async with places.place(1, 0.01):
                pass
        async with places.place(2, 0.01):
            pass


async def test_waiting_is_bounded() -> None:
    """A person's requests beyond that are refused at once."""
    places = SharedPlaces(1, each=1, waiting_each=2)
    async with places.place(1, 1):
        waiting = [asyncio.ensure_future(places.place(1, 5).__aenter__()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(NoPlace):
            await places.place(1, 5).__aenter__()
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    async with places.place(1, 0.01):
        pass


STEP = st.tuples(st.integers(1, 4), st.sampled_from(["enter", "leave", "cancel"]))


@given(st.lists(STEP, max_size=60))
def test_no_place_is_lost_or_made(steps: list[tuple[int, str]]) -> None:
    """The number of places stays right in any order of requests, ends and cancellations."""

    async def run() -> None:
        places = SharedPlaces(3, each=2, waiting_each=3)
        inside: list[tuple[int, asyncio.Event]] = []
        tasks: list[tuple[int, asyncio.Event, asyncio.Task[None]]] = []

        async def stay(user_id: int, leave: asyncio.Event) -> None:
            try:
                async with places.place(user_id, 60):
                    inside.append((user_id, leave))
                    try:
                        await leave.wait()
                    finally:
                        inside.remove((user_id, leave))
            except NoPlace:
                return

        for user_id, what in steps:
            mine = [one for one in tasks if one[0] == user_id]
            if what == "enter":
                leave = asyncio.Event()
                tasks.append((user_id, leave, asyncio.ensure_future(stay(user_id, leave))))
            elif mine and what == "leave":
                mine[0][1].set()
            elif mine:
                mine[-1][2].cancel()
            for _ in range(5):
                await asyncio.sleep(0)
            assert len(inside) <= 3
            assert all(places.held(who) <= 2 for who in range(1, 5))
        for _, leave, task in tasks:
            leave.set()
            task.cancel()
        await asyncio.gather(*(task for _, _, task in tasks), return_exceptions=True)
        async with places.place(1, 0.1), places.place(1, 0.1), places.place(2, 0.1):
            pass

    asyncio.run(run())
