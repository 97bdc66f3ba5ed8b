"""The run log: numbered, resumable events of running answers, and their readers."""

from backend.runlog import sse
from backend.runlog.live import LiveEvents
from backend.runlog.memory import MemoryLog
from backend.runlog.person_events import (
    ConversationEvent,
    FollowedPerson,
    LocalPersonEvents,
    PersonEvents,
    RemovedEvent,
    RunChangedEvent,
)
from backend.runlog.port import CHUNK_FRAMES, RunLog, RunWriter, Subscriber

__all__ = [
    "CHUNK_FRAMES",
    "ConversationEvent",
    "FollowedPerson",
    "LiveEvents",
    "LocalPersonEvents",
    "MemoryLog",
    "PersonEvents",
    "RemovedEvent",
    "RunChangedEvent",
    "RunLog",
    "RunWriter",
    "Subscriber",
    "sse",
]
