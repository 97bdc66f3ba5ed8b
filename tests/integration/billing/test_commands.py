"""The operator's commands, run as the command line runs them on a migrated database.

Exercises backend/billing/support_commands.py, backend/billing/command_line.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.commands import commands
from backend.billing.fake import FakeStars
from backend.billing.ports import Stars
from backend.db import Database
from backend.errors import PaymentNotFound
from backend.ledger import ledger
from backend.ledger import movements as m
from backend.settings import Settings
from tests.fixtures.databases import migrate_empty

PAID_AT = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose database holds one sale in November."""
    found = Settings(data_dir=tmp_path)

    async def prepare() -> None:
        database = Database.open(found.database)
        await migrate_empty(database)
        async with database.unit_of_work() as db:
            moved = [
                m.payment("person:a", 400, "charge", PAID_AT),
                m.sale("person:a", "subscription", 400, "charge", PAID_AT),
            ]
            await ledger.post(db, moved, PAID_AT)
        await database.close()

    asyncio.run(prepare())
    return found


@asynccontextmanager
async def no_telegram(_: Settings) -> AsyncIterator[Stars]:
    """A Telegram account without transactions."""
    yield FakeStars()


async def looked(db: AsyncConnection, user_id: int, action: str, reason: str) -> None:
    """Does nothing: tests/integration/privacy/test_access_log.py covers the access log."""


def run(settings: Settings, *arguments: str) -> str:
    """Runs `tanya …` and returns what it prints."""
    group = click.Group(
        commands={str(one.name): one for one in commands(no_telegram, lambda: PAID_AT, looked)}
    )
    result = CliRunner().invoke(group, arguments, obj=settings, catch_exceptions=False)
    return str(result.output)


def test_statement_in_its_three_forms(settings: Settings) -> None:
    """`tanya statement --partner xai --month 2026-11` as table, CSV and page."""
    asked = ("statement", "--partner", "xai", "--month", "2026-11")
    table = run(settings, *asked)
    assert "Partner’s share" in table
    assert "2.60" in table
    assert "xai,2026-11,open,share,200,2.60" in run(settings, *asked, "--format", "csv")
    assert "<table>" in run(settings, *asked, "--format", "html", "--language", "ru")


def test_checking_and_comparing(settings: Settings) -> None:
    """The ledger agrees with itself; payments that Telegram does not know are reported."""
    assert "Balances agree" in run(settings, "ledger-check")
    assert "Everything matches" in run(settings, "mismatches")
    assert "DIFFERS" in run(settings, "reconcile")
    assert "balance" in run(settings, "mismatches")


def test_support_commands_on_an_empty_installation(settings: Settings) -> None:
    """The lists are empty when nobody has paid or written; a mismatch can be resolved."""
    run(settings, "reconcile")
    (line,) = run(settings, "mismatches").splitlines()
    _, code, _, _, reference = line.split()
    assert "Everything matches" in run(settings, "mismatches", "--resolve", code, reference)
    assert "No payments" in run(settings, "payments", "7000000001")
    assert "Nobody waits" in run(settings, "requests")
    assert json.loads(run(settings, "payments", "7000000001", "--json")) == []
    assert json.loads(run(settings, "requests", "--json")) == []
    with pytest.raises(PaymentNotFound):
        run(settings, "refund", "--yes", "charge")
    assert "Aborted" in run(settings, "refund", "charge")  # asks for confirmation, and gets none
