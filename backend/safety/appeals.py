"""Appeals as the operator sees them: read, and decided once."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.safety.refusals import AppealWords, appeal_context
from backend.safety.tables import refusals

Decision = Literal["upheld", "overturned"]


class Appeal(Struct, frozen=True):
    """One appeal that waits: who refused what, and what its person sent."""

    id: UUID
    user_id: int
    side: str
    judge: str
    category: str
    appealed_at: datetime
    question: str
    words: str


async def open_appeals(db: AsyncConnection, vault: Vault) -> tuple[Appeal, ...]:
    """The undecided appeals, oldest first."""
    rows = await db.execute(
        sa.select(refusals)
        .where(refusals.c.appealed_at.is_not(None), refusals.c.decided_at.is_(None))
        .order_by(refusals.c.appealed_at, refusals.c.id)
    )
    found = []
    for row in rows.all():
        cipher = await vault.cipher(db, row.user_id)
        opened = cipher.open_bytes(row.appeal, appeal_context(row.id))
        said = msgspec.json.decode(opened, type=AppealWords)
        found.append(
            Appeal(
                id=row.id,
                user_id=row.user_id,
                side=row.side,
                judge=row.judge,
                category=row.category,
                appealed_at=row.appealed_at,
                question=said.question,
                words=said.words,
            )
        )
    return tuple(found)


async def decide_appeal(
    db: AsyncConnection, refusal_id: UUID, decision: Decision, now: datetime
) -> bool:
    """Decide an appeal; its person sees the decision. False if there is no such open one."""
    changed = await db.execute(
        sa.update(refusals)
        .where(
            refusals.c.id == refusal_id,
            refusals.c.appealed_at.is_not(None),
            refusals.c.decided_at.is_(None),
        )
        .values(decision=decision, decided_at=now)
    )
    return changed.rowcount > 0
