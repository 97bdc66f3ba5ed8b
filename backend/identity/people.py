"""People as rows: remembering them, their settings, and their right to a copy and to be forgotten.

Every function takes the caller's open transaction.
"""

from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault, hot, insert
from backend.errors import InvalidField, UserNotFound
from backend.identity.schemas import Profile, SettingsChange
from backend.identity.tables import revoked_sessions, sessions, users

MAX_INSTRUCTIONS: Final = 4000
"""Longest custom instructions, in characters."""
MAX_MODEL_ID: Final = 100
MAX_PERSONA_ID: Final = 40

_FIND = hot(sa.select(users).where(users.c.user_id == sa.bindparam("user")))
_SESSIONS = (
    sa.select(sessions.c.id, sessions.c.created_at, sessions.c.expires_at)
    .where(sessions.c.user_id == sa.bindparam("user"))
    .order_by(sessions.c.created_at)
)


async def remember(db: AsyncConnection, user_id: int, language: str, now: datetime) -> None:
    """Make the person's row, or note that they were seen and which language they use."""
    row = insert(db, users).values(user_id=user_id, language=language, created_at=now, seen_at=now)
    await db.execute(
        row.on_conflict_do_update(
            index_elements=["user_id"], set_={"language": language, "seen_at": now}
        )
    )


async def profile(db: AsyncConnection, vault: Vault, user_id: int) -> Profile:
    """What is kept of a person, instructions opened.

    Raises:
        UserNotFound: nothing is.
    """
    row = (await db.execute(_FIND, {"user": user_id})).one_or_none()
    if row is None:
        raise UserNotFound
    instructions = None
    if row.custom_instructions is not None:
        cipher = await vault.cipher(db, user_id)
        instructions = cipher.open(row.custom_instructions, _context(user_id))
    return Profile(
        user_id=row.user_id,
        language=row.language,
        created_at=row.created_at,
        seen_at=row.seen_at,
        hand_off=row.hand_off,
        model_id=row.model_id,
        custom_instructions=instructions,
        suggestions=row.suggestions,
        persona_id=row.persona_id,
    )


async def change_settings(
    db: AsyncConnection, vault: Vault, user_id: int, change: SettingsChange
) -> None:
    """Store what a person changed. Blank instructions are none.

    Raises:
        InvalidField: a text over its limit.
        UserNotFound: there is no such person.
    """
    values: dict[str, Any] = {}
    if change.hand_off is not msgspec.UNSET:
        values["hand_off"] = change.hand_off
    if change.suggestions is not msgspec.UNSET:
        values["suggestions"] = change.suggestions
    if change.model_id is not msgspec.UNSET:
        values["model_id"] = _checked("modelId", change.model_id, MAX_MODEL_ID)
    if change.persona_id is not msgspec.UNSET:
        values["persona_id"] = _checked("personaId", change.persona_id, MAX_PERSONA_ID)
    if change.custom_instructions is not msgspec.UNSET:
        text = _checked("customInstructions", change.custom_instructions, MAX_INSTRUCTIONS)
        cipher = await vault.cipher(db, user_id)
        values["custom_instructions"] = text and cipher.seal(text, _context(user_id))
    if not values:
        return
    result = await db.execute(sa.update(users).where(users.c.user_id == user_id).values(values))
    if result.rowcount == 0:
        raise UserNotFound


async def export(db: AsyncConnection, vault: Vault, user_id: int) -> dict[str, object]:
    """Everything this room keeps of a person, as JSON-ready values; empty if nothing."""
    try:
        kept = await profile(db, vault, user_id)
    except UserNotFound:
        return {}
    rows = (await db.execute(_SESSIONS, {"user": user_id})).all()
    opened = [{"createdAt": row.created_at, "expiresAt": row.expires_at} for row in rows]
    return {
        "id": kept.user_id,
        "language": kept.language,
        "createdAt": kept.created_at,
        "seenAt": kept.seen_at,
        "settings": {
            "handOff": kept.hand_off,
            "modelId": kept.model_id,
            "customInstructions": kept.custom_instructions,
            "suggestions": kept.suggestions,
            "personaId": kept.persona_id,
        },
        "sessions": opened,
    }


async def erase(db: AsyncConnection, user_id: int, now: datetime) -> None:
    """Forget a person and end their sessions.

    Their tokens stay refused by the sessions' ids alone, which name nobody.
    """
    live = sa.select(sessions.c.id, sa.literal(now, revoked_sessions.c.revoked_at.type),
                     sessions.c.expires_at).where(
        sessions.c.user_id == user_id, sessions.c.expires_at > now
    )  # fmt: skip
    names = ["id", "revoked_at", "expires_at"]
    await db.execute(insert(db, revoked_sessions).from_select(names, live).on_conflict_do_nothing())
    await db.execute(sa.delete(sessions).where(sessions.c.user_id == user_id))
    await db.execute(sa.delete(users).where(users.c.user_id == user_id))


def _checked(field: str, text: str | None, limit: int) -> str | None:
    if text is None or not text.strip():
        return None
    if len(text) > limit:
        raise InvalidField(field=field, limit=limit)
    return text.strip()


def _context(user_id: int) -> str:
    return f"instructions:{user_id}"
