"""Keeps the world in `DATA_DIR/emulator/world.json`, and people's files beside it.

Written whole to a temporary file and renamed over the old one, so that a crash leaves the last
good state. Changes are gathered for `DELAY` seconds; money is written at once.
"""

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import TextIO

import msgspec
import structlog

from backend.emulator.world import World, first_world
from backend.errors import SettingsInvalid
from backend.nursery import Nursery

try:
    import fcntl
except ImportError:  # Windows, where two servers in one directory are the operator's to avoid
    fcntl = None  # type: ignore[assignment]

log = structlog.get_logger("tanya.emulator")

DELAY = 0.2
"""Seconds for which changes are gathered before they are written."""


class Store:
    """The one place that touches the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "world.json"
        self.world = self._load()
        self._dirty = asyncio.Event()
        self._lock: TextIO | None = None

    def _load(self) -> World:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=World)
        except FileNotFoundError:
            return first_world()
        except msgspec.MsgspecError as error:
            # Kept, not lost: somebody may want to look at it.
            broken = self.path.with_suffix(f".broken-{datetime.now():%Y%m%d%H%M%S}.json")
            self.path.rename(broken)
            log.warning("emulator_world_unreadable", kept_as=broken.name, reason=str(error))
            return first_world()

    def claim(self) -> None:
        """Make this process the only one that writes here; until it ends, or `release`.

        Raises:
            SettingsInvalid: when another server has this data directory.
        """
        if fcntl is None or self._lock is not None:
            return
        self._make_folder()
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise SettingsInvalid(
                name="DATA_DIR", reason="is in use by another server; stop it or choose another"
            ) from None
        self._lock = lock

    def release(self) -> None:
        """Let another server have the data directory."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _make_folder(self) -> None:
        (self.folder / "files").mkdir(parents=True, exist_ok=True)

    def changed(self) -> None:
        """Have the world written soon."""
        self._dirty.set()

    def flush(self) -> None:
        """Write the world now."""
        self._dirty.clear()
        self._make_folder()
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("wb") as file:
            file.write(msgspec.json.encode(self.world))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)

    def start(self, nursery: Nursery) -> None:
        """Begin to write what changes."""
        nursery.start(self._write(), name="emulator-store")

    async def _write(self) -> None:
        while True:
            await self._dirty.wait()
            await asyncio.sleep(DELAY)
            try:
                self.flush()
            except OSError as error:
                log.error("emulator_world_not_written", reason=str(error))
                await asyncio.sleep(5)
                self._dirty.set()

    def reset(self) -> None:
        """Begin anew; the `World` object stays the same one."""
        fresh = first_world()
        for name in World.__struct_fields__:
            setattr(self.world, name, getattr(fresh, name))
        self._make_folder()
        for file in (self.folder / "files").iterdir():
            file.unlink()
        self.flush()

    def write_file(self, name: str, data: bytes) -> None:
        """Keep a file's bytes."""
        self._make_folder()
        (self.folder / "files" / name).write_bytes(data)

    def read_file(self, name: str) -> bytes:
        """The bytes kept under `name`.

        Raises:
            FileNotFoundError: when somebody deleted them.
        """
        return (self.folder / "files" / name).read_bytes()
