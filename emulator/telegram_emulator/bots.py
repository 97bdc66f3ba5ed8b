"""Several bots behind one port, each with an emulator of its own.

/bot<token>/METHOD, /file/bot<token>/PATH   as with Telegram: the token says whose
/bots/<id>/…                                everything of that bot's: its page and control API
/                                           the way to each page
"""

from collections.abc import Sequence

from telegram_emulator.browser_guard import App, Receive, Scope, Send
from telegram_emulator.emulator import Emulator
from telegram_emulator.page import render_bots

HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]


class Bots:
    """ASGI application that routes each request to the app of its bot in `apps`."""

    def __init__(self, emulators: Sequence[Emulator], apps: Sequence[App]) -> None:
        self._emulators = emulators
        configs = [emulator.config for emulator in emulators]
        self._by_id = {str(c.bot_id): app for c, app in zip(configs, apps, strict=True)}
        self._by_token = {f"bot{c.token}": self._by_id[str(c.bot_id)] for c in configs}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        parts = scope["path"].split("/")
        if scope["path"] == "/":
            await self._show_all(scope, send)
        elif parts[1] == "bots" and len(parts) > 3 and parts[2] in self._by_id:
            path = "/" + "/".join(parts[3:])
            await self._by_id[parts[2]]({**scope, "path": path}, receive, send)
        else:
            named = next((self._by_token[part] for part in parts if part in self._by_token), None)
            await (named or next(iter(self._by_id.values())))(scope, receive, send)

    async def _show_all(self, scope: Scope, send: Send) -> None:
        wanted = [value for name, value in scope["headers"] if name == b"accept-language"]
        bots = [emulator.hub.profile.view() for emulator in self._emulators]
        body = render_bots(bots, wanted[0].decode("latin-1") if wanted else None)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": body})
