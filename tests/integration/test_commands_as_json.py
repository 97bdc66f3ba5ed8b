"""What the console shows is there for scripts too: each command's `--json` is one JSON value.

Exercises backend/doctor/system_state.py, backend/safety/commands.py, backend/billing/commands.py,
backend/billing/support_commands.py.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from backend import __version__
from backend.cli import main
from backend.db.migrate import newest

COMMANDS: dict[str, Any] = {
    "system --json": {"version": __version__, "revision": newest(), "processes": [], "jobs": {}},
    "appeals --json": [],
    "reports --json": [],
    "requests --json": [],
    "mismatches --json": [],
    "payments 5 --json": [],
    "broadcast list --json": {"items": []},
    "switch feature:checks off --json": {"switched": ["feature:checks"]},
    "payout --partner xai --stars 5 --reference A-1 --json": {
        "partner": "xai", "currency": "XTR", "amount": 5,
    },
}  # fmt: skip


def run(folder: Path, words: str) -> Any:
    """What the command prints as JSON."""
    environment = {"TANYA_MODE": "local", "DATA_DIR": str(folder), "LOG_LEVEL": "error"}
    done = CliRunner().invoke(main, words.split(), env=environment)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data directory with the tables."""
    environment = {"TANYA_MODE": "local", "DATA_DIR": str(tmp_path)}
    assert CliRunner().invoke(main, ["migrate"], env=environment).exit_code == 0
    return tmp_path


def test_each_prints_one_value(folder: Path) -> None:
    """On a database where nothing has happened yet."""
    for words, expected in COMMANDS.items():
        assert run(folder, words) == expected, words
    statement = run(folder, "statement --partner xai --month 2026-11 --format json")
    assert {"paid_by_people", "gross"} <= {row["key"] for row in statement}
    figures = run(folder, "figures --days 2 --json")
    assert len(figures["days"]) == 2
    assert [one["afterDays"] for one in figures["retention"]] == [1, 7, 30]


def test_the_server_in_words(folder: Path) -> None:
    """For whoever reads it at a terminal."""
    environment = {"TANYA_MODE": "local", "DATA_DIR": str(folder)}
    said = CliRunner().invoke(main, ["system"], env=environment).output
    assert f"Tanya {__version__}, database at {newest()}" in said
