"""GET /api/events: a person's devices are told at once what changes on the others.

Exercises backend/web/api/events.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from backend.settings import Settings
from backend.uuid7 import uuid7
from backend.web.person_streams import MAX_STREAMS
from tests.fixtures.app import ANN, EVE, Client, Running, running


class EventReader:
    """Reads the stream."""

    def __init__(self, response: Any) -> None:
        self.response = response

    async def next(self) -> dict[str, Any]:
        """The next event."""
        async with asyncio.timeout(30):
            async for line in self.response.content:
                if line.startswith(b"data: "):
                    event: dict[str, Any] = json.loads(line[6:])
                    return event
        raise AssertionError("it ended")


@asynccontextmanager
async def listening(client: Client) -> AsyncIterator[EventReader]:
    """A device that reads the stream."""
    async with client.request("GET", "/api/events") as response:
        assert response.status == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        ear = EventReader(response)
        assert await ear.next() == {"type": "ready"}
        yield ear


async def events_of_a_second_device(app: Running) -> list[dict[str, Any]]:
    """What a second device is sent while the first asks, renames and deletes."""
    first, second = await app.sign_in(ANN), await app.sign_in(ANN)
    conversation = str(uuid7())
    async with listening(second) as ear, listening(await app.sign_in(EVE)) as stranger:
        await first.ask("What is a monsoon?", conversation=conversation)
        heard = [await ear.next() for _ in range(3)]
        await first.call("PATCH", f"/api/conversations/{conversation}", {"title": "Rain"})
        heard.append(await ear.next())
        await first.call("DELETE", f"/api/conversations/{conversation}")
        heard.append(await ear.next())
        assert {event["conversationId"] for event in heard} == {conversation}
        other = str(uuid7())
        await app.container.nursery.start_task(_publish(app, other), name="test")
        assert (await stranger.next())["conversationId"] == other
    return heard


async def _publish(app: Running, conversation: str) -> None:
    client = await app.sign_in(EVE)
    await client.call("POST", "/api/conversations", {"id": conversation})


async def test_other_devices_are_told_what_happens(settings: Settings) -> None:
    """An answer begun and ended, its title, a new name, and a deletion; nothing to other people."""
    async with running(settings) as app:
        kinds = [
            (event["type"], event.get("state")) for event in await events_of_a_second_device(app)
        ]
    assert kinds[:2] == [("run", "running"), ("run", "complete")]
    assert kinds[2:] == [("conversation", None), ("conversation", None), ("removed", None)]


async def test_the_oldest_of_too_many_streams_is_closed(settings: Settings) -> None:
    """A person's open streams are limited, and nobody gets one without a session."""
    async with running(settings) as app:
        assert (await app.stranger.call("GET", "/api/events"))[0] == 401
        client = await app.sign_in(ANN)
        opened = [client.request("GET", "/api/events") for _ in range(MAX_STREAMS + 1)]
        responses = [await one.__aenter__() for one in opened]
        async with asyncio.timeout(30):
            with suppress(Exception):  # closed without an end
                await responses[0].content.read()
        newest = EventReader(responses[-1])
        assert await newest.next() == {"type": "ready"}
        for response in responses:
            response.close()
