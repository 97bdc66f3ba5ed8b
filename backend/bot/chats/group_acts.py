"""Reported posts of a group: what a model proposed, what an admin did and why, and appeals.

It also has what was done automatically about kinds of posts that admins switched on (`kind`). The
log belongs to the group: its admins read it, and entries are deleted with the group, after
`KEPT_FOR`, or when the person they name is erased.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.tables import bot_group_acts, bot_groups
from backend.db import Database, Vault
from backend.uuid7 import uuid7

Act: TypeAlias = Literal["none", "delete", "warn", "mute", "ban"]
ACTS: Final[tuple[Act, ...]] = ("none", "delete", "warn", "mute", "ban")
ActState: TypeAlias = Literal["open", "done", "appealed", "upheld", "undone"]

KEPT_FOR: Final = timedelta(days=90)
ACTS_AN_HOUR: Final = 10
"""How many automatic acts a group can have per hour; further posts are left to admins."""
SHOWN: Final = 10
"""How many entries of the log are shown."""

_A = bot_group_acts.c
_THIS = (_A.chat_id == sa.bindparam("chat"), _A.id == sa.bindparam("this"))


class GroupAct(Struct, frozen=True, kw_only=True):
    """One reported post. `act` is what an admin chose, None until then."""

    id: UUID
    chat_id: int
    user_id: int
    number: int
    proposed: str
    act: Act | None
    state: str
    reason: str
    reported_at: datetime
    decided_at: datetime | None
    kind: str | None = None


class GroupActs:
    """The rows."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def report(
        self, chat_id: int, user_id: int, number: int, proposed: Act, reason: str
    ) -> GroupAct:
        """Store a report of a person's post; an open one is returned."""
        now = self._clock()
        async with self._database.unit_of_work() as db:
            same = (_A.chat_id == chat_id, _A.number == number, _A.state == "open")
            row = (await db.execute(sa.select(bot_group_acts).where(*same))).first()
            if row is not None:
                return await self._opened(db, row)
            return await self._insert(
                db,
                GroupAct(
                    id=uuid7(now),
                    chat_id=chat_id,
                    user_id=user_id,
                    number=number,
                    proposed=proposed,
                    act=None,
                    state="open",
                    reason=reason,
                    reported_at=now,
                    decided_at=None,
                ),
            )

    async def act_alone(
        self, chat_id: int, user_id: int, number: int, kind: str, act: Act, reason: str
    ) -> GroupAct | None:
        """Record an automatic act before it is carried out; None if the post was dealt with before,
        or the hourly limit is reached."""
        now = self._clock()
        here = _A.chat_id == chat_id
        recent = (here, _A.kind.is_not(None), _A.decided_at > now - timedelta(hours=1))
        async with self._database.unit_of_work() as db:
            # One at a time per group, so that the limit holds across processes.
            group = sa.select(bot_groups.c.chat_id).where(bot_groups.c.chat_id == chat_id)
            await db.execute(group.with_for_update())
            known = sa.select(_A.id).where(here, _A.number == number)
            count = sa.select(sa.func.count()).select_from(bot_group_acts).where(*recent)
            if (await db.execute(known)).first() is not None:
                return None
            if (await db.execute(count)).scalar_one() >= ACTS_AN_HOUR:
                return None
            return await self._insert(
                db,
                GroupAct(
                    id=uuid7(now),
                    chat_id=chat_id,
                    user_id=user_id,
                    number=number,
                    proposed=act,
                    act=act,
                    state="done",
                    reason=reason,
                    reported_at=now,
                    decided_at=now,
                    kind=kind,
                ),
            )

    async def forget(self, act: GroupAct) -> None:
        """Delete an act that was not carried out."""
        this = {"chat": act.chat_id, "this": act.id}
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(bot_group_acts).where(*_THIS), this)

    async def _insert(self, db: AsyncConnection, act: GroupAct) -> GroupAct:
        cipher = await self._vault.cipher(db, act.chat_id)
        sealed = cipher.seal(act.reason, _context(act.id))
        row = structs.asdict(act) | {"reason": sealed}
        await db.execute(sa.insert(bot_group_acts).values(**row))
        return act

    async def find(self, chat_id: int, act_id: UUID) -> GroupAct | None:
        """A group's act."""
        async with self._database.snapshot() as db:
            values = {"chat": chat_id, "this": act_id}
            row = (await db.execute(sa.select(bot_group_acts).where(*_THIS), values)).one_or_none()
            return None if row is None else await self._opened(db, row)

    async def move(self, found: GroupAct, before: ActState, state: ActState, **values: Any) -> bool:
        """Change an act's state; False if another request was first."""
        this = (_A.chat_id == found.chat_id, _A.id == found.id, _A.state == before)
        async with self._database.unit_of_work() as db:
            changed = await db.execute(
                sa.update(bot_group_acts).where(*this).values(state=state, **values)
            )
        return changed.rowcount == 1

    async def decide(self, found: GroupAct, admin_id: int, chosen: Act) -> bool:
        """Record an admin's choice; False if another admin was first."""
        values = {"act": chosen, "admin_id": admin_id, "decided_at": self._clock()}
        return await self.move(found, "open", "done", **values)

    async def reopen(self, found: GroupAct) -> None:
        """Make an act undecided again that could not be carried out."""
        await self.move(found, "done", "open", act=None, admin_id=None, decided_at=None)

    async def newest(self, chat_id: int) -> Sequence[GroupAct]:
        """The newest entries of the log."""
        listed = (
            sa.select(bot_group_acts)
            .where(_A.chat_id == chat_id)
            .order_by(_A.reported_at.desc())
            .limit(SHOWN)
        )
        async with self._database.snapshot() as db:
            return [await self._opened(db, row) for row in (await db.execute(listed)).all()]

    async def clear_old(self) -> None:
        """Delete expired entries."""
        old = _A.reported_at < self._clock() - KEPT_FOR
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(bot_group_acts).where(old))

    async def _opened(self, db: AsyncConnection, row: Any) -> GroupAct:
        return await _opened(db, self._vault, row)


