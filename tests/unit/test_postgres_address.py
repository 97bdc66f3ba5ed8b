"""DATABASE_URL as hosting services hand it out, and as people write it."""

import ssl
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.db import Database
from backend.db.postgres import make_engine, parse_address
from backend.errors import SettingsInvalid
from backend.settings import Settings

HOST = "db.example"


async def told(monkeypatch: pytest.MonkeyPatch, url: str) -> dict[str, Any]:
    """What asyncpg makes of the address when the engine connects."""
    from asyncpg import connect_utils

    found: dict[str, Any] = {}

    async def connect(dsn: str, **options: Any) -> None:
        names = ("host", "port", "user", "password", "passfile", "database", "ssl", "service",
                 "servicefile", "direct_tls", "server_settings", "target_session_attrs",
                 "krbsrvname", "gsslib")  # fmt: skip
        empty = dict.fromkeys(names)
        addresses, parameters = connect_utils._parse_connect_dsn_and_args(dsn=dsn, **empty)[:2]
        found.update(options, addresses=addresses, parameters=parameters)
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncpg, "connect", connect)
    engine = make_engine(url, 3)
    with pytest.raises(ConnectionRefusedError):
        await engine.connect()
    return found


async def test_sslmode_means_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """`?sslmode=require` encrypts; what only libpq knows is not sent to the server, which would
    refuse the connection."""
    url = f"postgresql://u:p@{HOST}/tanya?sslmode=require&channel_binding=require"
    found = await told(monkeypatch, url)
    assert isinstance(found["parameters"].ssl, ssl.SSLContext)
    assert found["parameters"].server_settings is None
    plain = await told(monkeypatch, url.replace("require", "disable", 1))
    assert not plain["parameters"].ssl


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_passwords_may_hold_what_services_generate(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """An `@` or `:` in a password need not be written as %40 or %3A, but may be."""
    for written in ("p@ss:w@rd", "p%40ss%3Aw%40rd"):
        found = await told(monkeypatch, f"{scheme}://me:{written}@{HOST}:6543/tanya")
        assert found["addresses"] == [(HOST, 6543)]
        assert (found["parameters"].user, found["parameters"].password) == ("me", "p@ss:w@rd")
        assert found["parameters"].database == "tanya"


async def test_nothing_is_prepared_by_name_behind_pgbouncer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Behind a pooler in transaction mode statements are not prepared by name."""
    found = await told(monkeypatch, f"postgresql://u:p@{HOST}/tanya?pgbouncer=true")
    assert found["statement_cache_size"] == 0
    assert found["parameters"].server_settings is None
    assert "statement_cache_size" not in await told(monkeypatch, f"postgresql://u:p@{HOST}/tanya")


def test_the_pool_is_as_large_as_the_setting_says() -> None:
    """No connection beyond it is opened, so that a server's limit can be shared out."""
    engine = Database.open(f"postgresql://u:p@{HOST}/tanya", pool_size=3).engine
    assert engine.pool.size() == 3  # type: ignore[attr-defined]
    assert engine.pool._max_overflow == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@h:port/x",
        "postgresql://u:[p@h/x",
        "postgresql://u:p@h/x?sslmode=maybe",
        "postgresql://u:p@h/x?connect_timeout=soon",
        "sqlite://///\0",
        "sqlite:/",
        "sqlite",
        "sqlite:////proc/none/tanya.db",
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(url: str) -> None:
    """Every refusal names the setting DATABASE_URL."""
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_environment({"DATABASE_URL": url})
        Database.open(url)
    assert caught.value.details["name"] == "DATABASE_URL"
    assert "\n" not in str(caught.value.details["reason"])


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_address_is_a_traceback(rest: str, query: str) -> None:
    """Any text behind the scheme is either read or refused by our own error."""
    with suppress(SettingsInvalid):
        parse_address(f"postgresql://{rest}?{query}")
