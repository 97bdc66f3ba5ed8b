"""The data directory: everything that is kept, in one place, readable by its owner only."""

import errno
import os
from pathlib import Path

import msgspec

from backend.db import new_master_key
from backend.errors import SettingsInvalid
from backend.settings import Settings


def prepare(settings: Settings) -> Settings:
    """Make the directory, and in local mode the master key on first start.

    Raises:
        SettingsInvalid: when the directory cannot be written.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not settings.master_key and settings.local:
            key = _local_master_key(settings.data_dir / "master.key")
            return msgspec.structs.replace(settings, master_key=key)
    except OSError as error:
        reason = "is on a full disk" if error.errno == errno.ENOSPC else "cannot be written"
        raise SettingsInvalid(name="DATA_DIR", reason=reason) from error
    return settings


def _local_master_key(path: Path) -> str:
    """The key kept in the directory; made, whole or not at all, when there is none yet."""
    if not path.exists():
        fresh = path.with_suffix(".new")
        with open(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(new_master_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # fails where another process was first: theirs is kept
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
