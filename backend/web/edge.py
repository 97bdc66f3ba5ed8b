"""The outermost ASGI layer: request id, security headers, renewed session token, one log line.

Bodies pass unchanged; event streams bypass it (detached.py).
"""

import asyncio
import re
import secrets
import time
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend.settings import Settings
from backend.tracing import TRACEPARENT, begin_span, end_span
from backend.web.other_methods import answer_head, answer_options, as_get

log = structlog.get_logger("tanya.http")

# Telegram Web frames the Mini App; in local mode the emulator, on the same origin, does.
FRAME_ANCESTORS = "'self' https://web.telegram.org https://*.telegram.org"

SCRIPT_POLICIES = "tanya-worker tanya-service-worker"


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy of a page: our own origin and one nonce.

    Trusted Types forbid turning text into markup or script. The only policies are the client's for
    its two workers' addresses (webapp/src/workers/client.ts, webapp/src/actions/shell.ts).
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob: https://t.me",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            f"frame-ancestors {FRAME_ANCESTORS}",
            "require-trusted-types-for 'script'",
            f"trusted-types {SCRIPT_POLICIES}",
        )
    )


LOG_AFTER_SECONDS = 0.02
"""Writing a log line takes 0.2 ms, so it is done after the response."""

NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'"


REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._fixed = _fixed_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id = _sent(scope, b"x-request-id", REQUEST_ID) or secrets.token_hex(8)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["nonce"] = secrets.token_urlsafe(16)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if trace := _sent(scope, b"traceparent", TRACEPARENT):
            structlog.contextvars.bind_contextvars(trace_id=trace.split("-")[1])
        span = begin_span("request", trace)
        started, method = time.perf_counter(), scope["method"]
        inner = as_get(scope) if method == "HEAD" else scope

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                headers += self._headers(state, headers)
                message["headers"] = [
                    (name, _with_head(value) if name.lower() == b"allow" else value)
                    for name, value in headers
                ]
                ms = round((time.perf_counter() - started) * 1000, 1)
                line = method, inner.get("path_template"), message["status"], ms
                asyncio.get_running_loop().call_later(LOG_AFTER_SECONDS, _log, span, *line)
            await send(message)

        match method:
            case "HEAD":
                await answer_head(self._app, inner, receive, send_with_headers)
            case "OPTIONS":
                await answer_options(self._app, inner, receive, send_with_headers)
            case _:
                await self._app(inner, receive, send_with_headers)

    def _headers(
        self, state: dict[str, Any], present: list[tuple[bytes, bytes]]
    ) -> list[tuple[bytes, bytes]]:
        names = {name.lower() for name, _ in present}
        added = [header for header in self._fixed if header[0] not in names]
        added.append((b"x-request-id", state["request_id"].encode()))
        is_page = any(
            n.lower() == b"content-type" and v.startswith(b"text/html") for n, v in present
        )
        if b"content-security-policy" not in names:
            policy = content_policy(state["nonce"]) if is_page else NO_PAGE_POLICY
            added.append((b"content-security-policy", policy.encode()))
        if b"cache-control" not in names:
            added.append((b"cache-control", b"no-store"))
        if (renewed := state.get("renewed_session")) is not None:
            token, expires_at = renewed
            added.append((b"x-session-token", token.encode()))
            added.append((b"x-session-expires", expires_at.encode()))
        return added


def _sent(scope: Scope, name: bytes, form: re.Pattern[str]) -> str | None:
    """A header set by the proxy, if well-formed, since clients may send one too."""
    for key, value in scope["headers"]:
        if key == name and form.fullmatch(text := value.decode("latin-1")):
            return text
    return None


def _with_head(allowed: bytes) -> bytes:
    """Allow HEAD wherever GET is: see other_methods.py."""
    methods = {one.strip() for one in allowed.split(b",")}
    more = {b"HEAD"} if b"GET" in methods else set()
    return b", ".join(sorted(methods | more))


def _log(span: Any, method: str, route: str | None, status: int, ms: float) -> None:
    """`route` is the template, without the ids and tokens of the path; None where none matched.
    `ms` is the time until the answer began."""
    log.info("request", method=method, route=route, status=status, ms=ms)
    attributes = {"http.request.method": method, "http.route": route}
    end_span(span, **attributes, **{"http.response.status_code": status, "tanya.begun_ms": ms})


def _fixed_headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), payment=(), usb=()"),
    ]
    if not settings.local:
        headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
    return headers
