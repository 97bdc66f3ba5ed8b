"""A look that a person grants: support may read one conversation, for a set time, until the person
takes it back. Granting, taking back and each reading are in the access log.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import Message, get_conversation, get_messages
from backend.db import Database, Vault, insert_new
from backend.errors import ConversationNotFound, InvalidField, LookNotGranted
from backend.privacy.access_log import AccessLog
from backend.privacy.tables import granted_looks

MOST_HOURS: Final = 72


class GrantedLook(Struct, frozen=True, rename="camel"):
    """One that holds now."""

    id: UUID
    conversation_id: UUID
    granted_at: datetime
    until: datetime


class GrantedLooks:
    """The person's side, and the reading."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        accesses: AccessLog,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._accesses = accesses

    async def grant(
        self, user_id: int, look_id: UUID, conversation_id: UUID, hours: int
    ) -> GrantedLook:
        """Let support read one conversation, as it is when they do. The same id again changes
        nothing.

        Raises:
            InvalidField: not between 1 and 72 hours.
            ConversationNotFound: the person has no such conversation.
        """
        if not 1 <= hours <= MOST_HOURS:
            raise InvalidField(field="hours", limit=MOST_HOURS)
        now = self._clock()
        async with self._database.unit_of_work() as db:
            await get_conversation(db, self._vault, user_id, conversation_id)
            row = {
                "user_id": user_id,
                "id": look_id,
                "conversation_id": conversation_id,
                "granted_at": now,
                "until": now + timedelta(hours=hours),
            }
            if (await db.execute(insert_new(db, granted_looks), row)).rowcount:
                await self._accesses.record(db, user_id, "look_granted", actor="person")
            return await self._get(db, user_id, look_id)

    async def of_person(self, user_id: int) -> list[GrantedLook]:
        """Those that hold now, oldest first."""
        held = granted_looks.c.user_id == user_id, granted_looks.c.until > self._clock()
        order = granted_looks.c.granted_at, granted_looks.c.id
        async with self._database.snapshot() as db:
            rows = await db.execute(sa.select(granted_looks).where(*held).order_by(*order))
            looks = [_look(row) for row in rows.all()]
            return [one for one in looks if await self._is_there(db, user_id, one)]

    async def revoke(self, user_id: int, look_id: UUID) -> None:
        """Take it back; nothing can be read from now on.

        Raises:
            LookNotGranted: there is none.
        """
        mine = granted_looks.c.user_id == user_id, granted_looks.c.id == look_id
        async with self._database.unit_of_work() as db:
            if not (await db.execute(sa.delete(granted_looks).where(*mine))).rowcount:
                raise LookNotGranted
            await self._accesses.record(db, user_id, "look_revoked", actor="person")

    async def read(
        self, user_id: int, look_id: UUID, operator: int | None, reason: str = ""
    ) -> tuple[Message, ...]:
        """The conversation's messages, for an operator whose role was checked; noted in the same
        transaction.

        Raises:
            LookNotGranted: nobody granted it, or its time is over, or it was taken back.
            ConversationNotFound: the conversation is gone.
        """
        async with self._database.unit_of_work() as db:
            look = await self._get(db, user_id, look_id)
            await get_conversation(db, self._vault, user_id, look.conversation_id)
            await self._accesses.record(
                db, user_id, "conversation_read", actor="operator", reason=reason, operator=operator
            )
            return await get_messages(db, self._vault, user_id, look.conversation_id)

    async def _is_there(self, db: AsyncConnection, user_id: int, look: GrantedLook) -> bool:
        """Whether its conversation was not deleted meanwhile."""
        try:
            await get_conversation(db, self._vault, user_id, look.conversation_id)
        except ConversationNotFound:
            return False
        return True

    async def _get(self, db: AsyncConnection, user_id: int, look_id: UUID) -> GrantedLook:
        held = (
            granted_looks.c.user_id == user_id,
            granted_looks.c.id == look_id,
            granted_looks.c.until > self._clock(),
        )
        row = (await db.execute(sa.select(granted_looks).where(*held))).one_or_none()
        if row is None:
            raise LookNotGranted
        return _look(row)


async def export_looks(db: AsyncConnection, user_id: int) -> list[dict[str, object]]:
    """The looks that the person granted and that are kept, as JSON-ready values."""
    mine = sa.select(granted_looks).where(granted_looks.c.user_id == user_id)
    rows = await db.execute(mine.order_by(granted_looks.c.granted_at, granted_looks.c.id))
    return [
        {
            "id": row.id,
            "conversationId": row.conversation_id,
            "grantedAt": row.granted_at,
            "until": row.until,
        }
        for row in rows
    ]


async def forget_old_looks(db: AsyncConnection, now: datetime) -> None:
    """Forget those whose time is over."""
    await db.execute(sa.delete(granted_looks).where(granted_looks.c.until <= now))


def _look(row: "sa.Row[tuple[object, ...]]") -> GrantedLook:
    return GrantedLook(row.id, row.conversation_id, row.granted_at, row.until)
