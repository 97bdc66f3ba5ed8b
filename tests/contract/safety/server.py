"""A server that speaks OpenAI's moderations: flags what its rules say, and keeps what came."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class ModerationServer:
    """Flags a text for a category if it holds the category's word."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words
        self.status = 200
        self.body: Any = None
        self.received: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.base_url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Keep and answer."""
        raw = await request.read()
        self.received.append(raw)
        self.headers.append(dict(request.headers))
        body = self.body
        if body is None:
            texts = json.loads(raw)["input"]
            body = {"id": "modr-1", "model": "m", "results": [*map(self._result, texts)]}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return web.Response(status=self.status, body=data, content_type="application/json")

    def _result(self, given: Any) -> dict[str, Any]:
        text = given if isinstance(given, str) else _pixels(given)
        categories = {name: word in text for name, word in self.words.items()}
        return {"flagged": any(categories.values()), "categories": categories}


def _pixels(given: Any) -> str:
    """A picture's bytes as text: these pictures hold words."""
    _, encoded = given["image_url"]["url"].split(",")
    return base64.b64decode(encoded).decode("latin-1")


@asynccontextmanager
async def moderating(words: Mapping[str, str]) -> AsyncIterator[ModerationServer]:
    """The server, listening on this machine."""
    server = ModerationServer(words)
    runner = web.ServerRunner(web.Server(server.handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.base_url = site.name + "/v1"
    yield server
    await runner.cleanup()
