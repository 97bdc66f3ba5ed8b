"""The run log of several processes, over Valkey."""

from backend.runlog.valkey.log import ValkeyLog
from backend.runlog.valkey.person_events import ValkeyPersonEvents
from backend.runlog.valkey.sealing import run_log_cipher

__all__ = [
    "ValkeyLog",
    "ValkeyPersonEvents",
    "run_log_cipher",
]
