"""Generation: an answer on the server, from start over resuming and stopping to hand-off."""

from backend.generation import copies
from backend.generation.composition import (
    Bounds,
    Collaborators,
    build_generation,
    build_suggester,
    side_questions,
)
from backend.generation.copies import erase, export, is_answering
from backend.generation.delivery.handoff import LOOK_SECONDS, HandOff
from backend.generation.ports import (
    Agreed,
    AnswerCourier,
    ConsentCheck,
    Intake,
    ModelRouter,
    OfferedModels,
    Preferences,
    PreferencesSource,
    ReceiptWriter,
)
from backend.generation.record.finisher import ARRIVAL_SECONDS
from backend.generation.record.heartbeat import (
    BEAT_SECONDS,
    LIVING,
    ProcessSeen,
    require_alone,
    seen_processes,
    this_process,
)
from backend.generation.record.retention import forget_old_runs
from backend.generation.request.model_choice import cheapest_model, has_model_here, is_here
from backend.generation.runs import run_of_key, running_runs
from backend.generation.schemas import Continue, Regenerate, Run, SendMessage
from backend.generation.service import Generation
from backend.generation.side.questions import QuestionCosts, SideQuestion, SideQuestions, request_of
from backend.generation.side.suggestions import ReplySuggester
from backend.generation.stream.events import (
    AttachmentEvent,
    EndEvent,
    NoticeEvent,
    StartEvent,
    StreamEvent,
    TextEvent,
    TextWasReasoningEvent,
    TextWithdrawnEvent,
)
from backend.generation.stream.message_shown import MessageShown, show_message
from backend.generation.usage_report import UsageReport, UsageTotal, usage_report

__all__ = [
    "ARRIVAL_SECONDS",
    "BEAT_SECONDS",
    "LIVING",
    "LOOK_SECONDS",
    "Agreed",
    "AnswerCourier",
    "AttachmentEvent",
    "Bounds",
    "Collaborators",
    "ConsentCheck",
    "Continue",
    "EndEvent",
    "Generation",
    "HandOff",
    "Intake",
    "MessageShown",
    "ModelRouter",
    "NoticeEvent",
    "OfferedModels",
    "Preferences",
    "PreferencesSource",
    "ProcessSeen",
    "QuestionCosts",
    "ReceiptWriter",
    "Regenerate",
    "ReplySuggester",
    "Run",
    "SendMessage",
    "SideQuestion",
    "SideQuestions",
    "StartEvent",
    "StreamEvent",
    "TextEvent",
    "TextWasReasoningEvent",
    "TextWithdrawnEvent",
    "UsageReport",
    "UsageTotal",
    "build_generation",
    "build_suggester",
    "cheapest_model",
    "copies",
    "erase",
    "export",
    "forget_old_runs",
    "has_model_here",
    "is_answering",
    "is_here",
    "request_of",
    "require_alone",
    "run_of_key",
    "running_runs",
    "seen_processes",
    "show_message",
    "side_questions",
    "this_process",
    "usage_report",
]
