"""Files that only their owner may read, whatever the umask."""

import os
from pathlib import Path

PRIVATE = 0o600


def make_private_file(path: Path) -> None:
    """Create the file and its folder, or restrict an existing file to its owner.

    A file that is there is not opened: closing any descriptor of it would drop all locks that
    this process holds on it (fcntl), and SQLite would take its database for unused.

    Raises:
        OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    except FileExistsError:
        restrict_to_owner(path)


def restrict_to_owner(path: Path) -> None:
    """Restrict an existing file to its owner."""
    if os.name == "posix" and path.exists() and path.stat().st_mode & 0o077:
        path.chmod(PRIVATE)
