"""Builds the generation room from its collaborators.

All arguments are required: guards (consent, receipts, caps) have no permissive default. Tests pass
the fakes of `fakes.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from backend.db import Database, Vault
from backend.generation.delivery.late_readers import LateReaders
from backend.generation.ports import (
    ConsentCheck,
    ImageModels,
    Intake,
    ModelRouter,
    OfferedModels,
    PageReader,
    PictureKeeper,
    PreferencesSource,
    ReceiptWriter,
)
from backend.generation.record.checkpoint import Checkpointer
from backend.generation.record.finisher import RunFinisher
from backend.generation.record.heartbeat import OwnerProcess
from backend.generation.record.pictures import Pictures
from backend.generation.record.reaper import RunReaper
from backend.generation.record.replay import RunReplayer
from backend.generation.request.order import OrderBuilder
from backend.generation.request.start import RunStarter
from backend.generation.run.admission import Admission
from backend.generation.run.estimate import estimate_usage
from backend.generation.run.materials import MaterialLoader
from backend.generation.run.model_stream import ModelStream
from backend.generation.run.moderation import RunModeration
from backend.generation.run.running import ActiveRuns
from backend.generation.service import Generation, GenerationParts
from backend.generation.side.questions import SideQuestions
from backend.generation.side.suggestions import ReplySuggester
from backend.generation.side.titles import Titler
from backend.metering import Meter
from backend.nursery import Nursery
from backend.runlog import PersonEvents, RunLog
from backend.safety import ModerationGuard


@dataclass(frozen=True, kw_only=True)
class Collaborators:
    """What generation needs from other rooms."""

    database: Database
    vault: Vault
    clock: Callable[[], datetime]
    nursery: Nursery
    run_log: RunLog
    person_events: PersonEvents
    process: OwnerProcess
    models: OfferedModels
    router: ModelRouter
    image_models: ImageModels
    preferences: PreferencesSource
    consents: ConsentCheck
    receipts: ReceiptWriter
    pages: PageReader
    pictures: PictureKeeper
    meter: Meter
    intake: Intake
    guard: ModerationGuard


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much one process takes on.

    `arrival_seconds`: how long a client may take to begin reading. `daily_cap`: the operator's, in
    micro-dollars a day; None if not set.
    """

    max_runs: int
    queue_limit: int
    arrival_seconds: float
    daily_cap: int | None


def build_generation(given: Collaborators, bounds: Bounds) -> Generation:
    """The room, ready for `start`."""
    return Generation(build_parts(given, bounds))


def build_suggester(given: Collaborators) -> ReplySuggester:
    """The suggester of replies, with the same collaborators."""
    return ReplySuggester(
        given.database,
        given.vault,
        given.models,
        side_questions(given),
        given.preferences,
        given.clock,
        given.consents,
    )


def build_parts(given: Collaborators, bounds: Bounds) -> GenerationParts:
    """The room's parts, before they are joined; tests replace single ones."""
    active = ActiveRuns()
    admission = Admission(bounds.max_runs, bounds.queue_limit)
    return GenerationParts(
        database=given.database,
        run_log=given.run_log,
        person_events=given.person_events,
        nursery=given.nursery,
        process=given.process,
        clock=given.clock,
        intake=given.intake,
        active=active,
        admission=admission,
        starter=_starter(given, bounds, admission.require_room_for),
        models=_model_stream(given),
        moderation=RunModeration(given.guard, active),
        materials=MaterialLoader(given.database, given.vault, given.pages),
        finisher=_finisher(given, bounds),
        checkpointer=Checkpointer(given.database, given.vault, active, given.process, given.clock),
        reaper=RunReaper(
            given.database,
            given.run_log,
            given.person_events,
            given.receipts,
            given.process,
            given.clock,
        ),
        late_readers=LateReaders(given.database, given.run_log, given.preferences, given.clock),
        replayer=RunReplayer(given.database, given.vault),
        titler=Titler(
            given.database,
            given.vault,
            given.models,
            side_questions(given),
            given.clock,
            given.consents,
            given.person_events,
        ),
    )


def _model_stream(given: Collaborators) -> ModelStream:
    return ModelStream(
        given.router,
        given.image_models,
        given.database,
        given.receipts,
        given.clock,
    )


def _starter(
    given: Collaborators, bounds: Bounds, require_room_for: Callable[[int], None]
) -> RunStarter:
    builder = OrderBuilder(
        given.vault,
        given.models,
        given.preferences,
        given.image_models,
        given.consents,
        given.guard,
    )
    return RunStarter(
        given.database,
        given.vault,
        builder,
        given.process.id,
        given.clock,
        bounds.daily_cap,
        require_room_for,
    )


def _finisher(given: Collaborators, bounds: Bounds) -> RunFinisher:
    return RunFinisher(
        given.database,
        given.vault,
        given.run_log,
        given.preferences,
        given.clock,
        estimate_usage,
        bounds.arrival_seconds,
        Pictures(given.pictures),
    )


def side_questions(given: Collaborators) -> SideQuestions:
    """Asks models for titles, suggestions and checks."""
    return SideQuestions(
        given.database, given.router, given.receipts, given.meter, given.clock, given.guard
    )
