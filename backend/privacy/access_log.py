"""The access log: who opened a person's data, when, and why. The database lets rows only be added.

Rows identify a person by a random name, which is deleted with the person: afterwards an access is
provable, but not whose data it was. A row without a name is about all people's data. Reasons are
encrypted under the person's key.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args
from uuid import UUID, uuid4

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import identity
from backend.db import Vault, insert_new
from backend.privacy.tables import access_log, access_names
from backend.uuid7 import uuid7

OperatorAction: TypeAlias = Literal[
    "person_read",
    "payments_read",
    "refund",
    "request_read",
    "request_answered",
    "mismatch_read",
    "plan_given",
    "plan_taken",
    "credits_given",
    "credits_taken",
    "banned",
    "unbanned",
    "limited",
    "appeal_read",
    "report_read",
    "appeal_decided",
    "report_closed",
    "conversation_read",
]
"""An operator's action on one person's account."""
Operating: TypeAlias = Literal[
    "figures_read",
    "switched",
    "broadcast_written",
    "broadcast_begun",
    "broadcast_stopped",
    "statements_read",
    "statements_exported",
    "month_closed",
    "payout_booked",
]
"""An operator's action on the service, which concerns nobody's data and is in nobody's log."""
Action: TypeAlias = (
    Literal[
        "export",
        "receipts_export",
        "erasure",
        "key_rotation",
        "regulator_bundle",
        "look_granted",
        "look_revoked",
    ]
    | OperatorAction
    | Operating
)
Actor: TypeAlias = Literal["person", "operator"]

MAX_REASON: Final = 500
SHOWN: Final = 200
"""The number of newest entries shown; an export has all."""

_NAME = sa.select(access_names.c.name).where(access_names.c.user_id == sa.bindparam("owner"))


class LoggedAccess(Struct, frozen=True, kw_only=True, rename="camel"):
    """One access; `about_everybody` is one that was to all people's data at once. `reason` is in
    the operator's words, if they gave one."""

    at: datetime
    action: str
    actor: str
    about_everybody: bool
    reason: str | None


class AccessLog:
    """Adds to the log, and shows a person their part of it."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._clock = clock

    async def record(
        self,
        db: AsyncConnection,
        user_id: int,
        action: Action,
        *,
        actor: Actor,
        reason: str = "",
        operator: int | None = None,
    ) -> None:
        """Note an access to a person's data, in the transaction that makes it. Nothing is recorded
        for somebody without an account. `operator` is the Telegram id of who did it; None at the
        command line."""
        if await identity.known_since(db, user_id) is None:
            return
        entry_id = uuid7(self._clock())
        sealed = None
        if reason:
            cipher = await self._vault.cipher(db, user_id)
            sealed = cipher.seal(reason[:MAX_REASON], _context(entry_id))
        name = await self._name(db, user_id)
        by = None if operator is None else await self._name(db, operator)
        await self._add(db, entry_id, action, actor, name=name, reason=sealed, operator=by)

    async def record_for_everybody(self, db: AsyncConnection, action: Action) -> None:
        """Note what an operator did to everybody's data at once."""
        await self._add(db, uuid7(self._clock()), action, "operator", name=None, reason=None)

    async def record_operating(
        self, db: AsyncConnection, action: Operating, operator: int | None
    ) -> None:
        """Note what an operator did to the service itself."""
        by = None if operator is None else await self._name(db, operator)
        entry_id = uuid7(self._clock())
        await self._add(db, entry_id, action, "operator", name=None, reason=None, operator=by)

    async def of_person(
        self, db: AsyncConnection, user_id: int, limit: int | None = SHOWN
    ) -> list[LoggedAccess]:
        """What the log holds about a person since they came, newest first; None: all of it."""
        if (since := await identity.known_since(db, user_id)) is None:
            return []
        name = (await db.execute(_NAME, {"owner": user_id})).scalar_one_or_none()
        newest = sa.select(access_log).order_by(access_log.c.id.desc()).limit(limit)
        about_all = sa.and_(
            access_log.c.name.is_(None), access_log.c.action.not_in(get_args(Operating))
        )
        mine = about_all if name is None else sa.or_(about_all, access_log.c.name == name)
        rows = (await db.execute(newest.where(mine, access_log.c.at >= since))).all()
        cipher = await self._vault.cipher(db, user_id)
        return [
            LoggedAccess(
                at=one.at,
                action=one.action,
                actor=one.actor,
                about_everybody=one.name is None,
                reason=cipher.open(one.reason, _context(one.id)) if one.reason else None,
            )
            for one in rows
        ]

    async def _name(self, db: AsyncConnection, user_id: int) -> UUID:
        row = {"user_id": user_id, "name": uuid4()}
        await db.execute(insert_new(db, access_names), row)
        name: UUID = (await db.execute(_NAME, {"owner": user_id})).scalar_one()
        return name

    async def _add(
        self,
        db: AsyncConnection,
        entry_id: UUID,
        action: Action,
        actor: Actor,
        *,
        name: UUID | None,
        reason: bytes | None,
        operator: UUID | None = None,
    ) -> None:
        row = {"id": entry_id, "at": self._clock(), "name": name, "operator": operator}
        row |= {"action": action, "actor": actor, "reason": reason}
        await db.execute(sa.insert(access_log), row)


async def forget_name(db: AsyncConnection, user_id: int) -> None:
    """Delete the link between rows and the person; the rows stay."""
    await db.execute(sa.delete(access_names).where(access_names.c.user_id == user_id))


async def count_accesses(
    db: AsyncConnection, since: datetime, until: datetime
) -> list[tuple[str, str, int]]:
    """(action, actor, how many) between two moments."""
    counted = (
        sa.select(access_log.c.action, access_log.c.actor, sa.func.count())
        .where(access_log.c.at >= since, access_log.c.at < until)
        .group_by(access_log.c.action, access_log.c.actor)
        .order_by(access_log.c.action, access_log.c.actor)
    )
    return [(row[0], row[1], int(row[2])) for row in await db.execute(counted)]


def _context(entry_id: UUID) -> str:
    return f"access:{entry_id.hex}"
