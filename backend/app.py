"""The composition root: builds every part from Settings and joins them.

The only file that knows all rooms; nobody imports it but the command line and the tests.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide

from backend import tasks
from backend.billing import Billing
from backend.checks import CheckParts, Checks, ClaimChecker, checks_copy
from backend.console import AlertWatch, Console, Switchboard, WatchedParts
from backend.data_dir import new_bot_token
from backend.db import Database, KeyRing, Vault, new_master_key, open_temporary_keys
from backend.files import FileService, WebPages
from backend.generation import (
    ARRIVAL_SECONDS,
    LOOK_SECONDS,
    Bounds,
    Collaborators,
    HandOff,
    build_generation,
    build_suggester,
    side_questions,
    this_process,
)
from backend.identity import Identity, Limiter, MemoryLimiter
from backend.llm import ModelRoom
from backend.local_mode import build_emulator, guard
from backend.metering import Meter
from backend.nursery import Nursery
from backend.privacy import (
    AccessLog,
    Consents,
    Receipts,
    ReceiptSigner,
    claims_of,
    receipts_copy,
)
from backend.privacy.archive import Exporter, ExportLinks, Importer
from backend.privacy.erasure import CertificateSigner, Erasures
from backend.reading.process import ReadingProcess
from backend.runlog import LocalPersonEvents, MemoryLog, PersonEvents, RunLog
from backend.safety import (
    AgeGate,
    AnswerFeedback,
    Moderation,
    ModerationGuard,
    Refusals,
    choose_moderation,
    safety_copy,
)
from backend.safety import erase as forget_safety
from backend.schedules import ScheduleRunner, Schedules, schedules_copy
from backend.schedules import erase as forget_schedules
from backend.settings import Settings
from backend.uuid7 import uuid7
from backend.web import (
    Assets,
    Edge,
    PersonStreams,
    PictureLinks,
    ShareLinks,
    StrictRequest,
    UploadPlaces,
    answer_error,
    completed,
    current_principal,
    health,
    openapi_config,
    resolve_sequentially,
    service_worker,
    show_metrics,
    static_file,
    telegram_webhook,
)
from backend.web.api import (
    access_log,
    age,
    checks,
    consents,
    conversations,
    erasure,
    events,
    export,
    feedback,
    files,
    me,
    models,
    personas,
    receipts,
    refusals,
    runs,
    schedules,
    session,
    shares,
    suggestions,
    usage,
)
from backend.web.api import billing as billing_api
from backend.web.api import console as console_api
from backend.web.pages import Pages, papers, picture, shared
from backend.web.pages import app as app_page
from backend.wiring import PageSources, PersonLanguages, StoredPreferences

if TYPE_CHECKING:
    from backend.bot.edge import BotEdge

# Streams must not wait in a compressor, static files are compressed once and for all by the
# build, and what holds secrets is not compressed together with what others can choose.
NOT_COMPRESSED = ["^/api", "^/static", "^/service-worker", "^/health", "^/emulator", "^/telegram"]

MAX_BODY_BYTES = 256 * 1024

API = (
    session,
    me,
    access_log,
    personas,
    usage,
    consents,
    models,
    conversations,
    events,
    files,
    receipts,
    refusals,
    feedback,
    age,
    runs,
    checks,
    schedules,
    suggestions,
    shares,
    export,
    erasure,
    billing_api,
    console_api,
)


class House:
    """All parts of one process. Building it touches nothing; `start` opens, `stop` closes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keys = KeyRing.from_settings(settings)
        self.nursery = Nursery()
        self.emulator = build_emulator(settings) if settings.local else None
        self.clock = self.emulator.clock if self.emulator else _utc_now
        self.process_id = uuid7(self.clock()).hex
        self.database = Database.open(settings.database, pool_size=settings.database_pool_size)
        self.vault = Vault(self.keys, open_temporary_keys(settings.valkey_url))
        self.identity = Identity(self.database, settings.bot_token, settings.mode, self.keys)
        self.limiter = _limiter(settings)
        self.models = ModelRoom(settings, self.clock)
        self.bot = _bot_edge(settings)
        self.billing = Billing(self.database, self.vault, self.bot.stars, self.clock)
        self.consents = Consents(
            self.database, self.clock, self.models.providers, self.models.catalog.providers
        )
        self.receipts = Receipts(
            self.vault, self.clock, partial(claims_of, self.models.catalog.providers)
        )
        self.receipt_signer = ReceiptSigner(self.keys, self.clock)
        self.meter = Meter(self.database, self.clock, settings.daily_cap)
        self.uploads = UploadPlaces()
        self._reader = ReadingProcess()
        self._pages = WebPages(self.clock, reader=self._reader)
        self.file_service = FileService(
            self.database,
            self.vault,
            self.clock,
            reader=self._reader,
            transcriber=self.models.transcriber,
            consents=self.consents,
            receipts=self.receipts,
            meter=self.meter,
        )
        self.access_log = AccessLog(self.vault, self.clock)
        self.exporter = Exporter(
            self.database,
            self.vault,
            self.clock,
            self.access_log,
            [
                receipts_copy(self.receipt_signer),
                checks_copy,
                safety_copy,
                schedules_copy,
                self.bot.chat_copy,
            ],
        )
        self.export_links = ExportLinks(self.database, self.keys, self.clock)
        self.importer = Importer(self.database, self.vault, self.clock, self.file_service)
        self.certificate_signer = CertificateSigner(self.keys)
        self.erasures = Erasures(
            self.database,
            self.vault,
            self.clock,
            renewals=self.billing.renewals,
            sessions=self.identity,
            signer=self.certificate_signer,
            accesses=self.access_log,
            providers=self.models.providers,
            extras=[self.bot.forget_chat, forget_safety, forget_schedules],
        )
        self.languages = PersonLanguages(self.database, self.vault)
        self.switchboard = Switchboard(self.database)
        support = self.bot.support(self.languages.language_of)
        self.console = Console(
            self.database, self.vault, self.clock, self.billing, self.access_log, support
        )
        self.age_gate = AgeGate(settings.minimum_age, self.clock)
        self.refusals = Refusals(self.database, self.vault, self.clock)
        self.answer_feedback = AnswerFeedback(self.database, self.vault, self.clock)
        self.guard = ModerationGuard(self._moderation(), self.refusals, self.age_gate)
        self.watch = AlertWatch(self.database, self.clock, support, self._watched())
        self.person_events = _person_events(settings, self.process_id)
        collaborators = self._collaborators()
        self.generation = build_generation(collaborators, self._bounds())
        self.suggester = build_suggester(collaborators)
        self.checks = self._checks(collaborators)
        self.schedules = Schedules(self.database, self.vault, self.clock)
        self.schedule_runner = ScheduleRunner(
            self.database,
            self.vault,
            self.clock,
            asker=self.generation,
            languages=self.languages,
            chat=self.bot.schedule_chat,
        )
        courier = self.bot.courier(self.database, self.vault, self.clock, self.schedules)
        self.hand_off = HandOff(self.database, self.vault, courier, self.clock)
        self.notifier = self.bot.notifier(self.languages.language_of)
        self.readiness = health.Readiness(
            self.database, settings.data_dir, settings.valkey_url, self.models, self.nursery.failing
        )
        self.assets = Assets()
        self.pages = Pages(self.assets)
        self._join_bot()

    def _join_bot(self) -> None:
        self.bot.join(
            keys=self.keys,
            database=self.database,
            vault=self.vault,
            nursery=self.nursery,
            clock=self.clock,
            generation=self.generation,
            consents=self.consents,
            billing=self.billing,
            file_service=self.file_service,
            exporter=self.exporter,
            erasures=self.erasures,
            checks=self.checks,
            schedules=self.schedules,
            console=self.console,
            models=self.models,
            refusals=self.refusals,
            age_gate=self.age_gate,
            answer_feedback=self.answer_feedback,
            process_id=self.process_id,
        )

    def _moderation(self) -> Moderation:
        return choose_moderation(
            self.settings, self.database, self.receipts, self.clock, self.models.moderation
        )

    def _collaborators(self) -> Collaborators:
        return Collaborators(
            database=self.database,
            vault=self.vault,
            clock=self.clock,
            nursery=self.nursery,
            run_log=_run_log(self.settings, self.keys, self.nursery, self.process_id),
            person_events=self.person_events,
            process=this_process(self.process_id),
            models=self.models,
            router=self.models.router,
            image_models=self.models,
            preferences=StoredPreferences(self.vault),
            consents=self.consents,
            receipts=self.receipts,
            pages=self._pages,
            pictures=self.file_service,
            meter=self.meter,
            intake=self.switchboard,
            guard=self.guard,
        )

    def _checks(self, given: Collaborators) -> Checks:
        questions = side_questions(given)
        sources = PageSources(self._pages, simulated=self.settings.local)
        parts = CheckParts(
            database=given.database,
            vault=given.vault,
            clock=given.clock,
            nursery=given.nursery,
            run_log=given.run_log,
            models=given.models,
            consents=given.consents,
            questions=questions,
            checker=ClaimChecker(questions, sources),
            recipes=self.receipts,
            intake=self.switchboard,
            guard=given.guard,
            daily_cap=self.settings.daily_cap,
        )
        return Checks(parts)

    def _watched(self) -> WatchedParts:
        return WatchedParts(
            operators=self.settings.admin_ids,
            data_dir=self.settings.data_dir,
            daily_cap=self.settings.daily_cap,
            troubled=self.models.router.troubled,
            last_job=None if self.settings.local else tasks.last_run,
        )

    def _bounds(self) -> Bounds:
        return Bounds(
            max_runs=self.settings.max_runs,
            queue_limit=self.settings.queue_limit,
            arrival_seconds=ARRIVAL_SECONDS,
            daily_cap=self.settings.daily_cap,
        )

    async def start(self, *, jobs: bool) -> None:
        """Open what needs a running loop, and take up work."""
        await self.models.start(self.nursery)
        self.database.keep_checkpointing(self.nursery)
        self.identity.keep_fresh(self.nursery, self.clock)
        self.switchboard.keep_fresh(self.nursery, self._follow_switches)
        self.vault.keep_fresh(self.nursery, self.database, self.clock)
        async with self.database.unit_of_work() as db:
            await self.receipt_signer.publish(db)
            await self.certificate_signer.publish(db, self.clock())
        await self.generation.start()
        self.watch.keep(self.nursery)
        if self.emulator:
            await self.emulator.start()
        await self.bot.start()
        if jobs:
            self.start_jobs()

    def _follow_switches(self) -> None:
        self.models.switch_off(self.switchboard.models_off)

    async def start_worker(self) -> None:
        """Open what a process of periodic jobs alone needs."""
        async with self.database.unit_of_work() as db:
            await self.certificate_signer.publish(db, self.clock())
        self.database.keep_checkpointing(self.nursery)
        self.vault.keep_fresh(self.nursery, self.database, self.clock)
        self.watch.keep(self.nursery)
        self.start_jobs()

    def start_jobs(self) -> None:
        """Start the periodic jobs."""
        parts = tasks.Parts(
            self.database,
            self.vault,
            self.clock,
            self.billing,
            self.notifier,
            self.bot.inbox,
            self.receipts,
            self.erasures,
            self.bot.erasure_chat,
            self.checks,
            self.schedule_runner,
        )
        tasks.start_jobs(self.nursery, tasks.all_jobs(parts), self.database, self.clock)
        self.nursery.repeat(self.hand_off.work, name="hand-off", every=LOOK_SECONDS)

    async def drain(self) -> None:
        """Take no new work and let what runs finish, for as long as the settings say."""
        self.readiness.draining = True
        await self.checks.drain()
        await self.generation.drain(self.settings.drain_seconds)
        if self.emulator:
            self.emulator.release()

    async def stop(self) -> None:
        """Close everything in reverse order."""
        await self.nursery.close()
        await self.bot.stop()
        if self.emulator:
            await self.emulator.stop()
        await self.models.close()
        await self.limiter.aclose()
        await self.vault.temporary.aclose()
        await self.database.close()

    def model_name(self, model_id: str) -> str | None:
        """A model's name for people; a model no longer offered has none."""
        model = self.models.find(model_id)
        return model.name if model else None


