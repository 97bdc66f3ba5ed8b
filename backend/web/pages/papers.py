"""The public papers: privacy, terms, and in production a front page that points to the bot."""

from litestar import Response, get

from backend.settings import Settings
from backend.web.auth import WebRequest
from backend.web.pages.render import Pages, page_translator
from backend.web.parts import Part

PRIVACY = ("what", "who", "keep", "rights", "telegram")
TERMS = ("service", "answers", "payment", "conduct", "independent")


@get("/privacy", include_in_schema=False, sync_to_thread=False)
def privacy(request: WebRequest, pages: Part[Pages]) -> Response[str]:
    """What happens to what a person says."""
    return _paper("privacy", PRIVACY, request, pages)


@get("/terms", include_in_schema=False, sync_to_thread=False)
def terms(request: WebRequest, pages: Part[Pages]) -> Response[str]:
    """What a person and Tanya may expect of each other."""
    return _paper("terms", TERMS, request, pages)


@get("/", include_in_schema=False, sync_to_thread=False)
def front(request: WebRequest, pages: Part[Pages], settings: Part[Settings]) -> Response[str]:
    """Where somebody lands who opens the address in a browser."""
    bot = f"https://t.me/{settings.bot_username}" if settings.bot_username else ""
    return pages.render("front.html.j2", request, bot=bot)


def _paper(name: str, parts: tuple[str, ...], request: WebRequest, pages: Pages) -> Response[str]:
    t = page_translator(request)
    sections = [
        {"title": t(f"page.{name}.{part}.title"), "text": t(f"page.{name}.{part}.text")}
        for part in parts
    ]
    return pages.render("paper.html.j2", request, title=t(f"page.{name}.title"), sections=sections)
