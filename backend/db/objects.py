"""Sealed contents outside of the database: in a folder, or in a store that speaks S3's protocol.

An object is written once, under a random id that tells nothing of whose it is, and never changed.
What is in it was sealed before: the store is not trusted with anything but keeping it.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import structlog

from backend.errors import FilesUnreachable

log = structlog.get_logger("tanya.files")

RETRY_SECONDS = 10


class ObjectStore(Protocol):
    """Where sealed contents are kept. An object that `put` returned from is there as a whole;
    one whose `put` failed may be there, but never in part.

    All methods raise FilesUnreachable: the store does not answer, refuses, or has no room.
    """

    @property
    def in_use(self) -> bool:
        """Whether contents are to be moved there."""
        ...

    async def put(self, object_id: UUID, sealed: bytes) -> None:
        """Keep an object."""
        ...

    async def get(self, object_id: UUID) -> bytes | None:
        """An object's bytes; None: there is none of this id."""
        ...

    async def delete(self, object_id: UUID) -> None:
        """Forget an object; one that is not there counts as forgotten."""
        ...


class NoObjects:
    """Without FILES_URL contents stay in the database; those that were moved out are missing."""

    in_use = False

    async def put(self, object_id: UUID, sealed: bytes) -> None:
        """See ObjectStore."""
        raise FilesUnreachable(retry_after=RETRY_SECONDS)

    async def get(self, object_id: UUID) -> bytes | None:
        """See ObjectStore."""
        log.error("files_url_missing")
        raise FilesUnreachable(retry_after=RETRY_SECONDS)

    async def delete(self, object_id: UUID) -> None:
        """See ObjectStore."""
        raise FilesUnreachable(retry_after=RETRY_SECONDS)


class FolderObjects:
    """A folder, which several machines may share. Only its owner may read what is in it."""

    in_use = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, object_id: UUID, sealed: bytes) -> None:
        """See ObjectStore. It is on the disk when this returns."""
        with _answering():
            await asyncio.to_thread(_write, self._path(object_id), sealed)

    async def get(self, object_id: UUID) -> bytes | None:
        """See ObjectStore."""
        with _answering():
            try:
                return await asyncio.to_thread(self._path(object_id).read_bytes)
            except FileNotFoundError:
                return None

    async def delete(self, object_id: UUID) -> None:
        """See ObjectStore."""
        with _answering():
            await asyncio.to_thread(self._path(object_id).unlink, missing_ok=True)

    def _path(self, object_id: UUID) -> Path:
        return self._folder / object_id.hex[:2] / object_id.hex


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.warning("files_unreachable", error=type(error).__name__)
        raise FilesUnreachable(retry_after=RETRY_SECONDS) from None


def _write(path: Path, sealed: bytes) -> None:
    path.parents[1].mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid4().hex}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def open_objects(files_url: str) -> ObjectStore:
    """The store that FILES_URL names.

    Raises:
        SettingsInvalid: it cannot be used as it is; the reason says why.
    """
    if not files_url:
        return NoObjects()
    address = urlsplit(files_url)
    if address.scheme == "file":
        return FolderObjects(Path(unquote(address.path)))
    # Only who uses it loads the library.
    from backend.db.s3_objects import S3Objects

    return S3Objects(files_url)
