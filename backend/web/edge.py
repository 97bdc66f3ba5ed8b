"""The outermost layer: request id, security headers, the renewed session, one log line.

Plain ASGI. Bodies are handed on untouched; those of event streams pass it by (outlet.py).
"""

import asyncio
import secrets
import time
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend.settings import Settings

log = structlog.get_logger("tanya.http")

# Telegram Web frames the Mini App; in local mode the emulator, on the same origin, does.
FRAME_ANCESTORS = "'self' https://web.telegram.org https://*.telegram.org"


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy of a page: our own origin, one nonce, nothing else."""
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
        )
    )


LOG_AFTER_SECONDS = 0.02
"""A request's line takes a fifth of a millisecond, and is written once its answer is on its way."""

NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'"


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
        request_id = secrets.token_hex(8)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["nonce"] = secrets.token_urlsafe(16)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                headers += self._headers(state, headers)
                message["headers"] = headers
                ms = round((time.perf_counter() - started) * 1000, 1)
                line = scope["method"], scope["path"], message["status"], ms
                asyncio.get_running_loop().call_later(LOG_AFTER_SECONDS, _log, *line)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _headers(
        self, state: dict[str, Any], present: list[tuple[bytes, bytes]]
    ) -> list[tuple[bytes, bytes]]:
        added = [*self._fixed, (b"x-request-id", state["request_id"].encode())]
        names = {name.lower() for name, _ in present}
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


def _log(method: str, path: str, status: int, ms: float) -> None:
    """`ms` is the time until the answer began. The path may hold ids but never text or tokens."""
    log.info("request", method=method, path=_without_secrets(path), status=status, ms=ms)


def _without_secrets(path: str) -> str:
    """The emulator's Bot API has the bot's token in its path, as Telegram's has."""
    return "/".join(
        "bot…" if part.startswith("bot") and ":" in part else part for part in path.split("/")
    )


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
