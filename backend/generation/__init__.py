"""Generation: an answer's life on the server: start, append, resume, stop, reap, hand off."""

from backend.generation.copies import erase, export
from backend.generation.handoff import HandOff
from backend.generation.live import Live
from backend.generation.log import Pourer, RunLog
from backend.generation.lookups import run_of_key, running_runs
from backend.generation.memory_log import MemoryLog
from backend.generation.owners import this_process
from backend.generation.ports import (
    AnswerCourier,
    Models,
    People,
    Preferences,
    ReceiptEntry,
    Receipts,
    Router,
)
from backend.generation.schemas import Continue, Regenerate, Run, SendMessage
from backend.generation.service import Generation
from backend.generation.valkey_log import ValkeyLog

__all__ = [
    "AnswerCourier",
    "Continue",
    "Generation",
    "HandOff",
    "Live",
    "MemoryLog",
    "Models",
    "People",
    "Pourer",
    "Preferences",
    "ReceiptEntry",
    "Receipts",
    "Regenerate",
    "Router",
    "Run",
    "RunLog",
    "SendMessage",
    "ValkeyLog",
    "erase",
    "export",
    "run_of_key",
    "running_runs",
    "this_process",
]
