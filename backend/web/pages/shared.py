"""The page of a shared link: without scripts and third-party resources, not indexed."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from litestar import Response, get
from litestar.params import FromPath

from backend.conversations import sharing
from backend.db import Database, Vault
from backend.errors import ShareNotFound
from backend.web.auth import Clock, WebRequest
from backend.web.pages.render import Pages, page_translator
from backend.web.parts import Part
from backend.web.share_links import ModelNames, ShareLinks

if TYPE_CHECKING:
    from backend.markup import Document

BotUsername = Callable[[], Awaitable[str]]


@get("/s/{token:str}", include_in_schema=False)
async def shared(
    token: FromPath[str],
    request: WebRequest,
    pages: Part[Pages],
    database: Part[Database],
    vault: Part[Vault],
    clock: Part[Clock],
    share_links: Part[ShareLinks],
    bot_username: Part[BotUsername],
    model_names: Part[ModelNames],
) -> Response[str]:
    """A shared part, or one page for unknown, expired and ended links."""
    try:
        owner, share_id = share_links.read(token)
        async with database.snapshot() as db:
            share = await sharing.open_share(db, vault, owner, share_id, clock())
    except ShareNotFound:
        t = page_translator(request)
        title, word = t("page.share.gone"), t("page.share.gone.word")
        page = pages.render("gone.html.j2", request, title=title, word=word)
        page.status_code = 404
        return _public(page, request)
    page = pages.render(
        "share.html.j2",
        request,
        title=share.content.title or "",
        author=share.content.author or "",
        made=share.created_at,
        messages=[_shown(one, model_names) for one in share.content.messages],
        link=f"https://t.me/{await bot_username()}?startapp=s_{token}",
    )
    return _public(page, request)


def _shown(message: sharing.SharedMessage, model_names: ModelNames) -> dict[str, Any]:
    from backend.markup import is_linkable  # loads the parser of Markdown

    return {
        "role": message.role,
        "text": message.text,
        "blocks": _blocks(message),
        "model": (model_names(message.model_id) if message.model_id else None) or "",
        "sources": [source for source in message.sources if is_linkable(source[0])],
    }


def _blocks(message: sharing.SharedMessage) -> "Document":
    """An answer is Markdown; a question is what its person typed."""
    from backend.markup import read_markdown

    return read_markdown(message.text) if message.role == "assistant" else ()


def _public(page: Response[str], request: WebRequest) -> Response[str]:
    nonce = request.scope["state"]["nonce"]
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    page.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return page
