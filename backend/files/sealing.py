"""Converts between rows and files. Each encrypted part is bound to its row and column."""

from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from backend.db import Cipher
from backend.files.schemas import Details, File

_decode = msgspec.json.Decoder(Details).decode


def seal_details(cipher: Cipher, file_id: UUID, details: Details) -> bytes:
    """Name and metadata."""
    return cipher.seal_bytes(msgspec.json.encode(details), f"file details:{file_id.hex}")


def seal_text(cipher: Cipher, file_id: UUID, text: str) -> bytes | None:
    """The extracted text; NULL if there is none."""
    return cipher.seal(text, f"file text:{file_id.hex}") if text else None


def open_text(cipher: Cipher, file_id: UUID, sealed: bytes | None) -> str:
    """The text that `seal_text` sealed."""
    return cipher.open(sealed, f"file text:{file_id.hex}") if sealed is not None else ""


def seal_content(cipher: Cipher, file_id: UUID, content: bytes) -> bytes | None:
    """Its bytes; a page has only text."""
    return cipher.seal_bytes(content, f"file content:{file_id.hex}") if content else None


def open_content(cipher: Cipher, file_id: UUID, sealed: bytes | None) -> bytes:
    """The bytes that `seal_content` sealed."""
    return cipher.open_bytes(sealed, f"file content:{file_id.hex}") if sealed is not None else b""


def to_file(row: sa.Row[Any], cipher: Cipher) -> File:
    """A row of `files`, decrypted except for its content."""
    return File(
        id=row.id,
        kind=row.kind,
        media_type=row.media_type,
        size=row.size,
        text_tokens=row.text_tokens,
        created_at=row.created_at,
        details=_decode(cipher.open_bytes(row.details, f"file details:{row.id.hex}")),
    )
