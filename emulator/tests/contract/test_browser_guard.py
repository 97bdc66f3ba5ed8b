"""Another site's page, open in the developer's browser, cannot use the emulator."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from telegram_emulator import BrowserGuard
from telegram_emulator.testing import ANN, Phone

PATHS = (
    "/",
    "/emulator/state",
    "/emulator/events",
    "/emulator/static/emulator.js",
    "/bot{token}/getMe",
    "/bot{token}/setWebhook?url=http://localhost:1/",
    "/file/bot{token}/documents/1",
    "/nothing/here",
)

FROM_ELSEWHERE = {
    "another site's picture or script": {"Sec-Fetch-Site": "cross-site"},
    "another port's page": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    "another site's frame": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "iframe",
    },
    "another site's fetch": {"Origin": "https://evil.example"},
    "another port's fetch": {"Origin": "http://localhost:1"},
    "a sandboxed page": {"Origin": "null"},
    "a name that was let point here": {"Host": "evil.example"},
    "a name that begins like ours": {"Host": "localhost.evil.example"},
    "a name that ends like ours": {"Host": "notlocalhost:8081"},
    "another machine's address": {"Host": "203.0.113.5"},
    "no name": {"Host": ""},
    "a broken name": {"Host": "[::1"},
}


async def status_of(phone: Phone, path: str, headers: dict[str, str], method: str = "GET") -> int:
    """The status of a request with these headers."""
    url = phone.origin + path.format(token=phone.token)
    async with phone.http.request(method, url, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("headers", FROM_ELSEWHERE.values(), ids=list(FROM_ELSEWHERE))
async def test_another_sites_page_is_refused(phone: Phone, headers: dict[str, str]) -> None:
    """The Bot API, the control API, files and the page refuse it, and nothing changes."""
    for path in PATHS:
        assert await status_of(phone, path, headers) == 403, path
        assert await status_of(phone, path, headers, "POST") == 403, path
    info = await phone.call("getWebhookInfo")
    assert info["result"]["url"] == ""


async def test_a_link_opens_only_the_page(phone: Phone) -> None:
    """Following a link from a README works; a link cannot call a method."""
    link = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert await status_of(phone, "/", link) == 200
    assert await status_of(phone, "/", link, "POST") == 403
    assert await status_of(phone, "/bot{token}/setWebhook?url=http://localhost:1/", link) == 403
    assert await status_of(phone, "/emulator/state", link) == 403


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8081", "[::1]:8081", "LOCALHOST:1", "app.localhost"]
)
async def test_local_host_names_are_accepted(phone: Phone, host: str) -> None:
    """The page's own requests, and programs that are no browsers."""
    own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    assert await status_of(phone, "/emulator/state", own) == 200
    assert await status_of(phone, "/bot{token}/getMe", {"Host": host}) == 200


async def test_a_refusal_is_in_telegrams_form_too(phone: Phone) -> None:
    """A bot library with a wrong host name can show its developer the reason."""
    url = f"{phone.origin}/bot{phone.token}/getMe"
    async with phone.http.get(url, headers={"Host": "evil.example"}) as response:
        answer: dict[str, Any] = await response.json(content_type=None)
    assert (answer["ok"], answer["error_code"], answer["code"]) == (False, 403, "foreign_host")
    assert "localhost" in answer["description"]


async def reached(guard_options: dict[str, Any], scope: dict[str, Any]) -> bool:
    """Whether a request passes the guard."""
    passed: list[bool] = []

    async def app(*_: Any) -> None:
        passed.append(True)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(_: Any) -> None:
        return None

    await BrowserGuard(app, **guard_options)({"path": "/", "method": "GET", **scope}, receive, send)
    return passed == [True]


@pytest.mark.parametrize(
    ("options", "host", "passes"),
    [
        ({"hosts": ["tunnel.example"]}, b"tunnel.example", True),
        ({"hosts": ["Tunnel.example"]}, b"TUNNEL.example:443", True),
        ({"hosts": ["tunnel.example"]}, b"other.example", False),
        ({"any_address": True}, b"192.168.1.7:8000", True),
        ({"any_address": True}, b"evil.example", False),
        ({}, b"192.168.1.7:8000", False),
    ],
)
async def test_further_hosts_can_be_allowed(
    options: dict[str, Any], host: bytes, passes: bool
) -> None:
    """A tunnel's host name; every IP address, if the server listens on more than loopback."""
    scope = {"type": "http", "headers": [(b"host", host)]}
    assert await reached(options, scope) is passes


async def test_web_sockets_are_guarded_too() -> None:
    """Otherwise any page could open a socket and read from it."""
    foreign = [(b"host", b"localhost"), (b"origin", b"https://evil.example")]
    assert not await reached({}, {"type": "websocket", "headers": foreign})
    own = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
    assert await reached({}, {"type": "websocket", "headers": own})


async def test_two_host_headers_are_refused() -> None:
    """Two servers in a row could interpret them differently."""
    twice = [(b"host", b"localhost"), (b"host", b"evil.example")]
    assert not await reached({}, {"type": "http", "headers": twice})


async def test_actions_must_be_json(phone: Phone, tmp_path: Path) -> None:
    """A form, which an old browser could send without its origin, moves no Stars."""
    body = b'{"type":"topUp","personId":%d,"amount":100}' % ANN
    async with aiohttp.ClientSession() as http:
        response = await http.post(
            f"{phone.origin}/emulator/actions", data=body, headers={"Content-Type": "text/plain"}
        )
        assert response.status == 415
        assert (await response.json(content_type=None))["code"] == "unsupported_media_type"
