"""The catalog of models, its files, and discovery of providers' models."""

from backend.llm.catalog.catalog import Catalog, key_of
from backend.llm.catalog.discovery import list_models
from backend.llm.catalog.providers_register import is_stale

__all__ = [
    "Catalog",
    "is_stale",
    "key_of",
    "list_models",
]
