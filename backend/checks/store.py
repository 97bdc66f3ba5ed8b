"""Rows of checks: encryption, and the transitions between states."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.checks.schemas import Check, Content, Price
from backend.checks.tables import checks
from backend.db import Cipher, Vault, insert_new
from backend.errors import CheckNotFound

MESSAGES: Final = 1
"""How many messages of the quota a check costs."""
SHOWN: Final = 20
"""How many checks of a message are shown, newest first."""

_ONE: Final = sa.select(checks).where(
    checks.c.user_id == sa.bindparam("owner"), checks.c.id == sa.bindparam("check")
)


async def add(db: AsyncConnection, vault: Vault, user_id: int, check: Check) -> None:
    """Store a check; an existing one with this id is not changed."""
    row = {
        "user_id": user_id,
        "id": check.id,
        "conversation_id": check.conversation_id,
        "message_id": check.message_id,
        "state": check.state,
        "provider": check.provider,
        "model_id": check.model_id,
        "model_name": check.model_name,
        "simulated": check.simulated,
        "content": _seal(await vault.cipher(db, user_id), check),
        "claim_micro_dollars": check.price.claim_micro_dollars,
        "created_at": check.created_at,
    }
    await db.execute(insert_new(db, checks), row)


async def find(db: AsyncConnection, vault: Vault, user_id: int, check_id: UUID) -> Check | None:
    """The person's check of that id."""
    row = (await db.execute(_ONE, {"owner": user_id, "check": check_id})).one_or_none()
    return None if row is None else _opened(row, await vault.cipher(db, user_id))


async def get(db: AsyncConnection, vault: Vault, user_id: int, check_id: UUID) -> Check:
    """The person's check of that id. Raises CheckNotFound."""
    if (found := await find(db, vault, user_id, check_id)) is None:
        raise CheckNotFound
    return found


async def of_message(
    db: AsyncConnection, vault: Vault, user_id: int, message_id: UUID
) -> tuple[Check, ...]:
    """The checks of a message, the newest first."""
    mine = checks.c.user_id == user_id, checks.c.message_id == message_id
    found = sa.select(checks).where(*mine).order_by(checks.c.id.desc()).limit(SHOWN)
    cipher = await vault.cipher(db, user_id)
    return tuple(_opened(row, cipher) for row in await db.execute(found))


async def begin(
    db: AsyncConnection, vault: Vault, user_id: int, check: Check, now: datetime
) -> bool:
    """Start a listed check with these claims; False if it was started before."""
    content = _seal(await vault.cipher(db, user_id), check)
    values = {"state": "running", "started_at": now, "content": content}
    return await _change(db, user_id, check.id, "listed", values)


async def save(db: AsyncConnection, vault: Vault, user_id: int, check: Check) -> None:
    """Store the results and costs so far. Raises CheckNotFound if it was deleted."""
    values = {
        "content": _seal(await vault.cipher(db, user_id), check),
        "cost_micro_dollars": check.cost_micro_dollars,
        "cost_estimated": check.cost_estimated,
    }
    if not await _change(db, user_id, check.id, "running", values):
        raise CheckNotFound


async def end(db: AsyncConnection, vault: Vault, user_id: int, check: Check) -> bool:
    """End a running check; False if it has ended or was deleted."""
    values = {
        "content": _seal(await vault.cipher(db, user_id), check),
        "state": check.state,
        "ended_at": check.ended_at,
        "error_code": check.error_code,
        "cost_micro_dollars": check.cost_micro_dollars,
        "cost_estimated": check.cost_estimated,
    }
    return await _change(db, user_id, check.id, "running", values)


async def delete(db: AsyncConnection, user_id: int, check_id: UUID) -> None:
    """Delete a check. Raises CheckNotFound."""
    gone = sa.delete(checks).where(checks.c.user_id == user_id, checks.c.id == check_id)
    if (await db.execute(gone)).rowcount == 0:
        raise CheckNotFound


async def is_checking(db: AsyncConnection, user_id: int) -> bool:
    """Whether a check of the person's runs, in any process."""
    found = sa.select(checks.c.id).where(checks.c.user_id == user_id, checks.c.state == "running")
    return (await db.execute(found.limit(1))).first() is not None


async def begun_before(db: AsyncConnection, moment: datetime) -> Sequence[tuple[int, UUID]]:
    """Running checks that were started before a moment: person and check."""
    found = sa.select(checks.c.user_id, checks.c.id).where(
        checks.c.state == "running", checks.c.started_at < moment
    )
    return [(row.user_id, row.id) for row in await db.execute(found)]


async def _change(
    db: AsyncConnection, user_id: int, check_id: UUID, state: str, values: dict[str, Any]
) -> bool:
    mine = checks.c.user_id == user_id, checks.c.id == check_id, checks.c.state == state
    return (await db.execute(sa.update(checks).where(*mine).values(**values))).rowcount == 1


def _seal(cipher: Cipher, check: Check) -> bytes:
    content = msgspec.json.encode(Content(check.claims, check.text, check.placeholders))
    return cipher.seal_bytes(content, f"check:{check.id.hex}")


def _opened(row: Any, cipher: Cipher) -> Check:
    opened = cipher.open_bytes(row.content, f"check:{row.id.hex}")
    content = msgspec.json.decode(opened, type=Content)
    return Check(
        id=row.id,
        state=row.state,
        claims=content.claims,
        text=content.text,
        placeholders=content.placeholders,
        model_id=row.model_id,
        model_name=row.model_name,
        provider=row.provider,
        simulated=row.simulated,
        price=Price(MESSAGES, row.claim_micro_dollars),
        created_at=row.created_at,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cost_micro_dollars=row.cost_micro_dollars,
        cost_estimated=row.cost_estimated,
        error_code=row.error_code,
    )
