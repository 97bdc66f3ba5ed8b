"""Export and erasure of what safety stores about a person."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.safety.feedback import open_content
from backend.safety.refusals import KEPT, AppealWords, appeal_context
from backend.safety.tables import age_answers, feedback, refusals, reports

MEMBER: Final = "safety.json"
"""The file's name in a person's copy."""


async def safety_copy(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[str, bytes]]:
    """Safety's part of a person's copy (privacy's port)."""
    kept = {
        "refusals": await _refusals(db, vault, user_id),
        "feedback": await _feedback(db, user_id),
        "reports": await _reports(db, vault, user_id),
        "age": await _age(db, user_id),
    }
    yield MEMBER, msgspec.json.encode(kept)


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete refusals, appeals, feedback and reports of a person."""
    for table in (refusals, feedback, reports, age_answers):
        await db.execute(sa.delete(table).where(table.c.user_id == user_id))


async def forget_old(db: AsyncConnection, now: datetime) -> None:
    """Delete refusals, and decided or closed appeals and reports, after their retention period."""
    old = refusals.c.refused_at < now - KEPT
    waits = sa.and_(refusals.c.appealed_at.is_not(None), refusals.c.decided_at.is_(None))
    await db.execute(sa.delete(refusals).where(old, sa.not_(waits)))
    await db.execute(sa.delete(reports).where(reports.c.closed_at < now - KEPT))


async def _refusals(db: AsyncConnection, vault: Vault, user_id: int) -> list[dict[str, Any]]:
    mine = sa.select(refusals).where(refusals.c.user_id == user_id)
    rows = (await db.execute(mine.order_by(refusals.c.refused_at, refusals.c.id))).all()
    cipher = await vault.cipher(db, user_id) if rows else None
    found = []
    for row in rows:
        one: dict[str, Any] = {"id": row.id, "side": row.side, "refusedAt": row.refused_at}
        if row.appeal is not None and cipher is not None:
            opened = cipher.open_bytes(row.appeal, appeal_context(row.id))
            said = msgspec.json.decode(opened, type=AppealWords)
            one |= {"appealedAt": row.appealed_at, "question": said.question,
                    "appeal": said.words, "decision": row.decision}  # fmt: skip
        found.append(one)
    return found


async def _feedback(db: AsyncConnection, user_id: int) -> list[dict[str, Any]]:
    mine = sa.select(feedback).where(feedback.c.user_id == user_id)
    rows = await db.execute(mine.order_by(feedback.c.given_at, feedback.c.message_id))
    return [{"messageId": one.message_id, "thumb": one.thumb, "at": one.given_at} for one in rows]


async def _reports(db: AsyncConnection, vault: Vault, user_id: int) -> list[dict[str, Any]]:
    mine = sa.select(reports).where(reports.c.user_id == user_id)
    rows = (await db.execute(mine.order_by(reports.c.reported_at, reports.c.id))).all()
    found = []
    for row in rows:
        said = open_content(await vault.cipher(db, user_id), row)
        found.append({"messageId": row.message_id, "reason": row.reason, "at": row.reported_at,
                      "words": said.words, "answer": said.answer})  # fmt: skip
    return found


async def _age(db: AsyncConnection, user_id: int) -> list[dict[str, Any]]:
    rows = await db.execute(sa.select(age_answers).where(age_answers.c.user_id == user_id))
    return [{"minimumAge": one.minimum_age, "oldEnough": one.old_enough, "at": one.answered_at}
            for one in rows]  # fmt: skip
