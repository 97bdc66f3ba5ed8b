"""The fetcher against hostile servers: redirects, private addresses, floods, delays, lies."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address

import pytest
from aiohttp import web
from yarl import URL

from backend.errors import (
    PageForbidden,
    PageNotRead,
    PageTimedOut,
    PageTooLarge,
    PageUnreachable,
    PageUnsupported,
)
from backend.files.addresses import Address
from backend.files.fetch import MAX_BYTES, MAX_REDIRECTS, Fetcher
from backend.files.urls import check_url
from tests.fixtures.ports import free_port
from tests.security.files.test_ssrf import FakeNames

BOMB = gzip.compress(b"\0" * 40_000_000)
PUBLIC, PRIVATE = "127.0.0.2", "127.0.0.1"
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Web:
    """A server that listens on one port of both addresses: one plays a public machine, the other
    one behind the walls. `asked` keeps the address and path of every request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        self.answer: Handler = _hello

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Note and answer."""
        assert request.transport is not None
        self.asked.append((request.transport.get_extra_info("sockname")[0], request.path))
        self.headers = dict(request.headers)
        return await self.answer(request)

    def fetcher(self, names: FakeNames, seconds: float = 5.0) -> Fetcher:
        """The real fetcher, to which only the one address counts as public."""
        return Fetcher(names, permitted=_permitted, check=self._check, seconds=seconds)

    def _check(self, text: str) -> URL:
        """As `check_url`, but for this server's port."""
        return check_url(text.replace(f":{self.port}", "")).with_port(self.port)


def _permitted(address: Address) -> bool:
    return address == IPv4Address(PUBLIC)


async def _hello(_: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text="<p>hello</p>", content_type="text/html")


@asynccontextmanager
async def serve() -> AsyncIterator[Web]:
    """The server."""
    port = free_port()
    sockets = [socket.create_server((address, port)) for address in (PUBLIC, PRIVATE)]
    server = Web(port)
    runner = web.ServerRunner(web.Server(server.handle))
    await runner.setup()
    for each in sockets:
        await web.SockSite(runner, each).start()
    try:
        yield server
    finally:
        await runner.cleanup()


@pytest.fixture
async def server() -> AsyncIterator[Web]:
    """The server, for one test."""
    async with serve() as running:
        yield running


async def test_a_page_is_fetched(server: Web) -> None:
    """An ordinary page is read; the request says nothing about the person or the server."""
    names = FakeNames(news_site_com=[PUBLIC])
    page = await server.fetcher(names).fetch("http://news.site.com/a?b=1#c")
    assert (page.media_type, page.charset, page.content) == (
        "text/html",
        "utf-8",
        b"<p>hello</p>",
    )
    assert server.asked == [(PUBLIC, "/a")]
    assert set(server.headers) <= {
        *("Host", "User-Agent", "Accept", "Accept-Encoding", "Connection")
    }


async def test_a_name_is_asked_once_and_held_to_it(server: Web) -> None:
    """DNS rebinding: the name is resolved once, so a later answer changes nothing."""
    names = FakeNames(rebind_evil_com=[PUBLIC, PRIVATE])
    await server.fetcher(names).fetch("http://rebind.evil.com/")
    assert names.asked == ["rebind.evil.com"]
    assert server.asked == [(PUBLIC, "/")]


