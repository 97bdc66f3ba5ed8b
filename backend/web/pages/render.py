"""Jinja2 over webapp/templates: prepared values only, autoescape on, text from the catalogue."""

from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response

from backend.errors import TanyaError, word_error
from backend.i18n import Translator, language_names, translator
from backend.llm.prompts import all_tasks
from backend.web.assets import WEBAPP, Assets
from backend.web.auth import WebRequest

CLIENT_TEXTS = ("app.", "error.")


class TaskShown(msgspec.Struct, frozen=True, rename="camel"):
    """A task as the Mini App lists it; its text is `app.task.<name>`."""

    name: str
    in_sheet: bool
    options: tuple[str, ...]


class LanguageShown(msgspec.Struct, frozen=True):
    """A language that can be chosen, with its own name."""

    tag: str
    name: str


class Starter(msgspec.Struct, frozen=True):
    """A task that an empty chat offers; its texts are `app.start.<name>.title` and `.word`."""

    name: str
    icon: str


def starters() -> list[Starter]:
    """The tasks that an empty chat offers, in their order."""
    offered = ((task.name, task.starter_icon) for task in all_tasks())
    return [Starter(name, icon) for name, icon in offered if icon is not None]


class Pages:
    """Renders templates with what every page needs."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._environment = Environment(
            loader=FileSystemLoader(WEBAPP / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["kind"] = _kind
        listed = assets.text("texts.json")
        # The texts of the Mini App's first screen, as the build found them in its sources. All of
        # them would be half of the page; the client fetches the others while it is being read.
        self.first_texts: tuple[str, ...] = (
            tuple(msgspec.json.decode(listed, type=list[str])) if listed else CLIENT_TEXTS
        )

    def render(self, template: str, request: WebRequest, **values: Any) -> Response[str]:
        """A page in the language the request asks for."""
        t = page_translator(request)
        html = self._environment.get_template(template).render(
            t=t,
            language=t.language,
            dir=t.direction,
            nonce=request.scope["state"]["nonce"],
            assets=self._assets,
            critical_css=self._assets.text("critical.css"),
            **values,
        )
        return Response(html, media_type="text/html")  # Litestar adds the charset

    def render_error(self, error: TanyaError, request: WebRequest) -> Response[str]:
        """What a person reads in a browser where a program reads problem details."""
        title, word = word_error(error, page_translator(request))
        page = self.render("gone.html.j2", request, title=title, word=word)
        page.status_code = error.status
        return page


def _kind(value: object) -> str:
    """A value's class name, by which templates render an answer's blocks."""
    return type(value).__name__


def page_translator(request: WebRequest) -> Translator:
    """In the language the address names, else in the browser's."""
    named = request.query_params.get("lang")
    return translator(named or request.headers.get("accept-language") or "en")


def boot_data(
    t: Translator, version: str, prefixes: tuple[str, ...] = CLIENT_TEXTS
) -> dict[str, Any]:
    """What the client needs before its first request, with the texts under `prefixes`."""
    return {
        "language": t.language,
        "dir": t.direction,
        "messages": t.subset(prefixes),
        "version": version,
        "starters": starters(),
    }


def all_texts(t: Translator, version: str) -> dict[str, Any]:
    """The same with all texts of the client, the tasks and the languages: what later screens
    show."""
    data = boot_data(t, version)
    unnamed = {one.name_key: one.default_name for one in all_tasks()}
    shown = [TaskShown(one.name, one.in_sheet, one.options) for one in all_tasks()]
    names = [LanguageShown(tag, name) for tag, name in language_names().items()]
    return data | {"messages": unnamed | data["messages"], "tasks": shown, "languages": names}


def boot_json(
    t: Translator,
    version: str,
    prefixes: tuple[str, ...] = CLIENT_TEXTS,
    questions: tuple[str, ...] = (),
) -> str:
    """The boot data, safe inside a <script> element, with the default model's questions."""
    data = boot_data(t, version, prefixes)
    text = msgspec.json.encode(data | {"questions": questions} if questions else data).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
