"""Storage that every room shares: engine, transactions, encryption at rest, migrations."""

from backend.db import floor, master_keys
from backend.db.cipher import Cipher, RotatingCipher
from backend.db.dialect import insert, insert_new
from backend.db.engine import Database, metadata
from backend.db.floor import schema_revision
from backend.db.hot import hot
from backend.db.keys import KeyRing, decode_master_key, derive_key, new_master_key
from backend.db.master_keys import register_keys, retire_keys
from backend.db.objects import FolderObjects, NoObjects, ObjectStore, open_objects
from backend.db.paging import ErasedPage, erase_page
from backend.db.postgres import parse_address
from backend.db.rotation import rewrap_keys
from backend.db.temporary_keys import (
    TEMPORARY_LIFE,
    is_temporary,
    open_temporary_keys,
    temporary_id,
)
from backend.db.together import read_together
from backend.db.types import UtcDateTime
from backend.db.vault import Vault, forget_destroyed
from backend.db.whole_numbers import keep_whole

__all__ = [
    "TEMPORARY_LIFE",
    "Cipher",
    "Database",
    "ErasedPage",
    "FolderObjects",
    "KeyRing",
    "NoObjects",
    "ObjectStore",
    "RotatingCipher",
    "UtcDateTime",
    "Vault",
    "decode_master_key",
    "derive_key",
    "erase_page",
    "floor",
    "forget_destroyed",
    "hot",
    "insert",
    "insert_new",
    "is_temporary",
    "keep_whole",
    "master_keys",
    "metadata",
    "new_master_key",
    "open_objects",
    "open_temporary_keys",
    "parse_address",
    "read_together",
    "register_keys",
    "retire_keys",
    "rewrap_keys",
    "schema_revision",
    "temporary_id",
]
