"""Every failure to start is one line that says what to do, also when the server had begun to
start."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from backend.cli import main
from backend.db import decode_master_key
from backend.server import bind
from tests.fixtures.ports import free_port


def run(tmp_path: Path, command: str, **environment: str) -> tuple[int, str]:
    """A command's exit code and its standard error."""
    settings = {"DATA_DIR": str(tmp_path / "data"), "LOG_FORMAT": "json", "MASTER_KEY": ""}
    result = CliRunner().invoke(main, [command], env=settings | environment)
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.stderr


@pytest.mark.parametrize("command", ["serve", "dev"])
def test_a_port_in_use(tmp_path: Path, command: str) -> None:
    """The line has the port, and the setting that chooses another."""
    assert run(tmp_path, "migrate")[0] == 0
    with closing(bind("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        code, said = run(tmp_path, command, PORT=str(port))
    assert (code, said.count("\n")) == (1, 1), said
    assert said.startswith("tanya: ")
    assert str(port) in said
    assert "PORT" in said


@pytest.mark.parametrize("command", ["serve", "dev"])
def test_a_failure_during_the_start(tmp_path: Path, command: str) -> None:
    """A database that passes the check and then refuses a statement, for example because a table is
    missing."""
    assert run(tmp_path, "migrate")[0] == 0
    with closing(sqlite3.connect(tmp_path / "data" / "tanya.db")) as database, database:
        database.execute("DROP TABLE signing_keys")
    code, said = run(tmp_path, command, LOCAL_MODEL_ENABLED="false", PORT=str(free_port()))
    assert (code, said.count("\n")) == (1, 1), said
    assert said.startswith("tanya: the database refused a statement")


def test_a_key_is_made_where_production_lacks_one(tmp_path: Path) -> None:
    """As the guides' first step; rotating still asks for all settings, in one line."""
    production = {"TANYA_MODE": "production", "MASTER_KEY": "", "DATA_DIR": str(tmp_path)}
    made = CliRunner().invoke(main, ["key"], env=production)
    assert made.exit_code == 0, made.output
    assert decode_master_key(made.output.strip())
    rotated = CliRunner().invoke(main, ["key", "rotate"], env=production)
    assert (rotated.exit_code, rotated.stderr.count("\n")) == (1, 1)
