"""Alerts to operators: each is sent once in half a day, by one process, and names nobody.

Exercises backend/console/alerts.py.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import mismatches
from backend.console import AlertWatch, WatchedParts
from backend.console.alerts import Code
from backend.errors import ChatClosed, ProviderRejectedKey, ProviderTimedOut
from backend.i18n import languages, translator
from backend.ledger import ledger, movements
from backend.llm.breaker import Breaker
from backend.metering.tables import day_shards
from tests.integration.console.conftest import OPERATOR, Desk


class Told:
    """Keeps the alerts that operators get."""

    def __init__(self) -> None:
        self.codes: list[tuple[str, str]] = []
        self.closed = False

    async def alert(self, user_id: int, code: str, about: str) -> None:
        """See AlertChat."""
        if self.closed:
            raise ChatClosed
        assert user_id == OPERATOR
        self.codes.append((code, about))


class Room(Struct):
    """The watched values, which a test changes."""

    told: Told
    troubled: dict[str, Any]
    ran_at: datetime | None = None

    async def last_job(self, _: AsyncConnection) -> datetime | None:
        """When a periodic job last ran."""
        return self.ran_at

    def watch(self, desk: Desk, folder: Path) -> AlertWatch:
        """The alert watch of one process."""
        watched = WatchedParts(
            operators=(OPERATOR,),
            data_dir=folder,
            daily_cap=1_000_000,
            troubled=lambda: self.troubled,
            last_job=self.last_job,
        )
        return AlertWatch(desk.database, desk.clock, self.told, watched)


@pytest.fixture
def room(desk: Desk) -> Room:
    """All values are normal."""
    return Room(Told(), {}, desk.clock())


async def test_no_alert_while_all_is_well(desk: Desk, room: Room, tmp_path: Path) -> None:
    """No alert is sent without a reason."""
    assert await room.watch(desk, tmp_path).look() == ()


async def test_each_alert_is_sent_once_by_one_process(
    desk: Desk, room: Room, tmp_path: Path
) -> None:
    """Of two processes one sends the alert, and again half a day later; an operator whose chat is
    closed does not stop the others' alerts."""
    room.troubled["xai"] = "key_rejected"
    room.troubled["openai"] = "provider_failing"
    one, other = room.watch(desk, tmp_path), room.watch(desk, tmp_path)
    await one.look()
    await other.look()
    assert sorted(room.told.codes) == [("key_rejected", "xai"), ("provider_failing", "openai")]
    desk.clock.advance(hours=13)
    room.ran_at = desk.clock()
    room.told.closed = True
    assert len(await other.look()) == 2
    room.told.closed = False
    assert await one.look() == ()


async def test_alerts_from_the_database(desk: Desk, room: Room, tmp_path: Path) -> None:
    """A cap that is used up, a worker that does not run, a mismatch, and more refunds than usual
    each raise an alert."""
    now = desk.clock()
    room.ran_at = now - timedelta(minutes=6)
    async with desk.database.unit_of_work() as db:
        await db.execute(
            sa.insert(day_shards),
            [
                {
                    "day": now.date(),
                    "shard": shard,
                    "spent_micro_dollars": 480_000,
                    "held_micro_dollars": 0,
                    "share_micro_dollars": 500_000,
                    "cap_micro_dollars": 1_000_000,
                }
                for shard in (3, 11)
            ],
        )
        for number in range(5):
            charge = f"charge-{number}"
            await ledger.post(db, [movements.payment("person:a", 10, charge, now)], now)
            await ledger.post(db, [movements.reversal("refund", "person:a", 10, charge, now)], now)
        await mismatches.report(db, "balance", "stars", 3, now, user_id=None)
    told = {alert.code for alert in await room.watch(desk, tmp_path).look()}
    assert {"cap_reached", "no_worker", "refunds", "mismatches"} == told
    assert await room.watch(desk, tmp_path).look() == ()


def test_a_breaker_says_why_it_is_open() -> None:
    """A rejected key needs the operator; repeated failures do not; an answer clears both."""
    breaker = Breaker(lambda: 0.0)
    assert breaker.trouble is None
    breaker.failed(ProviderRejectedKey())
    assert breaker.trouble == "key_rejected"
    breaker.succeeded()
    for _ in range(5):
        breaker.failed(ProviderTimedOut())
    assert breaker.trouble == "provider_failing"


@pytest.mark.parametrize("language", languages())
def test_every_alert_has_a_text_in_every_language(language: str) -> None:
    """Each text says what to do."""
    t = translator(language)
    for code in Code.__args__:  # type: ignore[attr-defined]
        assert "⚠️" in t(f"bot.alert.{code}", about="5")
