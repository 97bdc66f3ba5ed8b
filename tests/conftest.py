"""Fixtures that every test may use: databases, settings, a clock; and the network guard."""

import gc
import ipaddress
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import certifi
import pytest
import structlog
from hypothesis import HealthCheck
from hypothesis import settings as laws

from backend.db import Database, KeyRing, Vault, new_master_key
from backend.db.keys import decode_master_key
from backend.settings import Settings
from tests.fixtures.databases import create_tables
from tests.fixtures.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]

# Tracebacks with all their values, structlog's choice for a developer's eyes, take seconds each.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)

# Time is for benchmarks: a law does not fail because the machine was busy for a moment.
# Half of the usual examples: `make test-slow` looks at a thousand.
laws.register_profile(
    "busy", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
laws.load_profile("busy")
laws.register_profile("thorough", laws.get_profile("busy"), max_examples=1_000)

BOT_TOKEN = "1000000001:AATokenOfTheTestsThatTelegramNeverMade"


class Clock:
    """A clock that tests move by hand; call it for the moment it shows."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """The moment it shows."""
        return self.now

    def advance(self, **span: float) -> None:
        """Move on by `timedelta(**span)`."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon of 23 November 2026, UTC."""
    return Clock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Local settings whose data directory is the test's own."""
    return Settings(data_dir=tmp_path / "data", master_key=new_master_key(), bot_token=BOT_TOKEN)


@pytest.fixture
def vault(settings: Settings) -> Vault:
    """A vault under the settings' master key."""
    return Vault(KeyRing(decode_master_key(settings.master_key)))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database with all tables; the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        database = _open(f"sqlite:///{tmp_path / 'test.db'}")
        await create_tables(database)
        yield database
        await database.close()
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        database = _open(await server.database_with_tables())
        yield database
        await database.close()
        await server.give_back(address_of(database))


def _open(url: str) -> Database:
    database = Database.open(url)
    _addresses[database] = url
    return database


_addresses: WeakKeyDictionary[Database, str] = WeakKeyDictionary()


def address_of(database: Database) -> str:
    """The `DATABASE_URL` under which another process reaches a test's database."""
    return _addresses[database]


def _refuse_outside(address: Any) -> None:
    host = address[0] if isinstance(address, tuple) else None
    if host is None or host in ("localhost", ""):
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise RuntimeError(f"tests may not reach the network, and {host!r} is not this machine")


@pytest.fixture(autouse=True)
def _logs_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that sets the logs up leaves nothing of it: a logger that kept the settings of its
    first use would write past what a later test listens to."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure = structlog.configure

    def uncached(**options: Any) -> None:
        configure(**options | {"cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", uncached)
    yield
    configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.hookimpl(optionalhook=True)  # without xdist there is no such hook
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadgroup` the groups are those of tests/fixtures/groups.py."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from tests.fixtures.groups import GroupScheduling

    return GroupScheduling(config, log)


def _set_aside() -> None:
    gc.collect()
    gc.freeze()


# What is imported and collected lives to the end: looking for garbage in it doubles the time.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on there is garbage: whole applications in circles, some of which may wait.

    The thousands of tests and all that they import are never looked at.
    """
    _set_aside()
    gc.set_threshold(50_000, 10, 10)
    gc.enable()


@pytest.fixture
def small_heap() -> None:
    """For tests of what holds the loop: a full collection of what all tests left takes a second.

    Objects that exist already are set aside, so a collection sees only the test's own.
    """
    _set_aside()


@pytest.fixture(autouse=True, scope="session")
def _certificates_are_read_once() -> Iterator[None]:
    """aiogram reads all certificates for each bot, and a worker has hundreds of bots."""
    create = ssl.create_default_context
    aiograms = cache(lambda: create(cafile=certifi.where()))

    def created(*given: Any, **options: Any) -> ssl.SSLContext:
        if not given and options == {"cafile": certifi.where()}:
            return aiograms()
        return create(*given, **options)

    patch = pytest.MonkeyPatch()
    patch.setattr(ssl, "create_default_context", created)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """No test reaches a real provider or Telegram: sockets connect to this machine only."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        _refuse_outside(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(address)
        return connect_ex(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    patch.setattr(socket.socket, "connect_ex", guarded_ex)
    yield
    patch.undo()
