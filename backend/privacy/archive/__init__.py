"""A person's export: written as a streamed ZIP, and imported again."""

from backend.privacy.archive import tokens
from backend.privacy.archive.exporter import Exporter, Totals, file_name
from backend.privacy.archive.importer import MAX_IMPORT_BYTES, Imported, Importer
from backend.privacy.archive.links import LINK_LIFE, ExportLinks, Opened, forget_ended_links
from backend.privacy.archive.pieces import Extra
from backend.privacy.archive.schemas import json_schema

__all__ = [
    "LINK_LIFE",
    "MAX_IMPORT_BYTES",
    "ExportLinks",
    "Exporter",
    "Extra",
    "Imported",
    "Importer",
    "Opened",
    "Totals",
    "file_name",
    "forget_ended_links",
    "json_schema",
    "tokens",
]
