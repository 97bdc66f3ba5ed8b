"""Updates in the database: stored before they are acknowledged, until they are done.

They wait in lanes, and one process at a time handles a lane (`leases.py`).
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.inbox import leases
from backend.bot.inbox.updates import OTHERS, parse_update, with_choice
from backend.bot.tables import bot_updates
from backend.db import Cipher, Database, RotatingCipher, insert
from backend.errors import MalformedBody, TextUnreadable

KEEP_NUMBERS = timedelta(days=7)
"""Telegram repeats an update for at most a day."""
KEEP_HELD = timedelta(days=30)
"""How long a question waits for its person's decision."""
AT_ONCE = 500
IN_VIEW = 100
"""How many updates of a lane are looked at together: more than the parts of an album or a pasted
text."""

_THIS = bot_updates.c.update_id == sa.bindparam("number")
_FAILED = sa.update(bot_updates).where(_THIS).values(attempts=bot_updates.c.attempts + 1)
_FREE = sa.update(bot_updates).where(_THIS).values(held_for=None)
_DONE = (
    sa.update(bot_updates).where(_THIS).values(done_at=sa.bindparam("now"), body=None, lane=None)
)
_HOLD = sa.update(bot_updates).where(_THIS).values(held_for=sa.bindparam("what"))
_JOIN = sa.update(bot_updates).where(_THIS).values(part_of=sa.bindparam("first"))
_REWRITE = sa.update(bot_updates).where(_THIS).values(body=sa.bindparam("sealed"))
_HELD = (bot_updates.c.lane == sa.bindparam("this"), bot_updates.c.held_for.is_not(None))
_HELD_FOR = (*_HELD, bot_updates.c.held_for == sa.bindparam("what"))
_SEE_HELD = sa.select(bot_updates).where(*_HELD_FOR)
_RELEASE = sa.update(bot_updates).where(*_HELD_FOR).values(held_for=None)
_DROP = sa.update(bot_updates).values(
    done_at=sa.bindparam("now"), body=None, lane=None, held_for=None
)
_DROP_HELD_FOR = _DROP.where(*_HELD_FOR)
_DROP_UNAGREED = _DROP.where(*_HELD, bot_updates.c.held_for.not_like(f"{OTHERS}%"))
_WAITING = (
    sa.select(bot_updates)
    .where(bot_updates.c.lane == sa.bindparam("this"), bot_updates.c.held_for.is_(None))
    .order_by(bot_updates.c.update_id)
    .limit(IN_VIEW)
)

_EARLIER = (
    sa.select(bot_updates.c.update_id)
    .where(
        bot_updates.c.lane == sa.bindparam("this"),
        bot_updates.c.update_id < sa.bindparam("before"),
    )
    .limit(1)
)


class StoredUpdate(msgspec.Struct, frozen=True):
    """A waiting update. Without `update` it can no longer be read. `part_of` is the number of the
    first of those that it was joined with."""

    number: int
    received_at: datetime
    attempts: int
    update: dict[str, Any] | None
    part_of: int | None = None


class HeldUpdate(msgspec.Struct, frozen=True):
    """An update that waits for its person: see `QuestionHeld`. `rewritten` is the update to handle
    instead."""

    number: int
    held_for: str
    rewritten: dict[str, Any] | None = None


class UpdateProgress(msgspec.Struct):
    """What became of updates that were being handled; `freed` are no longer held."""

    done: list[int] = []
    failed: list[int] = []
    freed: list[int] = []


