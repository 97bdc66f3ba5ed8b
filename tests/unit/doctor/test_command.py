"""`tanya doctor` as it is typed: each setting that is wrong is one line, and every part that is not
well has a line of its own with the cure.

Exercises backend/doctor/__init__.py, backend/doctor/parts.py, backend/doctor/processes.py.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.db import new_master_key
from backend.doctor import parts
from tests.fixtures.ports import free_port

MENDED = "✗"


def doctor(folder: Path, **changes: str) -> Result:
    """What it prints of a production installation whose Telegram is not there."""
    environment = {
        "TANYA_MODE": "production",
        "BOT_TOKEN": "1234567:" + "a" * 35,
        "MASTER_KEY": new_master_key(),
        "PUBLIC_URL": "https://tanya.example",
        "DATA_DIR": str(folder / "data"),
        "TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
        "LOCAL_MODEL_ENABLED": "false",
        "ADMIN_IDS": "5",
    }
    kept = {name: None for name in os.environ if name.startswith("TANYA_")}
    return CliRunner().invoke(main, ["doctor"], env={**kept, **environment, **changes})


def line_of(result: Result, part: str) -> str:
    """The line of one part."""
    return next(one for one in result.output.splitlines() if one[2:].startswith(part + ":"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBHOOK_SECRET", "with spaces in it"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, a-name"),
        ("PUBLIC_URL", "https://tanya.example/app"),
        ("PUBLIC_URL", "http://tanya.example"),
        ("PUBLIC_URL", ""),
        ("BOT_TOKEN", "no token"),
        ("MASTER_KEY", "dG9vIHNob3J0"),
        ("ADMIN_IDS", "@ann"),
        ("PORT", "eighty"),
        ("DATABASE_URL", "mysql://db/tanya"),
        ("VALKEY_URL", "http://cache"),
        ("OPERATOR_DAILY_CAP_DOLLARS", "much"),
        ("TANYA_MODE", "prod"),
        ("FEATURES_OFF", "everything"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name(tmp_path: Path, name: str, value: str) -> None:
    """Before anything is opened or made."""
    result = doctor(tmp_path, **{name: value})
    assert result.exit_code == 1
    (line,) = [one for one in (result.output).splitlines() if one.strip()]
    assert name in line
    assert value not in line or name in ("TANYA_MODE", "FEATURES_OFF", "PUBLIC_URL"), line


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    """Nobody mends one to be told of the next."""
    wrong = {"PORT": "eighty", "PUBLIC_URL": "https://tanya.example/app", "BOT_TOKEN": ""}
    result = doctor(tmp_path, **wrong, WEBHOOK_SECRET="with spaces", ADMIN_ID="5")
    told = [line.split()[2] for line in result.output.splitlines()]
    assert told == ["PORT", "PUBLIC_URL", "WEBHOOK_SECRET", "BOT_TOKEN", "ADMIN_ID"]
    assert result.exit_code == 1
    assert not (tmp_path / "data").exists()


def test_a_misspelt_variable_is_said_among_the_others(tmp_path: Path) -> None:
    """With the nearest name, beside all other lines."""
    result = doctor(tmp_path, XAI_KEY="x")
    assert "✗ settings: XAI_KEY is no setting → did you mean XAI_API_KEY?" in result.output
    assert "✓ operators: 1 in ADMIN_IDS" in result.output


def test_what_is_not_well_has_its_line(tmp_path: Path) -> None:
    """A first start on an empty machine: tables, model, worker and Telegram are missed, each with
    the cure; nothing is a traceback."""
    result = doctor(tmp_path)
    assert result.exit_code == 1
    for part, cure in {
        "database": "run tanya migrate",
        "models": "set a provider's key",
        "telegram": "check BOT_TOKEN and the network",
    }.items():
        line = line_of(result, part)
        assert line.startswith(MENDED), line
        assert cure in line
    assert "Traceback" not in result.output


def test_a_small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is full: with how much is left."""
    assert line_of(doctor(tmp_path), "data directory").startswith("✓")
    monkeypatch.setattr(parts, "LEAST_FREE_BYTES", 2**62)
    line = line_of(doctor(tmp_path), "data directory")
    assert "MB free → make room" in line


def test_stores_that_are_away(tmp_path: Path) -> None:
    """Valkey and PostgreSQL that nobody answers for are named, without their passwords."""
    nobody = f"127.0.0.1:{free_port()}"
    result = doctor(
        tmp_path,
        VALKEY_URL=f"valkey://:s3cret@{nobody}",
        DATABASE_URL=f"postgresql://tanya:s3cret@{nobody}/tanya",
    )
    assert "check DATABASE_URL and the server" in line_of(result, "database")
    assert "check VALKEY_URL and the server" in line_of(result, "valkey")
    assert "s3cret" not in result.output


@pytest.mark.parametrize(
    ("revision", "floor", "cure"),
    [("0034", None, "run tanya migrate"), ("9999", "0034", ""), ("9999", "9998", "start that")],
)
def test_a_database_of_another_version(
    tmp_path: Path, revision: str, floor: str | None, cure: str
) -> None:
    """An older one is to be migrated, a newer one is said, and is wrong only if this version cannot
    work beside it."""
    environment = {"DATA_DIR": str(tmp_path / "data")}
    assert CliRunner().invoke(main, ["migrate"], env=environment).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "data" / "tanya.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        if floor:
            database.execute("UPDATE program_floor SET revision = ?", (floor,))
    line = line_of(doctor(tmp_path), "database")
    assert line.startswith(MENDED) is bool(cure), line
    assert cure in line
    assert revision in line