@pytest.mark.parametrize(
    "target",
    [
        f"http://{PRIVATE}/secret",
        "http://localhost/secret",
        "http://inside.evil.com/secret",
        "//127.0.0.1/secret",
        "http://2130706433/secret",
        "http://[::ffff:127.0.0.1]/secret",
        "file:///etc/passwd",
        "http://news.site.com@127.0.0.1/secret",
        "gopher://127.0.0.1/secret",
        "http://169.254.169.254/latest/",
        "http://news.site.com:22/",
        "\\\\127.0.0.1\\secret",
    ],
)
async def test_every_redirect_is_checked_anew(server: Web, target: str) -> None:
    """A public page may point anywhere; it is followed to public pages only."""

    async def redirect(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": target})

    server.answer = redirect
    names = FakeNames(news_site_com=[PUBLIC], inside_evil_com=[PRIVATE])
    with pytest.raises(PageNotRead):
        await server.fetcher(names).fetch("http://news.site.com/")
    assert all(address == PUBLIC and path != "/secret" for address, path in server.asked)


async def test_a_redirect_back_to_the_same_name_asks_it_anew(server: Web) -> None:
    """A name that is rebound between two redirects is checked again."""

    async def redirect(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": "/secret"})

    server.answer = redirect
    names = FakeNames(rebind_evil_com=[PUBLIC, PRIVATE])
    with pytest.raises(PageForbidden):
        await server.fetcher(names).fetch("http://rebind.evil.com/")
    assert server.asked == [(PUBLIC, "/")]


async def test_redirects_end(server: Web) -> None:
    """Five redirects are followed, also relative ones; a loop of them is given up."""

    async def redirect(request: web.BaseRequest) -> web.StreamResponse:
        step = int(request.path.strip("/") or 0)
        if step == int(request.query.get("stop", 99)):
            return await _hello(request)
        where = f"{step + 1}?stop={request.query.get('stop', 99)}"
        return web.Response(status=301, headers={"Location": where})

    server.answer = redirect
    fetcher = server.fetcher(FakeNames(news_site_com=[PUBLIC]))
    page = await fetcher.fetch(f"http://news.site.com/0?stop={MAX_REDIRECTS}")
    assert URL(page.url).path == f"/{MAX_REDIRECTS}"
    with pytest.raises(PageUnreachable):
        await fetcher.fetch(f"http://news.site.com/0?stop={MAX_REDIRECTS + 1}")


async def test_the_body_is_bounded(server: Web) -> None:
    """No more than 2 MB are read, whether the length is declared or not."""

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    async def honest(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=b"x" * (MAX_BYTES + 1), content_type="text/plain")

    fetcher = server.fetcher(FakeNames(news_site_com=[PUBLIC]))
    for server.answer in (endless, honest):
        with pytest.raises(PageTooLarge):
            await fetcher.fetch("http://news.site.com/")


async def test_a_packed_flood_is_bounded(server: Web) -> None:
    """A compressed body counts by its decompressed size, and is cut off at the limit."""

    async def bomb(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(
            body=BOMB, headers={"Content-Type": "text/plain", "Content-Encoding": "gzip"}
        )

    async def packed(_: web.BaseRequest) -> web.StreamResponse:
        body = gzip.compress(b"hello " * 1000)
        return web.Response(
            body=body, headers={"Content-Type": "text/plain", "Content-Encoding": "gzip"}
        )

    fetcher = server.fetcher(FakeNames(news_site_com=[PUBLIC]))
    server.answer = bomb
    with pytest.raises(PageTooLarge):
        await fetcher.fetch("http://news.site.com/")
    server.answer = packed
    assert (await fetcher.fetch("http://news.site.com/")).content == b"hello " * 1000


async def test_time_is_bounded(server: Web) -> None:
    """A server that sends byte by byte, or nothing at all, is given up after the time limit."""

    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.02)

    async def silence(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(5)
        return await _hello(request)

    fetcher = server.fetcher(FakeNames(news_site_com=[PUBLIC]), seconds=0.3)
    for server.answer in (drip, silence):
        with pytest.raises(PageTimedOut):
            await fetcher.fetch("http://news.site.com/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/octet-stream"},
        {"Content-Type": "image/png"},
        {"Content-Type": "text/html+evil"},
        {"Content-Type": "application/json"},
        {"Content-Type": "multipart/x-mixed-replace"},
        {"Content-Type": "text/html", "Content-Encoding": "br"},
        {"Content-Type": "text/html", "Content-Encoding": "gzip, gzip"},
        {"Content-Type": "text/html", "Content-Encoding": "deflate"},
    ],
)
async def test_other_content_is_refused(server: Web, headers: dict[str, str]) -> None:
    """Only web pages, plain text and PDF are read, with one content encoding or none."""

    async def other(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=b"x", headers=headers)

    server.answer = other
    with pytest.raises(PageUnsupported):
        await server.fetcher(FakeNames(news_site_com=[PUBLIC])).fetch("http://news.site.com/")


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 418, 429, 500, 503])
async def test_other_statuses_are_told(server: Web, status: int) -> None:
    """The body of an error response is not taken for the page."""

    async def refuse(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status)

    server.answer = refuse
    with pytest.raises(PageUnreachable):
        await server.fetcher(FakeNames(news_site_com=[PUBLIC])).fetch("http://news.site.com/")


async def test_a_server_that_breaks_off(server: Web) -> None:
    """A page that was cut off is not taken for a whole one."""

    async def half(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        response.content_length = 1000
        await response.prepare(request)
        await response.write(b"x")
        assert request.transport is not None
        request.transport.abort()
        return response

    server.answer = half
    with pytest.raises(PageUnreachable):
        await server.fetcher(FakeNames(news_site_com=[PUBLIC])).fetch("http://news.site.com/")


async def test_unknown_hosts() -> None:
    """A name that does not exist has an error of its own."""
    with pytest.raises(PageUnreachable):
        await Fetcher(FakeNames()).fetch("http://news.site.com/")
