"""Reads an uploaded copy: everything is validated before it is used.

It is an untrusted, large file: this runs in a thread, since decompressing, hashing and parsing
hundreds of megabytes takes seconds. Its list of entries, decompressed size and each line are
limited, the manifest's hashes are compared, and messages that would be their own ancestors are
refused.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Iterator
from typing import Final, TypeVar
from uuid import UUID
from zipfile import BadZipFile, ZipFile

import msgspec

from backend.errors import ImportDamaged, ImportForeign, ImportTooLarge
from backend.privacy.archive.schemas import (
    CONVERSATIONS,
    FILES,
    MANIFEST,
    MESSAGES,
    ConversationLine,
    FileLine,
    Manifest,
    MessageLine,
)

MAX_UNFOLDED: Final = 200_000_000
"""The most decompressed bytes of a copy's files together."""
MAX_DIRECTORY: Final = 8_000_000
"""Bytes of a ZIP's list of entries: zipfile makes objects ten times their size of it."""
MAX_LINES: Final = 200_000
"""Lines of one kind."""

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_LONGEST_END = 22 + 65_535

Line = TypeVar("Line", ConversationLine, MessageLine, FileLine)


class Copy(msgspec.Struct, frozen=True):
    """What a copy holds. Contents of files are read one by one, by `content`."""

    archive: ZipFile
    hashes: dict[str, str]
    conversations: list[ConversationLine]
    messages: list[MessageLine]
    files: list[FileLine]

    def content(self, line: FileLine) -> bytes:
        """A file's content.

        Raises:
            ImportDamaged: it is not in the copy, or is not what the manifest says.
        """
        return _content(self.archive, self.hashes, line.path or "")


def read_copy(data: bytes) -> Copy:
    """Open a copy and check all of its lines.

    Raises:
        ImportDamaged, ImportForeign, ImportTooLarge.
    """
    _check_directory(data)
    try:
        archive = ZipFile(io.BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError, struct.error):
        raise ImportDamaged from None
    names = archive.namelist()
    if len(set(names)) != len(names):
        raise ImportDamaged
    if sum(info.file_size for info in archive.infolist()) > MAX_UNFOLDED:
        raise ImportTooLarge(limit=MAX_UNFOLDED // 1_000_000)
    hashes = {one.name: one.sha256 for one in _manifest(archive).files}
    return Copy(
        archive,
        hashes,
        list(_lines(archive, hashes, CONVERSATIONS, ConversationLine)),
        list(_lines(archive, hashes, MESSAGES, MessageLine)),
        list(_lines(archive, hashes, FILES, FileLine)),
    )


def has_cycle(parents: dict[UUID, UUID | None]) -> bool:
    """Whether a message is its own ancestor; each is looked at once."""
    done: set[UUID] = set()
    for first in parents:
        path: set[UUID] = set()
        one: UUID | None = first
        while one is not None and one in parents and one not in done:
            if one in path:
                return True
            path.add(one)
            one = parents[one]
        done |= path
    return False


def _check_directory(data: bytes) -> None:
    """Look at the list's size before zipfile makes objects of it."""
    tail = data[-_LONGEST_END:]
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise ImportDamaged
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if _END_64 in tail[max(at - 20, 0) : at] or size > MAX_DIRECTORY:
        raise ImportTooLarge(limit=MAX_UNFOLDED // 1_000_000)


def _manifest(archive: ZipFile) -> Manifest:
    if MANIFEST not in archive.namelist():
        raise ImportForeign
    try:
        return msgspec.json.decode(_unfolded(archive, MANIFEST), type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ImportForeign from None


def _unfolded(archive: ZipFile, name: str) -> bytes:
    try:
        info = archive.getinfo(name)
        with archive.open(info) as entry:
            data = entry.read(info.file_size)
            if len(data) != info.file_size or entry.read(1):
                raise ImportDamaged
            return data
    except (BadZipFile, RuntimeError, NotImplementedError, EOFError, KeyError, zlib.error):
        raise ImportDamaged from None


def _content(archive: ZipFile, hashes: dict[str, str], name: str) -> bytes:
    if name not in hashes:
        raise ImportDamaged
    data = _unfolded(archive, name)
    if hashlib.sha256(data).hexdigest() != hashes[name]:
        raise ImportDamaged
    return data


def _lines(archive: ZipFile, hashes: dict[str, str], name: str, kind: type[Line]) -> Iterator[Line]:
    if name not in hashes:
        return
    decoder = msgspec.json.Decoder(kind)
    content = io.BytesIO(_content(archive, hashes, name))
    for number, line in enumerate(content):
        if number >= MAX_LINES:
            raise ImportTooLarge(limit=MAX_UNFOLDED // 1_000_000)
        try:
            yield decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise ImportDamaged from None
