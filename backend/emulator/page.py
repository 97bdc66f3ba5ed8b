"""The emulator's page: one template, the client's built files, the catalogue's texts."""

import secrets
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request

from backend.i18n import languages, translator

WEBAPP = Path(__file__).parents[2] / "webapp"
TEXTS = ("emulator.", "error.emulator_refused.")


class BuiltFiles:
    """Addresses of the client's files by their logical names, as the build's manifest has them."""

    def __init__(self, folder: Path = WEBAPP / "dist") -> None:
        manifest = folder / "manifest.json"
        self._names: dict[str, str] = (
            msgspec.json.decode(manifest.read_bytes(), type=dict[str, str])
            if manifest.exists()
            else {}
        )

    def url(self, name: str) -> str:
        """The address of a file such as `emulator.js`."""
        return f"/static/{self._names.get(name, name)}"


class Page:
    """Renders `webapp/templates/emulator.html.j2`."""

    def __init__(self, files: BuiltFiles | None = None) -> None:
        self._files = files or BuiltFiles()
        self._environment = Environment(
            loader=FileSystemLoader(WEBAPP / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, request: Request[Any, Any, Any]) -> str:
        """The page in the language that `?lang=` or the browser asks for."""
        wanted = request.query_params.get("lang") or request.headers.get("accept-language")
        t = translator(wanted or "en")
        boot = {
            "language": t.language,
            "dir": t.direction,
            "languages": languages(),
            "messages": t.subset(TEXTS),
        }
        text = msgspec.json.encode(boot).decode()
        state = request.scope.get("state", {})
        return self._environment.get_template("emulator.html.j2").render(
            t=t,
            language=t.language,
            dir=t.direction,
            nonce=state.get("nonce") or secrets.token_urlsafe(16),
            assets=self._files,
            boot_json=text.replace("<", "\\u003c").replace(">", "\\u003e"),
        )
