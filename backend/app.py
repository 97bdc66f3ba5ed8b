"""The composition root: builds every part from Settings and joins them.

The only file that knows all rooms; nobody imports it but the command line and the tests.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import identity, tasks
from backend.billing.metering import Meter
from backend.billing.service import Billing
from backend.bot.courier import ChatCourier
from backend.bot.edge import BotEdge
from backend.bot.notifier import ChatNotifier
from backend.bot.stars import TelegramStars
from backend.bot.webhook import is_from_telegram
from backend.db import Database, Vault, decode_master_key, new_master_key
from backend.emulator import Emulator, build_emulator
from backend.errors import UserNotFound
from backend.generation import Generation
from backend.generation.handoff import HandOff
from backend.generation.log import RunLog
from backend.generation.memory_log import MemoryLog
from backend.generation.owners import this_process
from backend.generation.ports import NoReceipts, Preferences
from backend.generation.side import Side
from backend.generation.suggestions import Suggester
from backend.generation.valkey_log import ValkeyLog
from backend.identity import Identity
from backend.identity.limits import Limiter, MemoryLimiter
from backend.identity.valkey_limits import ValkeyLimiter
from backend.llm.room import ModelRoom
from backend.nursery import Nursery
from backend.privacy import Consents
from backend.reading.process import Reader
from backend.settings import Settings
from backend.sources import Sources, WebPages
from backend.uuid7 import uuid7
from backend.web.api import billing as billing_api
from backend.web.api import (
    consents,
    conversations,
    files,
    me,
    models,
    personas,
    runs,
    session,
    suggestions,
    usage,
)
from backend.web.assets import Assets, static_file
from backend.web.auth import current_principal
from backend.web.edge import Edge
from backend.web.health import Readiness, live, ready
from backend.web.openapi import describe_problems, openapi_config
from backend.web.pages import app as app_page
from backend.web.pages import papers
from backend.web.pages.render import Pages
from backend.web.parts import give_in_turn
from backend.web.problems import answer_error
from backend.web.uploads import Gate
from backend.web.webhook import telegram_webhook

# Streams must not wait in a compressor, static files are compressed once and for all by the
# build, and what holds secrets is not compressed together with what others can choose.
NOT_COMPRESSED = ["^/api", "^/static", "^/health", "^/emulator", "^/telegram"]

MAX_BODY_BYTES = 256 * 1024

API = (
    session,
    me,
    personas,
    usage,
    consents,
    models,
    conversations,
    files,
    runs,
    suggestions,
    billing_api,
)


class House:
    """All parts of one process. Building it touches nothing; `start` opens, `stop` closes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        master_key = decode_master_key(settings.master_key)
        self.nursery = Nursery()
        self.emulator: Emulator | None = build_emulator(settings) if settings.local else None
        self.clock = self.emulator.clock if self.emulator else _utc_now
        self.process_id = uuid7(self.clock()).hex
        self.database = Database.open(settings.database)
        self.vault = Vault(master_key)
        self.identity = Identity(self.database, settings.bot_token, master_key)
        self.limiter = _limiter(settings)
        self.models = ModelRoom(settings, self.clock)
        self.bot = BotEdge(settings)
        self.billing = Billing(self.database, TelegramStars(self.bot.bot), self.clock)
        self.consents = Consents(self.database, self.clock, self.models.providers)
        self.meter = Meter(self.database, self.clock, settings.daily_cap)
        self.uploads = Gate()
        self._reader = Reader()
        self.sources = Sources(
            self.database,
            self.vault,
            self.clock,
            reader=self._reader,
            transcriber=self.models.transcriber,
            consents=self.consents,
            meter=self.meter,
        )
        self.generation = self._generation()
        self.suggester = self._suggester()
        self.hand_off = HandOff(
            self.database, self.vault, ChatCourier(self.bot.bot, self.bot.links), self.clock
        )
        self.notifier = ChatNotifier(self.bot.bot, self.bot.links, self.language_of)
        self.readiness = Readiness(self.database)
        self.assets = Assets()
        self.pages = Pages(self.assets)
        self.bot.join(
            database=self.database,
            vault=self.vault,
            nursery=self.nursery,
            clock=self.clock,
            generation=self.generation,
            consents=self.consents,
            billing=self.billing,
            sources=self.sources,
            process_id=self.process_id,
        )

    def _generation(self) -> Generation:
        return Generation(
            database=self.database,
            vault=self.vault,
            run_log=_run_log(self.settings, self.nursery, self.process_id),
            nursery=self.nursery,
            models=self.models,
            router=self.models.router,
            people=self,
            process=this_process(self.process_id),
            clock=self.clock,
            sources=self.sources,
            pages=WebPages(self.clock, reader=self._reader),
            painters=self.models,
            consents=self.consents,
            max_runs=self.settings.max_runs,
            queue_limit=self.settings.queue_limit,
            daily_cap=self.settings.daily_cap,
        )

    def _suggester(self) -> Suggester:
        return Suggester(
            self.database,
            self.vault,
            self.models,
            Side(self.database, self.models.router, NoReceipts(), self.meter),
            self,
            self.clock,
            self.consents,
        )

    async def start(self, *, jobs: bool) -> None:
        """Open what needs a running loop, and take up work."""
        await self.models.start(self.nursery)
        self.nursery.start(self.database.keep_log_short(), name="database-log")
        self.nursery.start(self.identity.keep_fresh(self.clock), name="revocations")
        await self.generation.start()
        if self.emulator:
            await self.emulator.start(self.nursery)
        await self.bot.start()
        if jobs:
            self.start_jobs()

    async def start_worker(self) -> None:
        """Open what a process of periodic jobs alone needs."""
        self.start_jobs()

    def start_jobs(self) -> None:
        """Start the periodic jobs."""
        parts = tasks.Parts(self.database, self.clock, self.billing, self.notifier, self.bot.inbox)
        tasks.start_jobs(self.nursery, tasks.all_jobs(parts))
        self.nursery.start(self.hand_off.work(), name="hand-off")

    async def drain(self) -> None:
        """Take no new work and let what runs finish, for as long as the settings say."""
        self.readiness.draining = True
        await self.generation.drain(self.settings.drain_seconds)
        if self.emulator:
            self.emulator.release()

    async def stop(self) -> None:
        """Close everything, in the opposite order."""
        await self.nursery.close()
        await self.bot.stop()
        if self.emulator:
            await self.emulator.stop()
        await self.models.close()
        await self.limiter.aclose()
        await self.database.close()

    async def preferences(self, db: AsyncConnection, user_id: int) -> Preferences:
        """Identity's settings as generation wants them (its port `People`)."""
        try:
            person = await identity.profile(db, self.vault, user_id)
        except UserNotFound:
            return Preferences()
        return Preferences(
            person.hand_off,
            person.model_id,
            person.custom_instructions,
            person.suggestions,
            person.persona_id,
        )

    async def language_of(self, user_id: int) -> str:
        """The language in which to write to a person."""
        async with self.database.snapshot() as db:
            try:
                return (await identity.profile(db, self.vault, user_id)).language
            except UserNotFound:
                return "en"

    def model_name(self, model_id: str) -> str | None:
        """A model's name for people; a model no longer offered has none."""
        model = self.models.find(model_id)
        return model.name if model else None


