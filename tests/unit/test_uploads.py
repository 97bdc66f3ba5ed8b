"""Places for uploads: stalled connections of a few people do not take all of them."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from backend.errors import RateLimited, ServerBusy
from backend.web.uploads import AT_ONCE, AT_ONCE_EACH, UploadPlaces


async def test_four_people_with_three_stalled_uploads_each_hold_nobody_up() -> None:
    """The fifth upload is let in at once, in the place of a stalled one."""
    places = UploadPlaces()
    ended: list[int] = []

    async def stall(user_id: int) -> None:
        try:
            async with places.place(user_id):
                await asyncio.Event().wait()
        except ServerBusy:
            ended.append(user_id)

    people = AT_ONCE // AT_ONCE_EACH
    stalled = [asyncio.ensure_future(stall(n)) for n in range(people) for _ in range(AT_ONCE_EACH)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    async with asyncio.timeout(30), places.place(100):
        assert len(ended) == 1
    for one in stalled:
        one.cancel()
    await asyncio.gather(*stalled, return_exceptions=True)


async def test_a_person_has_so_many_at_most() -> None:
    """More are refused at once."""
    places = UploadPlaces()
    async with AsyncExitStack() as held:
        for _ in range(AT_ONCE_EACH):
            await held.enter_async_context(places.place(1))
        with pytest.raises(RateLimited):
            await held.enter_async_context(places.place(1))


async def test_what_moves_is_not_let_go() -> None:
    """While every place has an upload that advances, a further person waits."""
    places = UploadPlaces(at_once=2, each=2)
    async with places.place(1) as first, places.place(2) as second:
        first.move()
        second.move()
        waiting = asyncio.ensure_future(places.place(3).__aenter__())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        waiting.cancel()
