"""The public papers: privacy, terms, what is kept, and in production a front page that points to
the bot. Recipients, tables and plans come from the code's declarations, so that none is missing.
"""

from dataclasses import dataclass, field

from litestar import Response, get

from backend.i18n import Translator
from backend.llm import ModelRoom, Provider
from backend.plans import wording
from backend.privacy import declarations, policy_lines
from backend.settings import Settings
from backend.web.auth import WebRequest
from backend.web.pages.render import Pages, page_translator
from backend.web.parts import Part

PRIVACY = ("what", "who", "keep", "rights", "telegram")
TERMS = ("service", "answers", "payment", "conduct", "independent")


@dataclass(frozen=True)
class PaperItem:
    """One item of a list: its name, description and source."""

    name: str
    lines: list[str]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperSection:
    """A part of a paper."""

    title: str
    text: str
    items: list[PaperItem] = field(default_factory=list)


@get("/privacy", include_in_schema=False, sync_to_thread=False)
def privacy(request: WebRequest, pages: Part[Pages], models: Part[ModelRoom]) -> Response[str]:
    """The privacy policy: what happens to messages, and who may receive them."""
    t = page_translator(request)
    sections = _worded("privacy", PRIVACY, t)
    receivers = [_receiver(one, t) for one in models.providers()]
    sections.insert(2, PaperSection(t("page.receivers.title"), t("page.receivers.text"), receivers))
    return _paper("privacy", sections, request, pages)


@get("/privacy/data", include_in_schema=False, sync_to_thread=False)
def data_map(request: WebRequest, pages: Part[Pages]) -> Response[str]:
    """Every table that is kept: what, why, for how long, and who sees it."""
    t = page_translator(request)
    heads = [t(f"page.data.{name}") for name in ("table", "what", "why", "kept", "seen")]
    rows = [
        (name, one.what, one.why, one.kept, one.seen_by)
        for name, one in sorted(declarations().items())
    ]
    return pages.render("data.html.j2", request, title=t("page.data.title"), heads=heads, rows=rows)


@get("/terms", include_in_schema=False, sync_to_thread=False)
def terms(request: WebRequest, pages: Part[Pages]) -> Response[str]:
    """The terms of use, and what can be bought."""
    t = page_translator(request)
    sections = _worded("terms", TERMS, t)
    plans = [
        PaperItem(f"{one.name} · {one.stars} ★", one.features)
        for one in wording.offers(t)
        if one.stars
    ]
    sections.insert(3, PaperSection(t("page.plans.title"), t("page.plans.text"), plans))
    return _paper("terms", sections, request, pages)


@get("/", include_in_schema=False, sync_to_thread=False)
def front(request: WebRequest, pages: Part[Pages], settings: Part[Settings]) -> Response[str]:
    """The front page, for browsers."""
    bot = f"https://t.me/{settings.bot_username}" if settings.bot_username else ""
    return pages.render("front.html.j2", request, bot=bot)


def _worded(name: str, parts: tuple[str, ...], t: Translator) -> list[PaperSection]:
    return [
        PaperSection(t(f"page.{name}.{part}.title"), t(f"page.{name}.{part}.text"))
        for part in parts
    ]


def _receiver(provider: Provider, t: Translator) -> PaperItem:
    lines = policy_lines(provider.policy, t)
    if provider.policy.read_on is not None:
        lines.append(t("page.receivers.read", date=provider.policy.read_on.isoformat()))
    return PaperItem(provider.name, lines, provider.policy.sources)


def _paper(
    name: str, sections: list[PaperSection], request: WebRequest, pages: Pages
) -> Response[str]:
    title = page_translator(request)(f"page.{name}.title")
    return pages.render("paper.html.j2", request, title=title, sections=sections)
