"""The data directory: everything stored is below it, readable by its owner only."""

import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec

from backend.db import new_master_key
from backend.errors import SettingsInvalid
from backend.settings import Settings


def prepare(settings: Settings) -> Settings:
    """Create the directory, and in local mode the master key and the bot's token on first start.

    Raises:
        SettingsInvalid: when the directory cannot be written.
    """
    os.umask(0o077)  # for all files that this process creates
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.local:
            return _with_kept_secrets(settings)
    except OSError as error:
        reason = "is on a full disk" if error.errno == errno.ENOSPC else "cannot be written"
        raise SettingsInvalid(name="DATA_DIR", reason=reason) from error
    return settings


def new_bot_token() -> str:
    """A random token in Telegram's format, not issued by Telegram.

    Each directory has its own, so that a page in the same browser cannot guess the emulated bot's.
    """
    return f"{secrets.randbelow(9 * 10**9) + 10**9}:AA{secrets.token_hex(16)}"


def _with_kept_secrets(settings: Settings) -> Settings:
    folder = settings.data_dir
    key = settings.master_key or _kept(folder / "master.key", new_master_key)
    token = settings.bot_token or _kept(folder / "bot_token", new_bot_token)
    return msgspec.structs.replace(settings, master_key=key, bot_token=token)


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in a file; the file is created, completely or not at all, if it does not exist."""
    if not path.exists():
        fresh = path.with_suffix(".new")
        with open(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # fails if another process was first; use its file
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
