"""Storage that every room shares: engine, transactions, encryption at rest, migrations."""

from backend.db.dialect import insert, insert_new
from backend.db.engine import Database, metadata
from backend.db.hot import hot
from backend.db.types import UtcDateTime
from backend.db.vault import Cipher, Vault, decode_master_key, derive_key, new_master_key

__all__ = [
    "Cipher",
    "Database",
    "UtcDateTime",
    "Vault",
    "decode_master_key",
    "derive_key",
    "hot",
    "insert",
    "insert_new",
    "metadata",
    "new_master_key",
]