def build_app(house: House) -> Litestar:
    """The ASGI application. The server that runs it starts and stops `house`."""
    api = Router("/api", route_handlers=[one for module in API for one in module.handlers])
    app = Litestar(
        [
            api,
            health.live,
            health.ready,
            show_metrics,
            receipts.public_keys,
            receipts.erasure_keys,
            service_worker,
            static_file,
            telegram_webhook,
            export.export_by_link,
            *_pages(house),
        ],
        dependencies=_dependencies(house),
        exception_handlers={Exception: answer_error},
        openapi_config=openapi_config(is_open=house.settings.local or house.settings.openapi_open),
        compression_config=CompressionConfig(backend="gzip", exclude=NOT_COMPRESSED),
        request_class=StrictRequest,
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
        debug=False,
    )
    resolve_sequentially(app)
    # Litestar answers unknown addresses outside of its middleware; the edge sees those too.
    inner = guard(app.asgi_handler, house.settings) if house.emulator else app.asgi_handler
    app.asgi_handler = Edge(inner, house.settings)
    return app


def openapi_json(settings: Settings) -> str:
    """The API's document, as /openapi/openapi.json serves it."""
    settings = msgspec.structs.replace(
        settings,
        master_key=settings.master_key or new_master_key(),
        bot_token=settings.bot_token or new_bot_token(),
    )
    schema = completed(build_app(House(settings)))
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()


