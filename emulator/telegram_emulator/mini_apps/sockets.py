"""Relays web sockets through the proxy, for example a development server's hot reload."""

import asyncio
from collections.abc import Mapping

import aiohttp
from aiohttp import WSMsgType, web
from yarl import URL

Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


async def relay(
    request: web.Request, session: aiohttp.ClientSession, target: URL, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Connect the browser's socket to the app server's, until either closes."""
    offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    protocols = [name.strip() for name in offered if name.strip()]
    try:
        upstream = await session.ws_connect(
            target, protocols=protocols, headers=headers, max_msg_size=0, autoping=False
        )
    except aiohttp.WSServerHandshakeError as error:
        return web.Response(status=error.status)
    async with upstream:
        chosen = [upstream.protocol] if upstream.protocol else []
        browser = web.WebSocketResponse(protocols=chosen, max_msg_size=0, autoping=False)
        await browser.prepare(request)
        await asyncio.gather(_pump(browser, upstream), _pump(upstream, browser))
        return browser


async def _pump(source: Socket, target: Socket) -> None:
    async for message in source:
        if target.closed:
            return
        match message.type:
            case WSMsgType.TEXT:
                await target.send_str(message.data)
            case WSMsgType.BINARY:
                await target.send_bytes(message.data)
            case WSMsgType.PING:
                await target.ping(message.data)
            case WSMsgType.PONG:
                await target.pong(message.data)
    code = source.close_code
    await target.close(code=code if code and 1000 <= code < 5000 and code != 1006 else 1000)
