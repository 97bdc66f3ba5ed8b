"""Exports: their size, the whole copy, or parts for chats that cannot save a large file."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import copies
from backend.db import Database, Vault
from backend.files import file_ids, stored_bytes
from backend.i18n import translator
from backend.privacy.access_log import AccessLog
from backend.privacy.archive.pieces import Extra, Piece, pieces
from backend.privacy.archive.schemas import ACCESSES
from backend.privacy.archive.zip_parts import ZipParts, one_zip

PART_BYTES: Final = 45_000_000
"""Most of a part: the Bot API takes 50 MB in one request
(https://core.telegram.org/bots/api#sending-files)."""


class Totals(Struct, frozen=True):
    """How much a person has; `file_bytes` of their files alone."""

    conversations: int
    messages: int
    files: int
    file_bytes: int


class Exporter:
    """Makes copies, and notes each in the access log. `extras` are of the rooms that this one does
    not import."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        accesses: AccessLog,
        extras: Sequence[Extra],
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._accesses = accesses
        self._extras = (accesses_copy(accesses), *extras)

    async def totals(self, user_id: int) -> Totals:
        """How much there is to copy."""
        async with self._database.snapshot() as db:
            heads, messages = await copies.count_kept(db, user_id)
            ids = await file_ids(db, user_id)
            return Totals(heads, messages, len(ids), await stored_bytes(db, user_id))

    def whole(self, user_id: int, language: str) -> AsyncIterator[bytes]:
        """One ZIP, in slices."""
        return one_zip(self._pieces(user_id, language), self._clock())

    def parts(self, user_id: int, language: str, max_bytes: int = PART_BYTES) -> ZipParts:
        """Several ZIPs, each of at most `max_bytes` unless one file alone is larger."""
        return ZipParts(self._pieces(user_id, language), self._clock(), max_bytes)

    async def _pieces(self, user_id: int, language: str) -> AsyncGenerator[Piece, None]:
        async with self._database.unit_of_work() as db:
            await self._accesses.record(db, user_id, "export", actor="person")
        readme = translator(language)("page.export.readme")
        copied = pieces(self._database, self._vault, user_id, self._extras, readme)
        async with aclosing(copied) as open_pieces:
            async for piece in open_pieces:
                yield piece


def file_name(now: datetime, part: int | None = None) -> str:
    """What a copy is saved as."""
    return f"tanya-{now:%Y-%m-%d}{f'-part-{part}' if part else ''}.zip"


def accesses_copy(accesses: AccessLog) -> Extra:
    """The access log's part of a person's copy, one access a line."""

    async def copy(
        db: AsyncConnection, vault: Vault, user_id: int
    ) -> AsyncIterator[tuple[str, bytes]]:
        for one in await accesses.of_person(db, user_id, limit=None):
            yield ACCESSES, msgspec.json.encode(one) + b"\n"

    return copy
