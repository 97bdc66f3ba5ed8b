"""Small adapters that join rooms which must not import each other."""

from backend.wiring.languages import PersonLanguages
from backend.wiring.preferences import StoredPreferences
from backend.wiring.sources import PageSources

__all__ = [
    "PageSources",
    "PersonLanguages",
    "StoredPreferences",
]
