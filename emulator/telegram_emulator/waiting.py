"""Waiting with an end. `asyncio.wait_for` swallows a cancellation that comes together with the
awaited thing (Python before 3.12), which would keep a server from stopping; `timeout` does not."""

import asyncio


async def wait_for_event(event: asyncio.Event, seconds: float) -> bool:
    """Whether `event` came within `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
