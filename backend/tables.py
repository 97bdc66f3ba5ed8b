"""All rooms' tables in one import: what migrations and tests compare the database with."""

from importlib import import_module
from importlib.util import find_spec

from backend.db import floor, master_keys, metadata

ROOMS = (
    "identity",
    "conversations",
    "generation",
    "plans",
    "metering",
    "ledger",
    "billing",
    "bot",
    "files",
    "checks",
    "schedules",
    "business",
    "safety",
    "privacy",
    "tasks",
    "console",
)

for room in ROOMS:
    if find_spec(f"backend.{room}") and find_spec(f"backend.{room}.tables"):
        import_module(f"backend.{room}.tables")

__all__ = ["floor", "master_keys", "metadata"]
