"""Jinja2 over webapp/templates: prepared values only, autoescape on, text from the catalogue."""

from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response

from backend.i18n import Translator, translator
from backend.web.assets import WEBAPP, Assets
from backend.web.auth import WebRequest

CLIENT_TEXTS = ("app.", "error.")


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
        return Response(html, media_type="text/html; charset=utf-8")


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
    }


def boot_json(t: Translator, version: str, prefixes: tuple[str, ...] = CLIENT_TEXTS) -> str:
    """The boot data, safe inside a <script> element."""
    text = msgspec.json.encode(boot_data(t, version, prefixes)).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
