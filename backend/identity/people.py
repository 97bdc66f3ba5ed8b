"""People's rows: creating and updating them, settings, export and erasure.

Every function takes the caller's open transaction.
"""

from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault, hot, insert
from backend.errors import InvalidField, LaunchBeforeSignOut, PersonNotKnown, UserNotFound
from backend.i18n import best_language
from backend.identity.schemas import OpenSession, Profile, SeenUsername, SettingsChange
from backend.identity.tables import revoked_sessions, sessions, users

SWITCHES: Final = (
    "hand_off",
    "suggestions",
    "redact_others",
    "interactive_cards",
    "join_questions",
)
"""Settings that are on or off."""
MAX_INSTRUCTIONS: Final = 4000
"""Longest custom instructions, in characters."""
MAX_MODEL_ID: Final = 100
MAX_PERSONA_ID: Final = 40

RETENTION_DAYS: Final = (1, 30, 365)
"""The choices for how long conversations are kept; None, until deleted, is another."""

_FIND = hot(sa.select(users).where(users.c.user_id == sa.bindparam("user")))
_KNOWN_SINCE = sa.select(users.c.created_at).where(users.c.user_id == sa.bindparam("user"))
_SESSIONS = (
    sa.select(sessions.c.device, sessions.c.created_at, sessions.c.expires_at)
    .where(sessions.c.user_id == sa.bindparam("user"))
    .order_by(sessions.c.created_at)
)


async def remember(
    db: AsyncConnection,
    user_id: int,
    language: str,
    now: datetime,
    name: SeenUsername | None = None,
) -> str:
    """Insert the person's row, or update when they were last seen, and with which username.
    Returns the language to use: the one they chose, else `language`."""
    first = {"user_id": user_id, "language": language, "created_at": now, "seen_at": now}
    later: dict[str, Any] = {
        "language": sa.func.coalesce(users.c.chosen_language, language),
        "seen_at": now,
    }
    if name is not None:
        first |= {"username_hash": name.hash, "username_since": name.at}
        later |= _newer_username(name)
    row = insert(db, users).values(first)
    updated = row.on_conflict_do_update(index_elements=["user_id"], set_=later)
    kept = (await db.execute(updated.returning(users.c.language, users.c.username_since))).one()
    if name is not None and name.hash is not None and kept.username_since == name.at:
        await _release_username(db, user_id, name)
    return str(kept.language)


def _newer_username(name: SeenUsername) -> dict[str, Any]:
    """The columns of a username, which an older launch or message does not change back."""
    hashed, since = users.c.username_hash, users.c.username_since
    kept = sa.or_(
        sa.func.coalesce(since > name.at, sa.false()), hashed.is_not_distinct_from(name.hash)
    )
    return {
        "username_hash": sa.case((kept, hashed), else_=sa.literal(name.hash, hashed.type)),
        "username_since": sa.case((kept, since), else_=sa.literal(name.at, since.type)),
    }


async def _release_username(db: AsyncConnection, user_id: int, name: SeenUsername) -> None:
    """Take a username that this person was just first seen with from whoever had it before."""
    before = (
        users.c.username_hash == name.hash,
        users.c.user_id != user_id,
        users.c.username_since <= name.at,
    )
    gone = {"username_hash": None, "username_since": name.at}
    await db.execute(sa.update(users).where(*before).values(gone))


async def sign_out(db: AsyncConnection, user_id: int, now: datetime) -> None:
    """End all sessions of a person, and let no launch from before sign them in again."""
    await _end_sessions(db, user_id, now)
    await db.execute(sa.update(users).where(users.c.user_id == user_id).values(signed_out_at=now))


async def check_launch(db: AsyncConnection, user_id: int, launched_at: datetime) -> str:
    """The person's device epoch: see `Session`.

    Raises:
        LaunchBeforeSignOut: they signed out everywhere after this launch.
    """
    row = (await db.execute(_FIND, {"user": user_id})).one()
    # `auth_date` is in whole seconds.
    if row.signed_out_at and launched_at <= row.signed_out_at:
        raise LaunchBeforeSignOut
    epoch: datetime = row.signed_out_at or row.created_at
    return epoch.isoformat()


