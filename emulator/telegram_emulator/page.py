"""The page: a template with the texts, and the script and style sheet."""

import secrets
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request, Response

from telegram_emulator.schemas import BotProfile
from telegram_emulator.texts import languages, texts_for

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
STATIC = HERE / "static"
"""Where the build puts the bundle of page/."""
STATIC_TYPES = {"emulator.js": "text/javascript", "emulator.css": "text/css"}


@cache
def _templates() -> "Environment":
    # Imported here: a bot without the page does not need it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The page in the language of `?lang=` or of the browser."""
    texts = texts_for(request.query_params.get("lang") or request.headers.get("accept-language"))
    boot = {
        "language": texts.language,
        "dir": texts.direction,
        "languages": languages(),
        "messages": texts.messages,
    }
    nonce = secrets.token_urlsafe(16)
    content = (
        _templates()
        .get_template("emulator.html.j2")
        .render(
            t=texts,
            language=texts.language,
            dir=texts.direction,
            nonce=nonce,
            boot_json=_inside_a_script(boot),
        )
    )
    headers = {"Content-Security-Policy": _content_policy(nonce)}
    return Response(content, media_type="text/html", headers=headers)


def render_bots(bots: Sequence[BotProfile], language: str | None) -> bytes:
    """The list of links to each bot's page."""
    return (
        _templates().get_template("bots.html.j2").render(t=texts_for(language), bots=bots).encode()
    )


def _inside_a_script(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def _content_policy(nonce: str) -> str:
    """Only our own origin and one nonce; the frame may show Mini Apps of any site."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob: https://t.me",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "frame-src 'self' http: https:",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
