"""`tanya doctor` finds each mistake that an operator has been seen to make, and says the cure.

Exercises backend/doctor/parts.py, backend/doctor/policies.py.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiogram.types import WebhookInfo

from backend.db import Database, insert, new_master_key
from backend.doctor import findings
from backend.doctor.environment import check_names
from backend.doctor.finding import Finding
from backend.doctor.processes import connections
from backend.doctor.telegram import clock_finding, webhook_finding
from backend.errors import SettingsInvalid
from backend.generation.tables import owners
from backend.settings import Settings
from backend.tasks.tables import job_runs
from tests.fixtures.databases import migrate_empty
from tests.fixtures.ports import free_port

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def production(folder: Path, **changes: object) -> Settings:
    """An installation without a mistake but that Telegram is not there."""
    environment = {
        "TANYA_MODE": "production",
        "BOT_TOKEN": "1234567:" + "a" * 35,
        "MASTER_KEY": new_master_key(),
        "PUBLIC_URL": "https://tanya.example",
        "DATA_DIR": str(folder / "data"),
        "TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
        "LOCAL_MODEL_ENABLED": "false",
    }
    return Settings.from_environment(environment | {k: str(v) for k, v in changes.items()})


async def found(settings: Settings, part: str) -> Finding:
    """The doctor's finding of one part."""
    return next(f for f in [f async for f in findings(settings, {}, NOW)] if f.part == part)


async def write_rows(settings: Settings, *, ran_at: datetime | None, web: int) -> None:
    """A database in which a job ran and web processes beat."""
    settings.data_dir.mkdir(exist_ok=True)
    database = Database.open(settings.database)
    await migrate_empty(database)
    async with database.unit_of_work() as db:
        if ran_at is not None:
            await db.execute(insert(db, job_runs).values(name="calendar", ran_at=ran_at))
        for number in range(web):
            row = {"id": str(number), "host": "h", "pid": 1, "beats": 1, "beat_at": NOW}
            await db.execute(insert(db, owners).values(row))
    await database.close()


async def test_no_model_at_all(tmp_path: Path) -> None:
    """A server that can answer nobody is not called well."""
    assert "XAI_API_KEY" in (await found(production(tmp_path), "models")).mend
    well = await found(production(tmp_path, XAI_API_KEY="xai-" + "a" * 20), "models")
    assert not well.mend


async def test_nobody_to_tell(tmp_path: Path) -> None:
    """Without ADMIN_IDS nobody is told of what goes wrong."""
    assert "ADMIN_IDS" in (await found(production(tmp_path), "operators")).mend
    assert not (await found(production(tmp_path, ADMIN_IDS="5"), "operators")).mend


@pytest.mark.parametrize(
    ("ran_at", "well"),
    [(None, False), (NOW - timedelta(hours=1), False), (NOW - timedelta(minutes=1), True)],
)
async def test_no_living_worker(tmp_path: Path, ran_at: datetime | None, well: bool) -> None:
    """A worker that never ran, or stopped an hour ago, is missed."""
    settings = production(tmp_path)
    await write_rows(settings, ran_at=ran_at, web=1)
    finding = await found(settings, "worker")
    assert bool(finding.mend) is not well, finding.line


@pytest.mark.parametrize(("web", "well"), [(1, True), (2, False)])
async def test_two_web_processes_want_valkey(tmp_path: Path, web: int, well: bool) -> None:
    """Two that beat over one database without Valkey cannot follow each other's answers."""
    settings = production(tmp_path)
    await write_rows(settings, ran_at=NOW, web=web)
    assert bool((await found(settings, "valkey")).mend) is not well


def test_more_connections_than_the_server_has() -> None:
    """Pools of all processes, and of those of the next version beside them, must fit."""
    settings = Settings(database_pool_size=20)
    assert "DATABASE_POOL_SIZE" in connections(settings, 4, 100).mend
    assert not connections(settings, 2, 100).mend


