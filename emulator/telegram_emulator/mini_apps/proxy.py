"""A reverse proxy for a Mini App's server: streams responses, relays web sockets, and injects the
web view's script into every page that the frame loads."""

import secrets
from collections.abc import AsyncIterator, Mapping
from html import escape

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from telegram_emulator.mini_apps.injection import SCRIPT, SCRIPT_PATH, admit, inject
from telegram_emulator.mini_apps.sockets import relay

NOT_FORWARDED = {
    "accept-encoding",  # the page must be readable here
    "connection",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
NOT_RETURNED = NOT_FORWARDED | {
    "content-encoding",
    "content-length",
    "strict-transport-security",
    "x-frame-options",  # a web view is no frame
}
PAGE_DESTINATIONS = ("document", "iframe", "frame")
_session = web.AppKey("session", aiohttp.ClientSession)
UNREACHABLE = """<!doctype html><meta charset="utf-8"><title>No Mini App</title>
<style>body {{ font: 16px/1.5 system-ui; padding: 12px }}</style>
<p>Nothing answers at <b>{origin}</b>. Start the Mini App's server, then open the app again.</p>
"""


class AppProxy:
    """The proxy for one origin."""

    def __init__(self, origin: str) -> None:
        self._origin = URL(origin)

    def application(self) -> web.Application:
        """The proxy as an aiohttp application."""
        application = web.Application()
        application.router.add_get(SCRIPT_PATH, _script)
        application.router.add_route("*", "/{path:.*}", self._forward)
        application.cleanup_ctx.append(_with_session)
        return application

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        if not _is_ours(request):
            return web.Response(status=403, text="This address is for the emulator's page only.")
        # Unchanged: an app's server may distinguish %2F from a slash.
        target = URL(f"{self._origin}{request.raw_path}", encoded=True)
        headers = self._forwarded_headers(request)
        session = request.app[_session]
        try:
            if request.headers.get("upgrade", "").lower() == "websocket":
                return await relay(request, session, target, headers)
            async with session.request(
                request.method,
                target,
                headers=headers,
                data=request.content if request.body_exists else None,
                allow_redirects=False,
            ) as answer:
                return await self._answer(request, answer)
        except aiohttp.ClientConnectorError:
            text = UNREACHABLE.format(origin=escape(str(self._origin)))
            return web.Response(status=502, text=text, content_type="text/html")
        except aiohttp.ClientError as error:
            text = f"The Mini App's server broke off: {type(error).__name__}"
            return web.Response(status=502, text=text)

    def _forwarded_headers(self, request: web.Request) -> CIMultiDict[str]:
        """The headers that a client would send to the app's server directly."""
        headers = CIMultiDict(
            (name, value)
            for name, value in request.headers.items()
            if name.lower() not in NOT_FORWARDED and not name.lower().startswith("sec-websocket")
        )
        own = _own_origin(request)
        for name in ("Origin", "Referer"):
            if headers.get(name, "").startswith(own):
                headers[name] = str(self._origin) + headers[name].removeprefix(own)
        headers["Accept-Encoding"] = "identity"
        return headers

    async def _answer(
        self, request: web.Request, answer: aiohttp.ClientResponse
    ) -> web.StreamResponse:
        nonce = secrets.token_urlsafe(16)
        headers = self._returned_headers(request, answer, nonce)
        if _is_page(request, answer):
            # The browser must not cache a page with an old nonce.
            for name in ("ETag", "Last-Modified"):
                headers.popall(name, None)
            headers["Cache-Control"] = "no-store"
            body = inject(await answer.read(), nonce)
            return web.Response(status=answer.status, headers=headers, body=body)
        response = web.StreamResponse(status=answer.status, headers=headers)
        await response.prepare(request)
        async for piece in answer.content.iter_any():
            await response.write(piece)
        await response.write_eof()
        return response

    def _returned_headers(
        self, request: web.Request, answer: aiohttp.ClientResponse, nonce: str
    ) -> CIMultiDict[str]:
        own, app = _own_origin(request), str(self._origin)
        headers: CIMultiDict[str] = CIMultiDict()
        for name, value in answer.headers.items():
            match name.lower():
                case lowered if lowered in NOT_RETURNED:
                    continue
                case "location" if value.startswith(app):
                    value = own + value.removeprefix(app)
                case "access-control-allow-origin" if value == app:
                    value = own
                case "set-cookie":
                    value = _cookie_for_any_host(value)
                case "content-security-policy" | "content-security-policy-report-only":
                    # Sources with the app's own name become the proxy's, like 'self'.
                    named = value.replace(_sockets(app), _sockets(own)).replace(app, own)
                    value = admit(named, nonce, f"http://{request.url.host}:*")
            headers.add(name, value)
        return headers


def _is_ours(request: web.Request) -> bool:
    """Whether the request comes from the page, its frame or a program. The proxy must refuse other
    sites as the app's own server would have by `Host` and `Origin`."""
    if (request.url.host or "") not in ("localhost", "127.0.0.1"):
        return False
    if request.headers.get("Origin", "null") not in ("null", _own_origin(request)):
        return False
    if request.headers.get("Sec-Fetch-Site", "none") != "cross-site":
        return True
    return _followed_a_link(request.headers)


def _followed_a_link(headers: Mapping[str, str]) -> bool:
    """A navigation, as after a sign-in at another site, which that site cannot read."""
    return headers.get("Sec-Fetch-Mode") == "navigate"


def _own_origin(request: web.Request) -> str:
    return f"http://{request.host}"


def _is_page(request: web.Request, answer: aiohttp.ClientResponse) -> bool:
    wanted = request.headers.get("Sec-Fetch-Dest", PAGE_DESTINATIONS[0])
    return (
        request.method == "GET"
        and answer.content_type == "text/html"
        and wanted in PAGE_DESTINATIONS
        and answer.status not in (204, 304)
    )


def _cookie_for_any_host(cookie: str) -> str:
    """Remove the domain, which is not the proxy's."""
    parts = [part.strip() for part in cookie.split(";")]
    return "; ".join(part for part in parts if not part.lower().startswith("domain="))


def _sockets(origin: str) -> str:
    return origin.replace("http", "ws", 1)


async def _script(request: web.Request) -> web.Response:
    headers = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}
    return web.Response(text=SCRIPT.read_text(), content_type="text/javascript", headers=headers)


async def _with_session(application: web.Application) -> AsyncIterator[None]:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
    jar = aiohttp.DummyCookieJar()  # the browser keeps the cookies
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=jar) as session:
        application[_session] = session
        yield
