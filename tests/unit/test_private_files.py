"""Files that only their owner can read; making them so keeps SQLite's locks."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from backend.db.private_files import make_private_file

WRITE_ELSEWHERE = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    other.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def test_a_new_file_is_private_and_an_old_one_becomes_so(tmp_path: Path) -> None:
    """A file that was readable by others is made the owner's alone."""
    for name in ("new", "old"):
        path = tmp_path / "folder" / name
        if name == "old":
            path.touch(0o644)
        make_private_file(path)
        assert path.stat().st_mode & 0o777 == 0o600


def test_locks_on_a_database_survive(tmp_path: Path) -> None:
    """Opening a database a second time in one process leaves the first one's lock in place: it
    used to be dropped, and another process then wrote over it or deleted its log.
    """
    path = tmp_path / "a.db"
    with sqlite3.connect(path, isolation_level=None) as holder:
        holder.execute("CREATE TABLE t (x)")
        holder.execute("BEGIN IMMEDIATE")
        make_private_file(path)
        run = subprocess.run(
            [sys.executable, "-c", WRITE_ELSEWHERE, str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
    assert "locked" in run.stdout