def build_app(house: House, *, jobs: bool = False) -> Litestar:
    """The ASGI application."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await house.start(jobs=jobs)
        try:
            yield
        finally:
            await house.stop()

    api = Router("/api", route_handlers=[one for module in API for one in module.handlers])
    app = Litestar(
        [api, live, ready, static_file, telegram_webhook, *_pages(house)],
        lifespan=[lifespan],
        dependencies=_dependencies(house),
        exception_handlers={Exception: answer_error},
        openapi_config=openapi_config(),
        compression_config=CompressionConfig(backend="gzip", exclude=NOT_COMPRESSED),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
        debug=False,
    )
    describe_problems(app.openapi_schema)
    give_in_turn(app)
    # Litestar answers unknown addresses outside of its middleware; the edge sees those too.
    app.asgi_handler = Edge(app.asgi_handler, house.settings)
    return app


def openapi_json(settings: Settings) -> str:
    """The API's document, as /openapi/openapi.json serves it."""
    settings = msgspec.structs.replace(settings, master_key=settings.master_key or new_master_key())
    schema = build_app(House(settings)).openapi_schema.to_schema()
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()


def _pages(house: House) -> list[Any]:
    pages: list[Any] = [app_page.mini_app, app_page.texts, papers.privacy, papers.terms]
    return [*pages, *house.emulator.routes] if house.emulator else [*pages, papers.front]


def _dependencies(house: House) -> dict[str, Provide]:
    """What handlers may ask for by a parameter's name."""
    parts: dict[str, Any] = {
        "assets": house.assets,
        "billing": house.billing,
        "clock": house.clock,
        "consents": house.consents,
        "database": house.database,
        "from_telegram": partial(is_from_telegram, house.settings),
        "generation": house.generation,
        "identity": house.identity,
        "inbox": house.bot.inbox,
        "limiter": house.limiter,
        "model_names": house.model_name,
        "models": house.models,
        "pages": house.pages,
        "readiness": house.readiness,
        "settings": house.settings,
        "sources": house.sources,
        "suggester": house.suggester,
        "uploads": house.uploads,
        "vault": house.vault,
    }
    provided = {name: Provide(_giver(part), sync_to_thread=False) for name, part in parts.items()}
    provided["principal"] = Provide(current_principal)
    return provided


def _giver(part: Any) -> Callable[[], Any]:
    return lambda: part


def _run_log(settings: Settings, nursery: Nursery, process_id: str) -> RunLog:
    if settings.valkey_url:
        return ValkeyLog(settings.valkey_url, nursery, process_id)
    return MemoryLog()


def _limiter(settings: Settings) -> Limiter:
    return ValkeyLimiter(settings.valkey_url) if settings.valkey_url else MemoryLimiter()


def _utc_now() -> datetime:
    return datetime.now(UTC)