async def _opened(db: AsyncConnection, vault: Vault, row: Any) -> GroupAct:
    cipher = await vault.cipher(db, row.chat_id)
    return GroupAct(
        id=row.id,
        chat_id=row.chat_id,
        user_id=row.user_id,
        number=row.number,
        proposed=row.proposed,
        act=row.act,
        state=row.state,
        reason=cipher.open(row.reason, _context(row.id)),
        reported_at=row.reported_at,
        decided_at=row.decided_at,
        kind=row.kind,
    )


def _context(act_id: UUID) -> str:
    return f"group act:{act_id.hex}"


async def export_acts(db: AsyncConnection, vault: Vault, user_id: int) -> list[dict[str, Any]]:
    """Decisions about a person's posts, as JSON-ready values."""
    rows = (await db.execute(sa.select(bot_group_acts).where(_A.user_id == user_id))).all()
    found = [await _opened(db, vault, row) for row in rows]
    return [
        {
            "chatId": str(one.chat_id),
            "number": str(one.number),
            "act": one.act,
            "kind": one.kind,
            "state": one.state,
            "reason": one.reason,
            "reportedAt": one.reported_at.isoformat(),
        }
        for one in found
    ]


async def erase_acts(db: AsyncConnection, user_id: int) -> None:
    """Delete decisions about a person's posts, and the person as the deciding admin of others."""
    await db.execute(sa.delete(bot_group_acts).where(_A.user_id == user_id))
    decided = sa.update(bot_group_acts).where(_A.admin_id == user_id)
    await db.execute(decided.values(admin_id=None))


async def forget_acts(db: AsyncConnection, chat_id: int) -> None:
    """Delete a group's log."""
    await db.execute(sa.delete(bot_group_acts).where(_A.chat_id == chat_id))
