"""Requests to /paysupport, stored encrypted under the person's key until answered.

No model gets them. Operators may also get a request in their chats, but it does not depend on that.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.tables import requests
from backend.db import Vault
from backend.uuid7 import uuid7

LONGEST_TEXT = 3000


class SupportRequest(Struct, frozen=True):
    """One request that waits for an answer."""

    id: UUID
    user_id: int
    sent_at: datetime
    text: str


async def keep_request(
    db: AsyncConnection, vault: Vault, user_id: int, text: str, now: datetime
) -> UUID:
    """Store a request; returns its id."""
    request_id = uuid7(now)
    cipher = await vault.cipher(db, user_id)
    await db.execute(
        sa.insert(requests).values(
            user_id=user_id,
            id=request_id,
            sealed_text=cipher.seal(text[:LONGEST_TEXT], _context(request_id)),
            sent_at=now,
        )
    )
    return request_id


async def open_requests(db: AsyncConnection, vault: Vault) -> tuple[SupportRequest, ...]:
    """The requests that nobody has answered, oldest first."""
    rows = await db.execute(
        sa.select(requests).where(requests.c.answered_at.is_(None)).order_by(requests.c.sent_at)
    )
    found = []
    for row in rows.all():
        cipher = await vault.cipher(db, row.user_id)
        text = cipher.open(row.sealed_text, _context(row.id))
        found.append(SupportRequest(row.id, row.user_id, row.sent_at, text))
    return tuple(found)


async def open_request(db: AsyncConnection, request_id: UUID) -> int | None:
    """The person who waits for an answer to this request; None if nobody does."""
    owner: int | None = await db.scalar(
        sa.select(requests.c.user_id).where(
            requests.c.id == request_id, requests.c.answered_at.is_(None)
        )
    )
    return owner


async def answer_request(db: AsyncConnection, request_id: UUID, now: datetime) -> bool:
    """Mark a request as answered; False if there is no such open request."""
    changed = await db.execute(
        sa.update(requests)
        .where(requests.c.id == request_id, requests.c.answered_at.is_(None))
        .values(answered_at=now)
    )
    return changed.rowcount > 0


def _context(request_id: UUID) -> str:
    return f"payment request {request_id.hex}"
