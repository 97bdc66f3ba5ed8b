"""The operator's commands, run as the command line runs them on a migrated database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from backend.billing import ledger
from backend.billing import movements as m
from backend.billing.commands import commands
from backend.billing.fake import FakeStars
from backend.billing.ports import Stars
from backend.db import Database
from backend.db.migrate import migrate
from backend.settings import Settings

PAID_AT = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose database holds one sale of November."""
    found = Settings(data_dir=tmp_path)

    async def prepare() -> None:
        database = Database.open(found.database)
        await migrate(database)
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
    """A Telegram without transactions."""
    yield FakeStars()


def run(settings: Settings, *arguments: str) -> str:
    """What `tanya …` prints."""
    group = click.Group(
        commands={str(one.name): one for one in commands(no_telegram, lambda: PAID_AT)}
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
    """The ledger agrees with itself; a Telegram that knows nothing is reported."""
    assert "Balances agree" in run(settings, "ledger-check")
    assert "Everything matches" in run(settings, "mismatches")
    assert "DIFFERS" in run(settings, "reconcile")
    assert "balance" in run(settings, "mismatches")
