"""What several processes share with `VALKEY_URL`; without it one process keeps it in memory.

Valkey's library is imported here only when it is used.
"""

from backend.db import KeyRing, Vault, open_objects, open_temporary_keys
from backend.identity import Limiter, MemoryLimiter
from backend.nursery import Nursery
from backend.runlog import LocalPersonEvents, MemoryLog, PersonEvents, RunLog
from backend.settings import Settings


def open_vault(settings: Settings, keys: KeyRing) -> Vault:
    """People's keys, and sealed data outside the database."""
    return Vault(keys, open_temporary_keys(settings.valkey_url), open_objects(settings.files_url))


def open_run_log(settings: Settings, keys: KeyRing, nursery: Nursery, process_id: str) -> RunLog:
    """Where the events of running answers are kept for their readers."""
    if not settings.valkey_url:
        return MemoryLog()
    from backend.runlog.valkey import ValkeyLog, run_log_cipher

    return ValkeyLog(settings.valkey_url, nursery, process_id, run_log_cipher(keys))


def open_person_events(settings: Settings, process_id: str) -> PersonEvents:
    """Tells a person's devices that something changed, in whichever process they are connected."""
    if not settings.valkey_url:
        return LocalPersonEvents()
    from backend.runlog.valkey import ValkeyPersonEvents

    return ValkeyPersonEvents(settings.valkey_url, process_id)


def open_limiter(settings: Settings) -> Limiter:
    """What counts requests for the rate limits."""
    if not settings.valkey_url:
        return MemoryLimiter()
    from backend.identity.valkey_limits import ValkeyLimiter

    return ValkeyLimiter(settings.valkey_url)
