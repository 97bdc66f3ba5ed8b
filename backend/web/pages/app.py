"""The Mini App's shell. It contains no personal data, so it is the same for everyone of a
language."""

from typing import Protocol

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from backend import __version__
from backend.errors import NotFound
from backend.i18n import languages, translator
from backend.llm import Model
from backend.web.auth import WebRequest
from backend.web.pages.render import Pages, all_texts, boot_json, page_translator, starters
from backend.web.parts import Part


class DefaultModel(Protocol):
    """Knows who answers people who have chosen no model."""

    @property
    def default(self) -> Model:
        """That model."""
        ...


@get("/app", include_in_schema=False, sync_to_thread=False)
def mini_app(request: WebRequest, pages: Part[Pages], models: Part[DefaultModel]) -> Response[str]:
    """The page that Telegram opens."""
    questions = models.default.questions
    boot = boot_json(page_translator(request), __version__, pages.first_texts, questions)
    return pages.render(
        "app.html.j2", request, boot_json=boot, starters=starters(), questions=questions
    )


@get("/texts/{language:str}", include_in_schema=False, sync_to_thread=False)
def texts(language: FromPath[str]) -> Response[bytes]:
    """All of the client's texts in one language, and the tasks that they name."""
    if language not in languages():
        raise NotFound()
    boot = all_texts(translator(language), __version__)
    return Response(
        msgspec.json.encode(boot),
        media_type="application/json",
        headers={"Cache-Control": "public, max-age=300"},
    )
