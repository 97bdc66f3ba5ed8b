"""Waiting with a timeout. Before Python 3.12 `asyncio.wait_for` swallows a cancellation that
arrives together with the result, which would keep a server from stopping; `timeout` does not."""

import asyncio


async def wait_for_event(event: asyncio.Event, seconds: float) -> bool:
    """Whether `event` was set within `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
