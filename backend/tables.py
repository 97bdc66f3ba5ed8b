"""All rooms' tables in one import: what migrations and tests compare the database with."""

from importlib import import_module
from importlib.util import find_spec

from backend.db import metadata

for room in ("identity", "conversations", "generation", "billing", "bot", "sources", "privacy"):
    if find_spec(f"backend.{room}") and find_spec(f"backend.{room}.tables"):
        import_module(f"backend.{room}.tables")

__all__ = ["metadata"]
