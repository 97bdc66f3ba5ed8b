"""Stores the world in `world.json` of the state directory, with people's files beside it.

It is written as a whole to a temporary file that replaces the old one, so a crash leaves the last
good state. Changes are collected for `DELAY` seconds; payments are written at once.
"""

import asyncio
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import TextIO

import msgspec

from telegram_emulator.errors import StateFromLater, StateInUse
from telegram_emulator.nursery import Nursery
from telegram_emulator.world import VERSION, World, first_world

try:
    import fcntl
except ImportError:  # Windows, where two emulators in one directory are the developer's to avoid
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("telegram_emulator")


class _Version(msgspec.Struct):
    version: int = 1


DELAY = 0.2
"""For how many seconds changes are collected before they are written."""


class Store:
    """All access to the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "world.json"
        self.world = self._load()
        self._dirty = asyncio.Event()
        self._lock: TextIO | None = None

    def _load(self) -> World:
        try:
            kept = self.path.read_bytes()
            self._check_version(kept)
            return msgspec.json.decode(kept, type=World)
        except FileNotFoundError:
            return first_world()
        except msgspec.MsgspecError as error:
            # Kept for inspection.
            broken = self.path.with_suffix(f".broken-{datetime.now():%Y%m%d%H%M%S}.json")
            self.path.rename(broken)
            log.warning("the world cannot be read, kept as %s: %s", broken.name, error)
            return first_world()

    def _check_version(self, kept: bytes) -> None:
        """Check the version of the file. Older files can be read, since new fields have
        defaults.

        Raises:
            StateFromLater: for a newer one.
            MsgspecError: when it is no file of ours.
        """
        found = msgspec.json.decode(kept, type=_Version).version
        if found > VERSION:
            raise StateFromLater(self.folder, found)

    def claim(self) -> None:
        """Make this process the only writer of the directory until it ends or calls `release`.

        Raises:
            StateInUse: when another process has this directory.
        """
        if fcntl is None or self._lock is not None:
            return
        self._make_folder()
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise StateInUse(self.folder) from None
        self._lock = lock

    def release(self) -> None:
        """Allow another process to use the directory."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _make_folder(self) -> None:
        (self.folder / "files").mkdir(parents=True, exist_ok=True)

    def changed(self) -> None:
        """Write the world soon."""
        self._dirty.set()

    def flush(self) -> None:
        """Write the world now."""
        self.world.version = VERSION
        self._dirty.clear()
        self._make_folder()
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("wb") as file:
            file.write(msgspec.json.encode(self.world))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)

    def start(self, nursery: Nursery) -> None:
        """Start writing changes."""
        nursery.start_task(self._write(), name="emulator-store")

    async def _write(self) -> None:
        while True:
            await self._dirty.wait()
            await asyncio.sleep(DELAY)
            try:
                self.flush()
            except OSError as error:
                log.error("the world cannot be written: %s", error)
                await asyncio.sleep(5)
                self._dirty.set()

    def reset(self) -> None:
        """Reset everything; the `World` object stays the same."""
        fresh = first_world()
        for name in World.__struct_fields__:
            setattr(self.world, name, getattr(fresh, name))
        self._make_folder()
        for file in (self.folder / "files").iterdir():
            file.unlink()
        self.flush()

    def write_file(self, name: str, data: bytes) -> None:
        """Store a file's bytes."""
        self._make_folder()
        (self.folder / "files" / name).write_bytes(data)

    def read_file(self, name: str) -> bytes:
        """The bytes kept under `name`.

        Raises:
            FileNotFoundError: when somebody deleted them.
        """
        return (self.folder / "files" / name).read_bytes()
