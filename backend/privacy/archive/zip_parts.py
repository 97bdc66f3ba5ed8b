"""Writes pieces as ZIP files, a slice at a time, to a stream that cannot seek.

With `max_bytes` the copy is cut into several ZIPs, each complete: its own manifest lists what it
holds with sizes and hashes, and only the last one says that it is.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

from backend.privacy.archive.pieces import Piece
from backend.privacy.archive.schemas import FORMAT, MANIFEST, VERSION, Listed, Manifest

ENTRY_OVERHEAD: Final = 400
"""What an entry adds at the end of a ZIP and to its manifest, in bytes, at most, for its name's
own length twice besides."""
WRITE: Final = 256 * 1024


class ZipParts:
    """A copy being streamed: call `next_part` until `finished`."""

    def __init__(
        self, pieces: AsyncIterator[Piece], now: datetime, max_bytes: int | None = None
    ) -> None:
        self._pieces = pieces
        self._now = now
        self._max = max_bytes
        self._waiting: Piece | None = None
        self.part = 0
        self.finished = False

    async def next_part(self) -> AsyncIterator[bytes]:
        """The bytes of the next ZIP. Read it to the end before the next one."""
        self.part += 1
        writer = _Writer(self._now)
        try:
            while (piece := await self._peek()) is not None and self._fits(writer, piece):
                self._waiting = None
                # Neither SQLite nor a quick reader makes one wait: without this a long copy would
                # hold up everybody else, and not hear that its reader has left.
                await asyncio.sleep(0)
                for start in range(0, max(len(piece.data), 1), WRITE):
                    writer.add(piece, start)
                    if data := writer.taken():
                        yield data
            self.finished = piece is None
            writer.end(self.part, last=self.finished)
            yield writer.taken()
        finally:
            writer.close()

    def _fits(self, writer: "_Writer", piece: Piece) -> bool:
        # A piece counts uncompressed: a part may turn out smaller, never larger.
        return (
            self._max is None
            or not writer.entries
            or writer.size + len(piece.data) + len(piece.name) * 2 + ENTRY_OVERHEAD <= self._max
        )

    async def _peek(self) -> Piece | None:
        if self._waiting is None:
            self._waiting = await anext(self._pieces, None)
        return self._waiting


async def one_zip(pieces: AsyncIterator[Piece], now: datetime) -> AsyncIterator[bytes]:
    """The whole copy as one ZIP."""
    async with aclosing(ZipParts(pieces, now).next_part()) as part:  # type: ignore[type-var]
        async for data in part:
            yield data


class _Sink:
    """Where zipfile writes: it has no `tell`, which is how zipfile knows that it cannot seek."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.data += data
        self.size += len(data)
        return len(data)

    def flush(self) -> None: ...


class _Writer:
    """One ZIP: the entry that is open, and what its manifest will list."""

    def __init__(self, now: datetime) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w")  # type: ignore[call-overload]
        self._date = now.timetuple()[:6]
        self._entry: IO[bytes] | None = None
        self._name = ""
        self._hash = hashlib.sha256()
        self._length = 0
        self.entries: list[Listed] = []

    @property
    def size(self) -> int:
        """At most how large the ZIP will be if nothing is added."""
        names = sum(len(one.name) * 2 + ENTRY_OVERHEAD for one in self.entries)
        return self._sink.size + names + self._pending()

    def _pending(self) -> int:
        # What is in the compressor is no longer than what went in.
        return min(self._length, 2 * WRITE)

    def add(self, piece: Piece, start: int) -> None:
        """Write a slice of a piece, into the entry that is open if it is of that name."""
        if piece.name != self._name:
            self._end_entry()
            self._begin(piece)
        data = piece.data[start : start + WRITE]
        assert self._entry is not None
        self._entry.write(data)
        self._hash.update(data)
        self._length += len(data)

    def _begin(self, piece: Piece) -> None:
        info = ZipInfo(piece.name, self._date)
        info.compress_type = ZIP_STORED if piece.packed else ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        self._entry = self._zip.open(info, "w")
        self._name, self._hash, self._length = piece.name, hashlib.sha256(), 0
        self.entries.append(Listed(name=piece.name, size=0, sha256=""))

    def _end_entry(self) -> None:
        if self._entry is None:
            return
        self._entry.close()
        self._entry = None
        digest = self._hash.hexdigest()
        self.entries[-1] = Listed(name=self._name, size=self._length, sha256=digest)

    def end(self, part: int, *, last: bool) -> None:
        """Write the manifest, and the ZIP's own list of entries."""
        self._end_entry()
        manifest = Manifest(
            format=FORMAT, version=VERSION, part=part, last=last, files=self.entries
        )
        content = msgspec.json.format(msgspec.json.encode(manifest))
        self._zip.writestr(ZipInfo(MANIFEST, self._date), content, ZIP_DEFLATED)
        self._zip.close()

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = bytes(self._sink.data)
        self._sink.data.clear()
        return data

    def close(self) -> None:
        """Release the resources, even before the end."""
        self._end_entry()
        self._zip.close()