class StoredUpdates:
    """The rows, as the process named `owner` sees them."""

    def __init__(
        self, database: Database, cipher: Cipher, clock: Callable[[], datetime], owner: str
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock
        self._owner = owner

    async def put(self, number: int, lane: str, body: bytes) -> bool:
        """Store an update. True if it is new and this process must handle its lane."""
        row = {
            "update_id": number,
            "body": self._cipher.seal(body.decode(), _context(number)),
            "lane": lane,
            "received_at": self._clock(),
        }
        async with self._database.unit_of_work() as db:
            result = await db.execute(insert(db, bot_updates).values(row).on_conflict_do_nothing())
            return result.rowcount == 1 and await leases.take_free(db, lane, self._owner)

    async def advance(self, lane: str, progress: UpdateProgress) -> list[StoredUpdate]:
        """Record what was done, and return what waits in the lane, oldest first. If nothing does,
        or another process owns the lane now, the result is empty and the lane is released."""
        async with self._database.unit_of_work() as db:
            await self._note(db, progress)
            if not await leases.lock(db, lane, self._owner):
                return []
            rows = (await db.execute(_WAITING, {"this": lane})).all()
            if not rows:
                await leases.give_back(db, lane, self._owner)
        return [self._read(row) for row in rows]

    async def begins_with(self, lane: str, before: int) -> bool:
        """Whether an update from before the one with this number waits in the lane."""
        async with self._database.snapshot() as db:
            found = await db.execute(_EARLIER, {"this": lane, "before": before})
            return found.first() is not None

    async def waiting(self, lane: str) -> list[StoredUpdate]:
        """The unfinished updates of the lane, oldest first."""
        async with self._database.snapshot() as db:
            rows = (await db.execute(_WAITING, {"this": lane})).all()
        return [self._read(row) for row in rows]

    async def join(self, numbers: Sequence[int]) -> None:
        """Record that these updates are one question, also after a crash."""
        async with self._database.unit_of_work() as db:
            await db.execute(_JOIN, [{"number": one, "first": numbers[0]} for one in numbers])

    async def hold(self, held: Sequence[HeldUpdate]) -> None:
        """Hold updates until their person has decided; the lane continues with those after them."""
        async with self._database.unit_of_work() as db:
            for one in held:
                await self._hold(db, one)

    async def leave(self, lane: str) -> None:
        """Let another process handle what waits in the lane."""
        async with self._database.unit_of_work() as db:
            await leases.give_back(db, lane, self._owner)

    async def left_lanes(self) -> list[leases.LeftLane]:
        """Lanes with waiting updates that no living process owns, or that this one owns."""
        async with self._database.snapshot() as db:
            return await leases.left_lanes(db, self._owner)

    async def take_left(self, left: leases.LeftLane) -> bool:
        """Take an abandoned lane; False if another process was faster."""
        async with self._database.unit_of_work() as db:
            return await leases.take_left(db, left, self._owner)

    async def release_held(self, lane: str, provider: str) -> bool:
        """Release updates that wait for consent to the provider; returns whether there were any.
        The lane then belongs to this process, or to another one, which sees them."""
        async with self._database.unit_of_work() as db:
            found = await db.execute(_RELEASE, {"this": lane, "what": provider})
            return found.rowcount > 0 and await leases.take_free(db, lane, self._owner)

    async def release_chosen(self, lane: str, held_for: str, choice: str) -> bool:
        """Release updates that wait for a decision, with the decision; returns whether there were
        any. The lane's owner handles them; no process is woken."""
        what = {"this": lane, "what": held_for}
        async with self._database.unit_of_work() as db:
            rows = (await db.execute(_SEE_HELD, what)).all()
            for row in rows:
                if (update := self._open(row)) is not None:
                    await self._rewrite(db, row.update_id, with_choice(update, choice))
            await db.execute(_RELEASE, what)
        return bool(rows)

    async def take_free(self, lane: str) -> bool:
        """Whether this process owns the lane now; another owner sees new updates in it."""
        async with self._database.unit_of_work() as db:
            return await leases.take_free(db, lane, self._owner)

    async def drop_chosen(self, lane: str, held_for: str) -> bool:
        """Delete updates that wait for this decision; returns whether there were any."""
        values = {"this": lane, "what": held_for, "now": self._clock()}
        async with self._database.unit_of_work() as db:
            found = await db.execute(_DROP_HELD_FOR, values)
        return found.rowcount > 0

    async def drop_unagreed(self, lane: str) -> bool:
        """Delete updates that wait for consent to a provider; returns whether there were any."""
        async with self._database.unit_of_work() as db:
            found = await db.execute(_DROP_UNAGREED, {"this": lane, "now": self._clock()})
        return found.rowcount > 0

    async def clear_old(self) -> None:
        """Delete ids of updates that Telegram can no longer repeat, and questions whose person has
        not decided in time."""
        now = self._clock()
        held = sa.and_(
            bot_updates.c.held_for.is_not(None), bot_updates.c.received_at < now - KEEP_HELD
        )
        old = sa.or_(bot_updates.c.done_at < now - KEEP_NUMBERS, held)
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(bot_updates).where(old))

    async def _note(self, db: AsyncConnection, progress: UpdateProgress) -> None:
        now = self._clock()
        if progress.done:
            await db.execute(_DONE, [{"number": number, "now": now} for number in progress.done])
        for number in progress.failed:
            await db.execute(_FAILED, {"number": number})
        for number in progress.freed:
            await db.execute(_FREE, {"number": number})

    async def _hold(self, db: AsyncConnection, held: HeldUpdate) -> None:
        await db.execute(_HOLD, {"number": held.number, "what": held.held_for})
        if held.rewritten is not None:
            await self._rewrite(db, held.number, held.rewritten)

    async def _rewrite(self, db: AsyncConnection, number: int, update: dict[str, Any]) -> None:
        sealed = self._cipher.seal(msgspec.json.encode(update).decode(), _context(number))
        await db.execute(_REWRITE, {"number": number, "sealed": sealed})

    def _read(self, row: "sa.Row[Any]") -> StoredUpdate:
        update = self._open(row)
        return StoredUpdate(row.update_id, row.received_at, row.attempts, update, row.part_of)

    def _open(self, row: "sa.Row[Any]") -> dict[str, Any] | None:
        try:
            return parse_update(self._cipher.open(row.body, _context(row.update_id)).encode())
        except (TextUnreadable, MalformedBody):
            return None


async def reseal_updates(database: Database, cipher: RotatingCipher) -> int:
    """Seal waiting updates under the cipher's current key; returns how many rows were changed.

    Unreadable ones are left as they are, and reported when they are handled.
    """
    changed, last = 0, -(2**63)
    waiting = (
        sa.select(bot_updates.c.update_id, bot_updates.c.body)
        .where(bot_updates.c.body.is_not(None), bot_updates.c.update_id > sa.bindparam("last"))
        .order_by(bot_updates.c.update_id)
        .limit(AT_ONCE)
    )
    while True:
        async with database.unit_of_work() as db:
            rows = (await db.execute(waiting, {"last": last})).all()
            for row in rows:
                with suppress(TextUnreadable):
                    if (fresh := cipher.reseal(row.body, _context(row.update_id))) is not None:
                        this = sa.and_(
                            bot_updates.c.update_id == row.update_id, bot_updates.c.body == row.body
                        )
                        await db.execute(sa.update(bot_updates).where(this).values(body=fresh))
                        changed += 1
        if len(rows) < AT_ONCE:
            return changed
        last = rows[-1].update_id


def _context(number: int) -> str:
    return f"bot_updates:{number}"