def _pages(house: House) -> list[Any]:
    pages: list[Any] = [app_page.mini_app, app_page.texts, papers.privacy]
    pages += [papers.data_map, papers.terms, shared.shared, picture.picture]
    return [*pages, *house.emulator.routes] if house.emulator else [*pages, papers.front]


def _dependencies(house: House) -> dict[str, Provide]:
    """What handlers may ask for by a parameter's name."""
    parts: dict[str, Any] = {
        "age_gate": house.age_gate,
        "answer_feedback": house.answer_feedback,
        "access_log": house.access_log,
        "assets": house.assets,
        "billing": house.billing,
        "checks": house.checks,
        "bot_username": house.bot.username,
        "certificate_signer": house.certificate_signer,
        "clock": house.clock,
        "consents": house.consents,
        "console": house.console,
        "database": house.database,
        "erasure_chat": house.bot.erasure_chat,
        "erasures": house.erasures,
        "export_links": house.export_links,
        "exporter": house.exporter,
        "from_telegram": house.bot.is_from_telegram,
        "generation": house.generation,
        "identity": house.identity,
        "importer": house.importer,
        "inbox": house.bot.inbox,
        "limiter": house.limiter,
        "message_preparer": house.bot.message_preparer,
        "model_names": house.model_name,
        "models": house.models,
        "pages": house.pages,
        "picture_links": PictureLinks(house.keys),
        "readiness": house.readiness,
        "schedules": house.schedules,
        "refusals": house.refusals,
        "settings": house.settings,
        "share_links": ShareLinks(house.keys),
        "signer": house.receipt_signer,
        "streams": PersonStreams(),
        "person_events": house.person_events,
        "event_streams": PersonStreams(),
        "file_service": house.file_service,
        "suggester": house.suggester,
        "uploads": house.uploads,
        "vault": house.vault,
    }
    provided = {name: Provide(_giver(part), sync_to_thread=False) for name, part in parts.items()}
    provided["principal"] = Provide(current_principal)
    return provided


def _giver(part: Any) -> Callable[[], Any]:
    return lambda: part


def _bot_edge(settings: Settings) -> "BotEdge":
    # Imported here: aiogram is a third of all import time, and only this function needs it.
    from backend.bot.edge import BotEdge

    return BotEdge(settings)


def _run_log(settings: Settings, keys: KeyRing, nursery: Nursery, process_id: str) -> RunLog:
    if not settings.valkey_url:
        return MemoryLog()
    from backend.runlog.valkey import ValkeyLog, run_log_cipher

    return ValkeyLog(settings.valkey_url, nursery, process_id, run_log_cipher(keys))


def _person_events(settings: Settings, process_id: str) -> PersonEvents:
    if not settings.valkey_url:
        return LocalPersonEvents()
    from backend.runlog.valkey import ValkeyPersonEvents

    return ValkeyPersonEvents(settings.valkey_url, process_id)


def _limiter(settings: Settings) -> Limiter:
    if not settings.valkey_url:
        return MemoryLimiter()
    from backend.identity.valkey_limits import ValkeyLimiter

    return ValkeyLimiter(settings.valkey_url)


def _utc_now() -> datetime:
    return datetime.now(UTC)
