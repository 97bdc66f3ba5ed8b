"""Keeps the world in `DATA_DIR/emulator/world.json`, and people's files beside it.

Written whole to a temporary file and renamed over the old one, so that a crash leaves the last
good state. Changes are gathered for `DELAY` seconds; money is written at once.
"""

import asyncio
import os
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from backend.emulator.world import World, first_world
from backend.nursery import Nursery

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

    def _load(self) -> World:
        (self.folder / "files").mkdir(parents=True, exist_ok=True)
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

    def changed(self) -> None:
        """Have the world written soon."""
        self._dirty.set()

    def flush(self) -> None:
        """Write the world now."""
        self._dirty.clear()
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
        for file in (self.folder / "files").iterdir():
            file.unlink()
        self.flush()

    def write_file(self, name: str, data: bytes) -> None:
        """Keep a file's bytes."""
        (self.folder / "files" / name).write_bytes(data)

    def read_file(self, name: str) -> bytes:
        """The bytes kept under `name`.

        Raises:
            FileNotFoundError: when somebody deleted them.
        """
        return (self.folder / "files" / name).read_bytes()
