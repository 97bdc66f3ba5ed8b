"""The composition root: builds every part from Settings and joins them.

The only file that knows all rooms; nobody imports it but the command line and the tests.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from backend import __version__
from backend.db import Database, Vault, decode_master_key, new_master_key
from backend.identity import Identity
from backend.nursery import Nursery
from backend.settings import Settings
from backend.web.api import conversations, session
from backend.web.assets import Assets, static_file
from backend.web.auth import current_principal
from backend.web.edge import Edge
from backend.web.health import Readiness, live, ready
from backend.web.pages import app as app_page
from backend.web.pages import papers
from backend.web.pages.render import Pages
from backend.web.problems import answer_error

MAX_BODY_BYTES = 256 * 1024


class House:
    """All parts of one process. Building it touches nothing; `start` opens, `stop` closes."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] | None = None) -> None:
        self.settings = settings
        self.clock = clock or _utc_now
        master_key = decode_master_key(settings.master_key)
        self.nursery = Nursery()
        self.database = Database.open(settings.database)
        self.vault = Vault(master_key)
        self.identity = Identity(self.database, settings.bot_token, master_key)
        self.readiness = Readiness(self.database)
        self.assets = Assets()
        self.pages = Pages(self.assets)

    async def start(self, *, jobs: bool) -> None:
        """Open what needs a running loop."""
        self.nursery.start(self.identity.keep_fresh(self.clock), name="revocations")

    async def start_worker(self) -> None:
        """Open what the periodic jobs need."""

    async def drain(self) -> None:
        """Take no new work and let what runs finish, for as long as the settings say."""
        self.readiness.draining = True

    async def stop(self) -> None:
        """Close everything, in the opposite order."""
        await self.nursery.close()
        await self.database.close()

    def model_name(self, model_id: str) -> str | None:
        """A model's name for people."""
        return None


def build_app(house: House, *, jobs: bool = False) -> Litestar:
    """The ASGI application."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await house.start(jobs=jobs)
        try:
            yield
        finally:
            await house.stop()

    api = Router("/api", route_handlers=[*session.handlers, *conversations.handlers])
    app = Litestar(
        [api, live, ready, static_file, *_pages(house)],
        lifespan=[lifespan],
        dependencies=_dependencies(house),
        exception_handlers={Exception: answer_error},
        openapi_config=_openapi(),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
        debug=False,
    )
    # Litestar answers unknown addresses outside of its middleware; the edge sees those too.
    app.asgi_handler = Edge(app.asgi_handler, house.settings)
    return app


def openapi_json(settings: Settings) -> str:
    """The API's document, as /openapi.json serves it."""
    settings = msgspec.structs.replace(settings, master_key=settings.master_key or new_master_key())
    schema = build_app(House(settings)).openapi_schema.to_schema()
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()


def _pages(house: House) -> list[Any]:
    pages: list[Any] = [app_page.mini_app, app_page.texts, papers.privacy, papers.terms]
    return pages if house.settings.local else [*pages, papers.front]


def _dependencies(house: House) -> dict[str, Provide]:
    """What handlers may ask for by a parameter's name."""
    parts: dict[str, Any] = {
        "assets": house.assets,
        "clock": house.clock,
        "database": house.database,
        "identity": house.identity,
        "model_names": house.model_name,
        "pages": house.pages,
        "readiness": house.readiness,
        "settings": house.settings,
        "vault": house.vault,
    }
    provided = {name: Provide(_giver(part), sync_to_thread=False) for name, part in parts.items()}
    provided["principal"] = Provide(current_principal, sync_to_thread=False)
    return provided


def _giver(part: Any) -> Callable[[], Any]:
    return lambda: part


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Tanya",
        version=__version__,
        path="/api",
        description="The Mini App's API. Errors are RFC 9457 problem details with stable codes.",
        use_handler_docstrings=True,
        components=Components(
            security_schemes={"session": SecurityScheme(type="http", scheme="bearer")}
        ),
        security=[{"session": []}],
        render_plugins=[],
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)