async def profile(db: AsyncConnection, vault: Vault, user_id: int) -> Profile:
    """The person's stored profile, with instructions decrypted.

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
        chosen_language=row.chosen_language,
        created_at=row.created_at,
        seen_at=row.seen_at,
        hand_off=row.hand_off,
        model_id=row.model_id,
        custom_instructions=instructions,
        suggestions=row.suggestions,
        persona_id=row.persona_id,
        retention_days=row.retention_days,
        signed_out_at=row.signed_out_at,
        redact_others=row.redact_others,
        username_since=row.username_since if row.username_hash else None,
        interactive_cards=row.interactive_cards,
        join_questions=row.join_questions,
    )


async def change_settings(
    db: AsyncConnection, vault: Vault, user_id: int, change: SettingsChange
) -> None:
    """Store changed settings. Blank instructions count as none.

    Raises:
        InvalidField: a text over its limit, or a retention that is not offered.
        UserNotFound: there is no such person.
    """
    switches = {name: getattr(change, name) for name in SWITCHES}
    values: dict[str, Any] = {
        name: wanted for name, wanted in switches.items() if wanted is not msgspec.UNSET
    }
    if change.model_id is not msgspec.UNSET:
        values["model_id"] = _checked("modelId", change.model_id, MAX_MODEL_ID)
    if change.language is not msgspec.UNSET:
        values["chosen_language"] = change.language and best_language(change.language)
        if change.language:
            values["language"] = values["chosen_language"]
    if change.persona_id is not msgspec.UNSET:
        values["persona_id"] = _checked("personaId", change.persona_id, MAX_PERSONA_ID)
    if change.retention_days is not msgspec.UNSET:
        if change.retention_days not in (None, *RETENTION_DAYS):
            raise InvalidField(field="retentionDays")
        values["retention_days"] = change.retention_days
    if change.custom_instructions is not msgspec.UNSET:
        text = _checked("customInstructions", change.custom_instructions, MAX_INSTRUCTIONS)
        cipher = await vault.cipher(db, user_id)
        values["custom_instructions"] = text and cipher.seal(text, _context(user_id))
    if not values:
        return
    result = await db.execute(sa.update(users).where(users.c.user_id == user_id).values(values))
    if result.rowcount == 0:
        raise UserNotFound


async def retention_page(db: AsyncConnection, after: int, limit: int) -> list[tuple[int, int]]:
    """The next people, by id, whose conversations are not kept for ever; with the days."""
    page = (
        sa.select(users.c.user_id, users.c.retention_days)
        .where(users.c.user_id > after, users.c.retention_days.is_not(None))
        .order_by(users.c.user_id)
        .limit(limit)
    )
    return [(row.user_id, row.retention_days) for row in await db.execute(page)]


async def open_sessions(
    db: AsyncConnection, user_id: int, now: datetime
) -> tuple[OpenSession, ...]:
    """The person's sessions that have not ended, the newest first."""
    mine = (
        sa.select(sessions)
        .where(sessions.c.user_id == user_id, sessions.c.expires_at > now)
        .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
    )
    return tuple(
        OpenSession(row.id, row.device, row.created_at, row.expires_at)
        for row in await db.execute(mine)
    )


async def known_since(db: AsyncConnection, user_id: int) -> datetime | None:
    """When the person first came; None if the id is unknown."""
    since: datetime | None = (
        await db.execute(_KNOWN_SINCE, {"user": user_id})
    ).scalar_one_or_none()
    return since


async def require_known(db: AsyncConnection, user_id: int) -> None:
    """Check that there is such a person.

    Raises:
        PersonNotKnown: nobody of this id is known.
    """
    if not 0 < user_id < 2**63 or await known_since(db, user_id) is None:
        raise PersonNotKnown


async def export(db: AsyncConnection, vault: Vault, user_id: int) -> dict[str, object]:
    """Everything this room stores of a person, as JSON-ready values."""
    try:
        kept = await profile(db, vault, user_id)
    except UserNotFound:
        return {}
    rows = (await db.execute(_SESSIONS, {"user": user_id})).all()
    opened = [
        {"device": row.device, "createdAt": row.created_at, "expiresAt": row.expires_at}
        for row in rows
    ]
    return {
        "id": kept.user_id,
        "language": kept.language,
        "createdAt": kept.created_at,
        "seenAt": kept.seen_at,
        "signedOutAt": kept.signed_out_at,
        "foundByUsernameSince": kept.username_since,
        "settings": {
            "handOff": kept.hand_off,
            "modelId": kept.model_id,
            "customInstructions": kept.custom_instructions,
            "suggestions": kept.suggestions,
            "personaId": kept.persona_id,
            "retentionDays": kept.retention_days,
            "chosenLanguage": kept.chosen_language,
            "redactOthers": kept.redact_others,
            "interactiveCards": kept.interactive_cards,
            "joinQuestions": kept.join_questions,
        },
        "sessions": opened,
    }


async def erase(db: AsyncConnection, user_id: int, now: datetime) -> None:
    """Delete a person and end their sessions.

    Their tokens stay refused by session id, which identifies nobody.
    """
    await _end_sessions(db, user_id, now)
    await db.execute(sa.delete(users).where(users.c.user_id == user_id))


async def _end_sessions(db: AsyncConnection, user_id: int, now: datetime) -> None:
    live = sa.select(sessions.c.id, sa.literal(now, revoked_sessions.c.revoked_at.type),
                     sessions.c.expires_at).where(
        sessions.c.user_id == user_id, sessions.c.expires_at > now
    )  # fmt: skip
    names = ["id", "revoked_at", "expires_at"]
    await db.execute(insert(db, revoked_sessions).from_select(names, live).on_conflict_do_nothing())
    await db.execute(sa.delete(sessions).where(sessions.c.user_id == user_id))


def _checked(field: str, text: str | None, limit: int) -> str | None:
    if text is None or not text.strip():
        return None
    if len(text) > limit:
        raise InvalidField(field=field, limit=limit)
    return text.strip()


def _context(user_id: int) -> str:
    return f"instructions:{user_id}"
