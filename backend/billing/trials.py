"""Trials: who may start one, and who had one.

After an erasure only a keyed hash of the id is kept.
"""

import hmac

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.events import OPERATOR_GRANT
from backend.billing.state import PlanState
from backend.billing.tables import trials
from backend.billing.view import view
from backend.db import Vault, insert_new
from backend.plans import Access, plans

KEY_PURPOSE = "trials"


async def trial_seconds(
    db: AsyncConnection, vault: Vault, user_id: int, state: PlanState, on: Access
) -> int:
    """How long a trial that started now would last; 0 if none is available."""
    if on.until is not None:
        return 0
    if rest := view(state).trial_rest:
        return int(rest.total_seconds())
    opened = any(not grant.startswith(OPERATOR_GRANT) for grant in state.grants)
    if state.payments or opened or await had_trial(db, vault, user_id):
        return 0
    return plans.of_kind("trial")[0].seconds


async def note_trial(db: AsyncConnection, vault: Vault, user_id: int) -> None:
    """Record that the person had their trial."""
    person_hash = await _hash(db, vault, user_id)
    await db.execute(insert_new(db, trials), {"person_hash": person_hash})


async def had_trial(db: AsyncConnection, vault: Vault, user_id: int) -> bool:
    """Whether the person had a trial, under this or an erased account."""
    if (await db.execute(sa.select(trials.c.person_hash).limit(1))).first() is None:
        return False  # the key is made with the first trial, where writing is allowed
    person_hash = await _hash(db, vault, user_id)
    found = sa.select(trials.c.person_hash).where(trials.c.person_hash == person_hash)
    return (await db.execute(found)).first() is not None


async def _hash(db: AsyncConnection, vault: Vault, user_id: int) -> bytes:
    key = await vault.shared_key(db, KEY_PURPOSE)
    return hmac.digest(key, str(user_id).encode(), "sha256")
