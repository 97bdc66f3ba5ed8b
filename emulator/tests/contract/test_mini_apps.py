"""The proxy for Mini Apps of other origins."""

import re
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from aiohttp import WSMsgType, web
from hypothesis import given
from hypothesis import strategies as st

from telegram_emulator.actions import MiniAppServed, ServeMiniApp
from telegram_emulator.mini_apps.injection import SCRIPT_PATH, admit, inject
from telegram_emulator.testing import Phone, Refused


class Served(NamedTuple):
    """An app with its own address and the proxy's."""

    app: str
    proxy: str


async def _page(request: web.Request) -> web.Response:
    headers = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "X-Frame-Options": "DENY",
        "Set-Cookie": "a=1; Domain=localhost; Path=/",
    }
    seen = f"{request.host} {request.headers.get('Origin')} {request.raw_path}"
    text = f"<!doctype html><title>App</title>{seen}"
    return web.Response(text=text, content_type="text/html", headers=headers)


async def _echo(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse(protocols=["vite-hmr"])
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(f"{socket.ws_protocol} {message.data}")
        await socket.close(code=4001)
    return socket


async def _redirect(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"http://{request.host}/page")


async def _body(request: web.Request) -> web.Response:
    return web.Response(body=await request.read())


@pytest.fixture
async def served(phone: Phone) -> AsyncIterator[Served]:
    """A small app of another origin, served by the emulator."""
    app = web.Application()
    app.router.add_get("/socket", _echo)
    app.router.add_get("/redirect", _redirect)
    app.router.add_post("/body", _body)
    app.router.add_get("/{path:.*}", _page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    answer = await phone.act(ServeMiniApp(f"{url}/page"))
    assert isinstance(answer, MiniAppServed)
    yield Served(url, f"http://127.0.0.1:{answer.port}")
    await runner.cleanup()


async def test_a_page_gets_the_script_and_may_be_framed(phone: Phone, served: Served) -> None:
    """The script is first and may run; the app's server sees its own host name."""
    async with phone.http.get(f"{served.proxy}/a%2Fb?x=1", headers={"Origin": served.proxy}) as got:
        text = await got.text()
        assert re.match(rf'<!doctype html><script nonce="[^"]+" src="{SCRIPT_PATH}">', text)
        assert text.endswith(f"{served.app.removeprefix('http://')} {served.app} /a%2Fb?x=1")
        assert "X-Frame-Options" not in got.headers
        policy = "default-src 'self'; frame-ancestors http://127.0.0.1:*"
        assert got.headers["Content-Security-Policy"] == policy
        assert got.headers["Set-Cookie"] == "a=1; Path=/"
    async with phone.http.get(served.proxy + SCRIPT_PATH) as script:
        assert "TelegramWebviewProxy" in await script.text()


async def test_redirects_bodies_and_sockets_are_relayed(phone: Phone, served: Served) -> None:
    """With the subprotocol and the close code of the app's socket."""
    async with phone.http.get(f"{served.proxy}/redirect", allow_redirects=False) as got:
        assert (got.status, got.headers["Location"]) == (302, f"{served.proxy}/page")
    async with phone.http.post(f"{served.proxy}/body", data=b"\0sent") as got:
        assert await got.read() == b"\0sent"
    async with phone.http.ws_connect(f"{served.proxy}/socket", protocols=["vite-hmr"]) as socket:
        await socket.send_str("hello")
        assert await socket.receive_str() == "vite-hmr hello"
        assert (await socket.receive()).type is WSMsgType.CLOSE
        assert socket.close_code == 4001


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    ],
)
async def test_other_sites_do_not_reach_the_app(
    phone: Phone, served: Served, headers: dict[str, str]
) -> None:
    """The proxy changes host and origin, so it must check what the app's server would have
    checked."""
    async with phone.http.get(f"{served.proxy}/page", headers=headers) as got:
        assert got.status == 403


async def test_an_app_that_is_not_running(phone: Phone) -> None:
    """The frame shows one line."""
    answer = await phone.act(ServeMiniApp("http://127.0.0.1:9/"))
    assert isinstance(answer, MiniAppServed)
    async with phone.http.get(f"http://127.0.0.1:{answer.port}/") as got:
        assert got.status == 502
        assert "Nothing answers at <b>http://127.0.0.1:9</b>" in await got.text()


async def test_invalid_addresses_are_refused(phone: Phone) -> None:
    """File and script addresses are not served."""
    for url in ("file:///etc/passwd", "javascript:alert(1)", "http://", "nothing"):
        with pytest.raises(Refused):
            await phone.act(ServeMiniApp(url))


@given(st.binary(max_size=300))
def test_a_page_is_otherwise_unchanged(html: bytes) -> None:
    """Only the tag is added."""
    tag = f'<script nonce="N" src="{SCRIPT_PATH}"></script>'.encode()
    assert inject(html, "N").replace(tag, b"", 1) == html


@pytest.mark.parametrize(
    ("policy", "admitted"),
    [
        ("img-src *", "img-src *"),
        ("script-src 'unsafe-inline'", "script-src 'unsafe-inline' 'self'"),
        (
            "script-src 'nonce-a' 'strict-dynamic'",
            "script-src 'nonce-a' 'strict-dynamic' 'nonce-N'",
        ),
        ("default-src x; script-src 'none'", "default-src x; script-src 'self'"),
    ],
)
def test_a_policy_is_only_relaxed_where_needed(policy: str, admitted: str) -> None:
    """Nothing else changes, and `'unsafe-inline'` stays in effect."""
    assert admit(policy, "N", "http://h:*") == f"{admitted}; frame-ancestors http://h:*"
