"""/health/ready names the part that does not work, and nothing else fails with it."""

from pathlib import Path

import pytest

from backend.db import Database
from backend.settings import Settings
from backend.web import health
from backend.web.health import Readiness
from tests.fixtures.app import Running, running
from tests.fixtures.generation import until
from tests.fixtures.valkey import ValkeyServer, valkey_server

__all__ = ["valkey_server"]


class NoModels:
    """A models room in which no model can answer."""

    can_answer = False


async def test_every_part_is_listed(app: Running) -> None:
    """A healthy process reports ok for each part."""
    status, body = await app.stranger.call("GET", "/health/ready")
    assert (status, body["status"]) == (200, "ok")
    assert body["checks"] == dict.fromkeys(("database", "disk", "models", "process"), "ok")
    assert body["failingTasks"] == []


async def test_failing_tasks_are_listed(app: Running) -> None:
    """A job that keeps failing is reported to monitoring; requests are still routed here."""

    async def turn() -> None:
        raise ZeroDivisionError

    app.container.nursery.repeat(turn, name="broken", every=0)
    await until(lambda: app.container.nursery.failing(), 60)
    status, body = await app.stranger.call("GET", "/health/ready")
    assert (status, body["failingTasks"]) == (200, ["broken"])


async def test_valkey_away(settings: Settings, valkey_server: ValkeyServer) -> None:
    """Without Valkey new requests should go to other processes; this one is alive."""
    async with running(settings, valkey_url=valkey_server.url) as app:
        assert (await app.stranger.call("GET", "/health/ready"))[0] == 200
        valkey_server.kill()
        status, body = await app.stranger.call("GET", "/health/ready")
        assert (status, body["checks"]["valkey"]) == (503, "unreachable")
        assert body["checks"]["database"] == "ok"
        assert (await app.stranger.call("GET", "/health/live"))[0] == 200
        valkey_server.start()
        assert (await app.stranger.call("GET", "/health/ready"))[0] == 200


async def test_nothing_can_answer(database: Database, tmp_path: Path) -> None:
    """Without any model the process is not ready."""
    readiness = Readiness(database, tmp_path, "", NoModels(), list)
    assert (await readiness.check())["models"] == "none"


async def test_a_full_disk(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With too little space in the data directory, or without the directory, it is not ready."""
    readiness = Readiness(database, tmp_path, "", NoModels(), list)
    assert (await readiness.check())["disk"] == "ok"
    monkeypatch.setattr(health, "MIN_FREE_BYTES", 2**60)
    assert (await readiness.check())["disk"] == "full"
    gone = Readiness(database, tmp_path / "gone", "", NoModels(), list)
    assert (await gone.check())["disk"] == "unreachable"


async def test_an_unreachable_database(tmp_path: Path) -> None:
    """The database is named as the failing part."""
    away = Database.open("postgresql://tanya@127.0.0.1:1/none")
    readiness = Readiness(away, tmp_path, "", NoModels(), list)
    assert (await readiness.check())["database"] == "unreachable"
    await away.close()
