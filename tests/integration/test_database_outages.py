"""The database unreachable, migrated twice at once, or newer than the program: a clear error, never
a traceback.

Exercises backend/db/outages.py.
"""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from backend.cli import main
from backend.db import Database, new_master_key
from backend.db.migrate import migrate, newest
from backend.errors import StorageUnreachable
from backend.settings import Settings
from tests.fixtures.app import running
from tests.fixtures.postgres import PostgresServer

NOWHERE = "postgresql://tanya:secret@127.0.0.1:9/tanya"


async def test_an_unreachable_server_is_a_503() -> None:
    """Reading and writing say when to retry; the driver's error is not shown."""
    database = Database.open(NOWHERE)
    for begin in (database.snapshot, database.unit_of_work):
        with pytest.raises(StorageUnreachable) as caught:
            async with begin():
                pass
        assert (caught.value.status, caught.value.retry_after) == (503, 1)
    await database.close()


@pytest.mark.postgres
async def test_a_lost_connection_is_a_503_and_recovers(
    postgres_server: PostgresServer,
) -> None:
    """The server closes it during a transaction; the next transaction works."""
    database = Database.open(await postgres_server.fresh_database())
    killer = Database.open(await postgres_server.fresh_database())
    with pytest.raises(StorageUnreachable):
        async with database.unit_of_work() as db:
            pid = (await db.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
            async with killer.snapshot() as other:
                await other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await asyncio.sleep(0.1)
            await db.execute(sa.text("SELECT 1"))
    async with database.snapshot() as db:
        assert (await db.execute(sa.text("SELECT 1"))).scalar_one() == 1
    await database.close()
    await killer.close()


async def test_a_503_says_when_to_retry(settings: Settings) -> None:
    """Over HTTP: 503 with Retry-After and a code of its own, not 500."""
    async with running(settings) as app:
        client = await app.sign_in()
        container = app.container.database
        there = container._pool, container.dialect
        container._pool, container.dialect = Database.open(NOWHERE)._pool, "postgresql"
        async with client.request("GET", "/api/conversations") as response:
            problem = await response.json(content_type=None)
        container._pool, container.dialect = there
    assert (response.status, response.headers["Retry-After"]) == (503, "1")
    assert problem["code"] == "storage_unreachable"


async def test_concurrent_migrations_run_once(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Of two releases that start together one migrates; the other waits and finds nothing to do."""
    server: PostgresServer = request.getfixturevalue("postgres_server")
    for url in (f"sqlite:///{tmp_path / 'twice.db'}", await server.fresh_database()):
        databases = [Database.open(url) for _ in range(3)]
        ends = await asyncio.gather(*(migrate(database) for database in databases))
        assert ends == [newest()] * 3
        for database in databases:
            await database.close()


def run(tmp_path: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """A command's exit code and output."""
    settings = {"DATA_DIR": str(tmp_path / "data"), "LOG_FORMAT": "json", "MASTER_KEY": ""}
    result = CliRunner().invoke(main, arguments, env=settings | environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("command", ["migrate", "serve", "worker", "dev"])
@pytest.mark.parametrize(
    "url", [NOWHERE, "postgresql://no.such.host.invalid/x", "sqlite:////proc/none/tanya.db"]
)
def test_an_unusable_database_is_one_line(tmp_path: Path, command: str, url: str) -> None:
    """Every command that needs the database says so in one line, without the password."""
    code, said = run(tmp_path, command, DATABASE_URL=url)
    assert code == 1
    assert said.count("\n") == 1
    assert "DATABASE_URL" in said
    assert "secret" not in said


def test_a_newer_database_is_refused_in_one_line(tmp_path: Path) -> None:
    """An older program refuses a newer database schema, and says which version it is."""
    assert run(tmp_path, "migrate")[0] == 0

    async def go_ahead() -> None:
        database = Database.open(f"sqlite:///{tmp_path / 'data' / 'tanya.db'}")
        async with database.unit_of_work() as db:
            await db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
            await db.execute(sa.text("UPDATE program_floor SET revision = '9998'"))
        await database.close()

    asyncio.run(go_ahead())
    for command in ("migrate", "serve", "worker", "dev"):
        code, said = run(tmp_path, command)
        assert (code, said.count("\n")) == (1, 1)
        assert "9999" in said
        assert "newer" in said


def test_a_wrong_master_key_is_one_line(tmp_path: Path) -> None:
    """A valid key that is not the database's ends the start."""
    key = new_master_key()
    assert run(tmp_path, "migrate", MASTER_KEY=key)[0] == 0
    again = {"MASTER_KEY": key, "MASTER_KEY_PREVIOUS": new_master_key()}
    assert run(tmp_path, "key", "rotate", **again)[0] == 0
    for command in ("serve", "worker", "dev"):
        code, said = run(tmp_path, command, MASTER_KEY=new_master_key())
        assert (code, said.count("\n")) == (1, 1)
        assert said.startswith("tanya: MASTER_KEY is not the key")
