"""The composition root: builds the parts of every room from Settings and connects them.

The only file that knows all rooms; only the application, the server and tests import it.
"""

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from backend import tasks
from backend.billing import Billing
from backend.business import BusinessInbox, BusinessReplies, business_copy
from backend.checks import CheckParts, Checks, ClaimChecker, checks_copy
from backend.console import AlertWatch, Console, Switchboard, WatchedParts, console_copy
from backend.db import Database, KeyRing
from backend.features import Features
from backend.files import FileService, WebPages
from backend.generation import (
    ARRIVAL_SECONDS,
    Bounds,
    Collaborators,
    HandOff,
    build_generation,
    build_suggester,
    side_questions,
    this_process,
)
from backend.identity import Identity
from backend.llm import ModelRoom
from backend.local_mode import build_emulator
from backend.metering import Meter
from backend.nursery import Nursery
from backend.privacy import AccessLog, Consents, Receipts, ReceiptSigner, claims_of, receipts_copy
from backend.privacy.archive import Exporter, ExportLinks, Importer
from backend.privacy.erasure import CertificateSigner, Erasures
from backend.reading.process import ReadingProcess
from backend.safety import (
    AgeGate,
    AnswerFeedback,
    ModerationGuard,
    Refusals,
    choose_moderation,
    safety_copy,
)
from backend.schedules import ScheduleRunner, Schedules, schedules_copy
from backend.settings import Settings
from backend.uuid7 import uuid7
from backend.web import Assets, GaugeReader, PersonStreams, Readiness, UploadPlaces
from backend.web.pages import Pages
from backend.wiring import (
    ERASED_WITH_A_PERSON,
    PageSources,
    PersonLanguages,
    StoredPreferences,
    open_limiter,
    open_person_events,
    open_run_log,
    open_vault,
)

if TYPE_CHECKING:
    from backend.bot.edge import BotEdge


