"""Small adapters that join rooms which must not import each other."""

from backend.wiring.erased import ERASED_WITH_A_PERSON
from backend.wiring.languages import PersonLanguages
from backend.wiring.preferences import StoredPreferences
from backend.wiring.shared_state import (
    open_limiter,
    open_person_events,
    open_run_log,
    open_vault,
)
from backend.wiring.sources import PageSources

__all__ = [
    "ERASED_WITH_A_PERSON",
    "PageSources",
    "PersonLanguages",
    "StoredPreferences",
    "open_limiter",
    "open_person_events",
    "open_run_log",
    "open_vault",
]
