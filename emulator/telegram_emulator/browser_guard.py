"""Protects a server on a developer's machine from other sites' pages.

A page of any site, open in the same browser, can send requests to localhost: blindly to the Bot API
(`setWebhook` is a GET), or under a host name of its own that it resolves to 127.0.0.1 (DNS
rebinding), so that it can read the responses too. Two headers identify such requests: `Host`, the
name that the browser was told, and the site of the page that asked (`Origin`, `Sec-Fetch-Site`).
Other programs do not send the latter two and are accepted.
"""

from collections.abc import Awaitable, Callable, Collection
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

from telegram_emulator.texts import texts_for

# ASGI's own types: each framework declares them slightly differently.
Scope = Any
Receive = Any
Send = Any
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FRONT_PAGE = "/"
"""The only path that a link from another site's page may open."""


class BrowserGuard:
    """ASGI middleware that responds 403 to foreign hosts and to other sites' pages.

    It accepts localhost, loopback addresses and `hosts`. With `any_address` it accepts every IP
    address, for a server that listens on more than loopback: an IP address cannot be made to
    resolve elsewhere.
    """

    def __init__(self, app: App, hosts: Collection[str] = (), *, any_address: bool = False) -> None:
        self._app = app
        self._hosts = {host.lower() for host in hosts}
        self._any_address = any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif code := self._reason_to_refuse(scope):
            await _refuse(scope, receive, send, code)
        else:
            await self._app(scope, receive, send)

    def _reason_to_refuse(self, scope: Scope) -> str:
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return "foreign_host"
        origins = _values(scope, b"origin")
        if any(_netloc(origin) != hosts[0].lower() for origin in origins):
            return "foreign_site"
        sites = _values(scope, b"sec-fetch-site")
        if all(site in ("same-origin", "none") for site in sites) or _follows_a_link(scope):
            return ""
        return "foreign_site"

    def _is_ours(self, host: str) -> bool:
        name = _hostname(host)
        if name == "localhost" or name.endswith(".localhost") or name in self._hosts:
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return self._any_address or address.is_loopback


def _follows_a_link(scope: Scope) -> bool:
    """Whether a person followed a link from another page, which can neither read nor frame the
    response."""
    return (
        scope.get("method") in ("GET", "HEAD")
        and scope["path"] == FRONT_PAGE
        and _values(scope, b"sec-fetch-mode") == ["navigate"]
        and _values(scope, b"sec-fetch-dest") == ["document"]
    )


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for key, value in scope["headers"] if key == name]


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # brackets around something that is no IPv6 address
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


async def _refuse(scope: Scope, receive: Receive, send: Send, code: str) -> None:
    """Respond in the form of problem details (RFC 9457) and of the Bot API at once."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    texts = texts_for(next(iter(_values(scope, b"accept-language")), None))
    detail = texts(f"error.{code}.detail")
    body = msgspec.json.encode(
        {
            "type": f"/problems/{code}",
            "title": texts(f"error.{code}.title"),
            "detail": detail,
            "status": 403,
            "code": code,
            "ok": False,
            "error_code": 403,
            "description": f"Forbidden: {detail}",
        }
    )
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