class Container:
    """All parts of one process. Building it opens nothing; `lifecycle.py` does.

    The parts are built in the order of their dependencies: each step uses those before it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._build_base()
        self._build_records()
        self._build_files()
        self._build_privacy()
        self._build_console_and_safety()
        self._build_answers()
        self._build_edges()

    def _build_base(self) -> None:
        settings = self.settings
        self.keys = KeyRing.from_settings(settings)
        self.nursery = Nursery()
        self.emulator = build_emulator(settings) if settings.local else None
        self.clock = self.emulator.clock if self.emulator else _utc_now
        self.process_id = uuid7(self.clock()).hex
        self.database = Database.open(settings.database, pool_size=settings.database_pool_size)
        self.vault = open_vault(settings, self.keys)
        self.identity = Identity(self.database, settings.bot_token, settings.mode, self.keys)
        self.limiter = open_limiter(settings)
        self.person_events = open_person_events(settings, self.process_id)
        self.languages = PersonLanguages(self.database, self.vault)
        self.features = Features(settings)
        self.models = ModelRoom(settings, self.clock, self.features)
        self.bot = _bot_edge(settings)

    def _build_records(self) -> None:
        """Records of money, consent and what was sent to providers."""
        providers = self.models.catalog.providers
        self.billing = Billing(self.database, self.vault, self.bot.stars, self.clock)
        self.meter = Meter(self.database, self.clock, self.settings.daily_cap)
        self.consents = Consents(self.database, self.clock, self.models.providers, providers)
        self.receipts = Receipts(self.vault, self.clock, partial(claims_of, providers))
        self.receipt_signer = ReceiptSigner(self.keys, self.clock)
        self.access_log = AccessLog(self.vault, self.clock)

    def _build_files(self) -> None:
        reader = ReadingProcess()
        self.uploads = UploadPlaces()
        self._web_pages = WebPages(self.clock, reader=reader)
        self.file_service = FileService(
            self.database,
            self.vault,
            self.clock,
            reader=reader,
            transcriber=self.models.transcriber,
            speaker=self.models.speaker,
            features=self.features,
            consents=self.consents,
            receipts=self.receipts,
            meter=self.meter,
        )

    def _build_privacy(self) -> None:
        """Export, import and erasure; each room contributes its part of a person's data."""
        copies = [receipts_copy(self.receipt_signer), checks_copy, safety_copy, schedules_copy]
        copies += [business_copy, console_copy, self.bot.chat_copy]
        self.exporter = Exporter(self.database, self.vault, self.clock, self.access_log, copies)
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
            extras=[self.bot.forget_chat, *ERASED_WITH_A_PERSON],
        )

    def _build_console_and_safety(self) -> None:
        support = self.bot.support(self.languages.language_of)
        self.switchboard = Switchboard(self.database)
        self.console = Console(
            self.database, self.vault, self.clock, self.billing, self.access_log, support
        )
        self.watch = AlertWatch(self.database, self.clock, support, self._watched())
        self.age_gate = AgeGate(self.settings.minimum_age, self.clock)
        self.refusals = Refusals(self.database, self.vault, self.clock)
        self.answer_feedback = AnswerFeedback(self.database, self.vault, self.clock)
        moderation = choose_moderation(
            self.settings,
            self.database,
            self.receipts,
            self.meter,
            self.clock,
            self.models.moderation,
        )
        self.guard = ModerationGuard(moderation, self.refusals, self.age_gate)

    def _build_answers(self) -> None:
        """What asks models: answers, suggested replies, checks and schedules."""
        collaborators = self._collaborators()
        self.generation = build_generation(collaborators, self._bounds())
        self.suggester = build_suggester(collaborators)
        self.checks = self._checks(collaborators)
        self.schedules = Schedules(self.database, self.vault, self.clock)
        self.business = BusinessInbox(self.database, self.vault, self.clock)
        self.business_replies = BusinessReplies(self.business, self.bot.customer_messages)
        self.schedule_runner = ScheduleRunner(
            self.database,
            self.vault,
            self.clock,
            asker=self.generation,
            languages=self.languages,
            chat=self.bot.schedule_chat,
            posts=self.schedules.posts,
        )

    def _build_edges(self) -> None:
        database, models, settings = self.database, self.models, self.settings
        courier = self.bot.courier(database, self.vault, models, self.clock, self.schedules)
        self.hand_off = HandOff(database, self.vault, courier, self.clock)
        self.notifier = self.bot.notifier(self.languages.language_of)
        self.readiness = Readiness(
            database, settings.data_dir, settings.valkey_url, models, self.nursery.failing
        )
        self.streams = PersonStreams()
        watched = self.generation, models, self.streams
        self.gauges = GaugeReader(settings, database, *watched)
        self.assets = Assets()
        self.pages = Pages(self.assets)
        self._join_bot()

    def _join_bot(self) -> None:
        from backend.bot.edge import BotRooms

        rooms = BotRooms(
            keys=self.keys,
            database=self.database,
            vault=self.vault,
            nursery=self.nursery,
            clock=self.clock,
            features=self.features,
            generation=self.generation,
            consents=self.consents,
            billing=self.billing,
            file_service=self.file_service,
            exporter=self.exporter,
            erasures=self.erasures,
            checks=self.checks,
            schedules=self.schedules,
            business=self.business,
            business_replies=self.business_replies,
            console=self.console,
            models=self.models,
            refusals=self.refusals,
            age_gate=self.age_gate,
            answer_feedback=self.answer_feedback,
            process_id=self.process_id,
        )
        self.bot.connect_rooms(rooms)

    def _collaborators(self) -> Collaborators:
        return Collaborators(
            database=self.database,
            vault=self.vault,
            clock=self.clock,
            nursery=self.nursery,
            run_log=open_run_log(self.settings, self.keys, self.nursery, self.process_id),
            person_events=self.person_events,
            process=this_process(self.process_id),
            models=self.models,
            router=self.models.router,
            image_models=self.models,
            preferences=StoredPreferences(self.vault),
            consents=self.consents,
            receipts=self.receipts,
            pages=self._web_pages,
            pictures=self.file_service,
            meter=self.meter,
            intake=self.switchboard,
            guard=self.guard,
        )

    def _checks(self, given: Collaborators) -> Checks:
        questions = side_questions(given)
        sources = PageSources(self._web_pages, simulated=self.settings.local)
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

    def model_name(self, model_id: str) -> str | None:
        """A model's name for people; None for a model that is no longer offered."""
        return model.name if (model := self.models.find(model_id)) else None


def _bot_edge(settings: Settings) -> "BotEdge":
    # Imported here: aiogram is a third of all import time, and only this function needs it.
    from backend.bot.edge import BotEdge

    return BotEdge(settings)


def _utc_now() -> datetime:
    return datetime.now(UTC)
