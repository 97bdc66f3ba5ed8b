"""The access log: what was accessed, by whom and why. The database protects it, and the person sees
it.

Exercises backend/web/api/access_log.py.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.exc import DBAPIError

from backend import identity
from backend.billing.commands import commands
from backend.billing.fake import FakeStars
from backend.billing.ports import Stars
from backend.db import Database, Vault
from backend.errors import PaymentNotFound
from backend.privacy.access_log import AccessLog, count_accesses, forget_name
from backend.privacy.operator_access import record_with
from backend.privacy.tables import access_log, access_names
from backend.settings import Settings
from tests.conftest import Clock
from tests.fixtures.app import ANN, EVE, Client, Running

REASON = "ticket 17: asks about a renewal"


@pytest.fixture
async def log(database: Database, vault: Vault, clock: Clock) -> AccessLog:
    """The log with two people."""
    async with database.unit_of_work() as db:
        for person in (ANN, EVE):
            await identity.remember(db, person, "en", clock())
    return AccessLog(vault, clock)


async def test_rows_can_only_be_added(database: Database, log: AccessLog) -> None:
    """The database refuses to change, delete or truncate rows, also at an operator's own
    console."""
    async with database.unit_of_work() as db:
        await log.record(db, ANN, "payments_read", actor="operator", reason=REASON)
    refused = ["UPDATE access_log SET actor = 'nobody'", "DELETE FROM access_log"]
    if database.dialect != "sqlite":
        refused.append("TRUNCATE access_log")
    for statement in refused:
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.unit_of_work() as db:
                await db.execute(sa.text(statement))
    async with database.snapshot() as db:
        assert len(await log.of_person(db, ANN)) == 1


async def test_a_person_sees_their_rows_and_those_of_everybody(
    database: Database, log: AccessLog, clock: Clock
) -> None:
    """Newest first; nobody else's; nothing from before they came; the reason is sealed."""
    async with database.unit_of_work() as db:
        await log.record(db, ANN, "payments_read", actor="operator", reason=REASON)
        clock.now += timedelta(minutes=1)
        await log.record_for_everybody(db, "key_rotation")
        clock.now += timedelta(minutes=1)
        await log.record(db, EVE, "export", actor="person")
        clock.now += timedelta(minutes=1)
        await identity.remember(db, 5, "en", clock())
    async with database.snapshot() as db:
        mine = await log.of_person(db, ANN)
        assert [(one.action, one.about_everybody, one.reason) for one in mine] == [
            ("key_rotation", True, None),
            ("payments_read", False, REASON),
        ]
        assert [one.action for one in await log.of_person(db, EVE)] == ["export", "key_rotation"]
        assert await log.of_person(db, 5) == []
        stored = (await db.execute(sa.select(access_log))).all()
    assert not any(REASON.encode() in bytes(row.reason or b"") for row in stored)
    assert not any(str(ANN) in str(value) for row in stored for value in row)


async def test_an_erasure_unlinks_the_rows(
    database: Database, log: AccessLog, clock: Clock
) -> None:
    """The acts are still counted but can no longer be linked to the person. Somebody erased or
    unknown gets no row, name or key."""
    async with database.unit_of_work() as db:
        await log.record(db, ANN, "payments_read", actor="operator", reason=REASON)
        await forget_name(db, ANN)
        await identity.erase(db, ANN, clock())
        await log.record(db, ANN, "refund", actor="operator", reason=REASON)
        assert await log.of_person(db, ANN) == []
        counted = await count_accesses(db, clock.now - timedelta(days=1), clock.now + timedelta(1))
        assert counted == [("payments_read", "operator", 1)]
        assert (await db.execute(sa.select(access_names))).all() == []


@asynccontextmanager
async def no_telegram(_: Settings) -> AsyncIterator[Stars]:
    """A Telegram account without transactions."""
    yield FakeStars()


async def shown_log(client: Client) -> list[dict[str, Any]]:
    """The access log as the person sees it."""
    status, shown = await client.call("GET", "/api/access-log")
    assert status == 200
    return list(shown["items"])


async def test_operators_commands_are_shown_to_the_person(
    app: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tanya payments`, `requests` and `refund` on a running server's database; a refund that finds
    nothing to refund leaves nothing."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    await app.container.billing.ask_support(ANN, "Where is my refund?")
    made = commands(
        no_telegram,
        app.container.clock,
        record_with(lambda: app.container.settings, app.container.clock),
    )
    group = click.Group(commands={str(one.name): one for one in made})

    def run(*words: str) -> None:
        CliRunner().invoke(group, words, obj=app.container.settings, catch_exceptions=False)

    await asyncio.to_thread(run, "payments", str(ANN), "--reason", REASON)
    await asyncio.to_thread(run, "requests")
    with pytest.raises(PaymentNotFound):
        await asyncio.to_thread(run, "refund", "--yes", "no-such-charge", "--reason", REASON)
    found = [(one["action"], one["actor"], one["reason"]) for one in await shown_log(ann)]
    assert found == [("request_read", "operator", None), ("payments_read", "operator", REASON)]
    assert await shown_log(eve) == []


async def test_exports_are_logged_and_contain_the_log(app: Running) -> None:
    """Downloading an export and a chain of receipts is logged, and the next export contains
    that."""
    ann = await app.sign_in(ANN)
    async with ann.request("GET", "/api/receipts") as response:
        await response.read()
    async with ann.request("GET", "/api/export") as response:
        archive = ZipFile(io.BytesIO(await response.read()))
    lines = [json.loads(line) for line in archive.read("access_log.jsonl").splitlines()]
    assert [one["action"] for one in lines] == ["export", "receipts_export"]
    assert [one["action"] for one in await shown_log(ann)] == ["export", "receipts_export"]
