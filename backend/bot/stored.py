"""Updates in the database: kept from before Telegram is told until they are done.

Each belongs to the process that took it in. When that process is gone (generation's table of
processes says so), another takes it up, and only one of them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from backend.bot.tables import bot_updates
from backend.bot.updates import parse_update
from backend.db import Cipher, Database, insert
from backend.errors import MalformedBody, TextUnreadable
from backend.generation.owners import LIVING

KEEP_NUMBERS = timedelta(days=7)
"""Telegram repeats an update for a day at most."""
AT_ONCE = 500

_ABANDONED = (
    sa.select(bot_updates)
    .where(
        bot_updates.c.done_at.is_(None),
        sa.or_(bot_updates.c.owner.is_(None), bot_updates.c.owner.not_in(LIVING)),
    )
    .order_by(bot_updates.c.update_id)
    .limit(AT_ONCE)
)
_THIS = bot_updates.c.update_id == sa.bindparam("number")
_FAILED = (
    sa.update(bot_updates)
    .where(_THIS)
    .values(attempts=bot_updates.c.attempts + 1)
    .returning(bot_updates.c.attempts)
)
_DONE = sa.update(bot_updates).where(_THIS).values(done_at=sa.bindparam("now"), body=None)


class Abandoned(msgspec.Struct, frozen=True):
    """An update that its process did not finish. Without `update` it cannot be read any more."""

    number: int
    owner: str | None
    received_at: datetime
    attempts: int
    update: dict[str, Any] | None


class StoredUpdates:
    """The rows of one process, whose name is `owner`, and those of processes that are gone."""

    def __init__(
        self, database: Database, cipher: Cipher, clock: Callable[[], datetime], owner: str
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock
        self._owner = owner

    async def put(self, number: int, body: bytes) -> bool:
        """Keep it; whether it is new."""
        row = {
            "update_id": number,
            "body": self._cipher.seal(body.decode(), _context(number)),
            "owner": self._owner,
            "received_at": self._clock(),
        }
        async with self._database.unit_of_work() as db:
            result = await db.execute(insert(db, bot_updates).values(row).on_conflict_do_nothing())
        return result.rowcount == 1

    async def done(self, numbers: Sequence[int]) -> None:
        """Keep no more of these than their numbers."""
        rows = [{"number": number, "now": self._clock()} for number in numbers]
        async with self._database.unit_of_work() as db:
            await db.execute(_DONE, rows)

    async def failed(self, number: int) -> int:
        """Count an attempt; returns how many there were."""
        async with self._database.unit_of_work() as db:
            attempts = (await db.execute(_FAILED, {"number": number})).scalar_one_or_none()
        return int(attempts or 0)

    async def abandoned(self) -> list[Abandoned]:
        """What processes that are gone left undone, oldest first."""
        async with self._database.snapshot() as db:
            rows = (await db.execute(_ABANDONED)).all()
        return [
            Abandoned(row.update_id, row.owner, row.received_at, row.attempts, self._open(row))
            for row in rows
            if row.owner != self._owner
        ]

    async def claim(self, found: Sequence[Abandoned]) -> list[Abandoned]:
        """Make them this process's, counting an attempt each; those that were still to be had."""
        async with self._database.unit_of_work() as db:
            return [one for one in found if (await db.execute(self._claim(one))).rowcount == 1]

    async def clear_old(self) -> None:
        """Forget the numbers of updates that Telegram can no longer repeat."""
        before = self._clock() - KEEP_NUMBERS
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(bot_updates).where(bot_updates.c.done_at < before))

    def _claim(self, one: Abandoned) -> sa.Update:
        return (
            sa.update(bot_updates)
            .where(
                bot_updates.c.update_id == one.number,
                bot_updates.c.done_at.is_(None),
                bot_updates.c.owner.is_not_distinct_from(one.owner),
            )
            .values(owner=self._owner, attempts=bot_updates.c.attempts + 1)
        )

    def _open(self, row: "sa.Row[Any]") -> dict[str, Any] | None:
        try:
            return parse_update(self._cipher.open(row.body, _context(row.update_id)).encode())
        except (TextUnreadable, MalformedBody):
            return None


def _context(number: int) -> str:
    return f"bot_updates:{number}"