async def test_where_files_are_kept(tmp_path: Path) -> None:
    """A place is tried by writing, reading and deleting; nothing is left of that."""
    assert (await found(production(tmp_path), "files")).state == "kept in the database"
    folder = tmp_path / "files"
    well = await found(production(tmp_path, FILES_URL=folder.as_uri()), "files")
    assert (well.state, well.mend) == (f"moved to {folder.as_uri()}", "")
    assert not [path for path in folder.rglob("*") if path.is_file()]
    (tmp_path / "taken").write_text("a file, no folder")
    bad = await found(production(tmp_path, FILES_URL=(tmp_path / "taken").as_uri()), "files")
    assert bad.state == "cannot be kept there (files_unreachable)"
    assert "AWS_" in bad.mend


@pytest.mark.parametrize("address", ["files", "http://a/b", "file://host/x", "s3://", "s3://k:v@b"])
def test_a_place_of_files_that_cannot_be(tmp_path: Path, address: str) -> None:
    """It is refused at the start, by its name."""
    with pytest.raises(SettingsInvalid) as caught:
        production(tmp_path, FILES_URL=address)
    assert caught.value.details["name"] == "FILES_URL"


async def test_an_ollama_address_without_v1(tmp_path: Path) -> None:
    """Its models are below /v1; without it every question is refused there."""
    settings = production(tmp_path, OLLAMA_URL="http://127.0.0.1:11434")
    lines = [f.line async for f in findings(settings, {}, NOW) if f.mend]
    assert any("OLLAMA_URL does not end with /v1" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DATABASE_URI", "DATABASE_URL"),
        ("XAI_KEY", "XAI_API_KEY"),
        ("TELEGRAM_BOT_TOKEN", "BOT_TOKEN"),
        ("TANYA_PORT", "PORT"),
        ("ADMIN_ID", "ADMIN_IDS"),
        ("PUBLIC_ULR", "PUBLIC_URL"),
    ],
)
def test_a_misspelt_variable_has_its_nearest_name_told(name: str, meant: str) -> None:
    """What is set under a wrong name does nothing, and nobody else says so."""
    assert [f.mend for f in check_names({name: "x"})] == [f"did you mean {meant}?"]


def test_a_systems_own_variables_are_left_alone() -> None:
    """What every shell and container has is no mistake."""
    usual = {
        "PATH", "HOME", "HOSTNAME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "PWD", "TERM",
        "TZ", "GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256", "VIRTUAL_ENV", "DYNO", "TMPDIR",
        "KUBERNETES_SERVICE_HOST", "KUBERNETES_PORT", "DISPLAY", "SSH_AUTH_SOCK", "REDIS_URL",
        "INVOCATION_ID", "JOURNAL_STREAM", "HTTPS_PROXY", "NO_PROXY",
    }  # fmt: skip
    assert list(check_names(dict.fromkeys(usual, "x"))) == []


def webhook(**changes: object) -> WebhookInfo:
    """Telegram's description of our webhook."""
    values = {
        "url": "https://tanya.example/telegram/webhook",
        "has_custom_certificate": False,
        "pending_update_count": 0,
    }
    return WebhookInfo.model_validate(values | changes)


@pytest.mark.parametrize(
    ("changes", "well"),
    [
        ({}, True),
        ({"url": ""}, False),
        ({"url": "https://tanya.example.evil/telegram/webhook"}, False),
        ({"last_error_message": "timeout", "last_error_date": NOW - timedelta(days=2)}, True),
        ({"last_error_message": "timeout", "last_error_date": NOW - timedelta(minutes=5)}, False),
        (
            {
                "last_error_message": "timeout",
                "last_error_date": NOW - timedelta(days=2),
                "pending_update_count": 3,
            },
            False,
        ),
    ],
)
def test_an_old_webhook_error_is_over(changes: dict[str, object], well: bool) -> None:
    """Telegram tells its last error for ever: only a fresh one, or updates that wait, are wrong."""
    finding = webhook_finding("@bot", webhook(**changes), "https://tanya.example", NOW)
    assert bool(finding.mend) is not well, finding.line


@pytest.mark.parametrize(("seconds", "well"), [(0, True), (10, True), (-90, False), (400, False)])
def test_a_clock_that_is_off(seconds: int, well: bool) -> None:
    """Half a minute is a network's; more, and sessions and days are counted wrongly."""
    finding = clock_finding(NOW, NOW + timedelta(seconds=seconds))
    assert bool(finding.mend) is not well, finding.line
