"""Invitations: days on a plan for a person and the friend they invited, once the friend subscribes.

A link contains the inviter's id sealed, so nobody can read it and nothing is stored for it. Against
abuse only new people count, once in a lifetime; an inviter is rewarded for a limited number of
friends a month; and the days are revoked with the friend's payment.
"""

import base64
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import identity
from backend.billing import notices, people
from backend.billing.events import Granted, Revoked
from backend.billing.people import Person
from backend.billing.tables import referrals
from backend.billing.trials import had_trial
from backend.db import Cipher, Vault, insert_new
from backend.errors import PersonBanned, TextUnreadable, UserNotFound
from backend.metering import restrictions
from backend.plans import Terms, plans

DAYS: Final = 7
MOST_A_MONTH: Final = 10
"""For how many friends an inviter is rewarded within thirty days."""
NEW_FOR: Final = timedelta(days=1)
"""For how long after their first message a person counts as new."""
COUNTS_FOR: Final = timedelta(days=90)
"""How long after the invitation a subscription still counts."""
MONTH: Final = timedelta(days=30)
Joined: TypeAlias = Literal["joined", "own", "known", "unknown"]

_R = referrals.c


async def code_of(db: AsyncConnection, vault: Vault, user_id: int) -> str:
    """The code of a person's invitation link; a different one each time."""
    cipher = await _cipher(db, vault)
    return base64.urlsafe_b64encode(cipher.seal(str(user_id), "referral")).decode().rstrip("=")


async def accept_invitation(
    db: AsyncConnection, vault: Vault, user_id: int, code: str, now: datetime
) -> Joined:
    """Record who invited a new person; the result reveals nothing about the inviter."""
    referrer = await _referrer(db, vault, code)
    if referrer is None:
        return "unknown"
    if referrer == user_id:
        return "own"
    try:
        since = (await identity.profile(db, vault, user_id)).created_at
    except UserNotFound:
        since = now
    state = await people.load(db, user_id)
    before = state.payments or state.grants or await had_trial(db, vault, user_id)
    if before or now - since > NEW_FOR:
        return "known"
    row = {"user_id": user_id, "referrer_id": referrer, "state": "waiting", "joined_at": now}
    made = await db.execute(insert_new(db, referrals), row)
    return "joined" if made.rowcount == 1 else "known"


async def lock_for_payment(db: AsyncConnection, user_id: int) -> Person:
    """Lock the payer and the person who invited them, in the global lock order."""
    waiting = (_R.user_id == user_id, _R.state == "waiting")
    referrer = (await db.execute(sa.select(_R.referrer_id).where(*waiting))).scalar()
    locked = {one: await people.lock(db, one) for one in sorted({user_id, referrer or user_id})}
    return locked[user_id]


async def reward(
    db: AsyncConnection, friend: Person, charge_id: str, terms: Terms, now: datetime
) -> None:
    """Grant days to both after the friend subscribed, to the inviter within the monthly limit."""
    this = (_R.user_id == friend.user_id, _R.state == "waiting", _R.joined_at > now - COUNTS_FOR)
    row = (await db.execute(sa.select(referrals).where(*this))).one_or_none()
    if row is None:
        return
    given = Terms(terms.plan_id, "gift", terms.opens, 0, DAYS * plans.DAY_SECONDS, 0)
    await people.record_event(db, friend, Granted(_grant(charge_id, "friend"), given, now), now)
    counts = row.referrer_id is not None and await _may_be_given(db, row.referrer_id, now)
    if counts:
        referrer = await people.lock(db, row.referrer_id)
        grant = Granted(_grant(charge_id, "inviter"), given, now)
        await people.record_event(db, referrer, grant, now)
        await notices.queue(db, row.referrer_id, "referral", charge_id, now, days=DAYS)
    values = {"state": "given" if counts else "over", "charge_id": charge_id, "given_at": now}
    await db.execute(sa.update(referrals).where(_R.user_id == friend.user_id).values(**values))


async def _may_be_given(db: AsyncConnection, referrer_id: int, now: datetime) -> bool:
    month = (_R.referrer_id == referrer_id, _R.state == "given", _R.given_at > now - MONTH)
    count = sa.select(sa.func.count()).select_from(referrals).where(*month)
    try:
        await restrictions.require_not_banned(db, referrer_id, now)
    except PersonBanned:
        return False
    return bool((await db.execute(count)).scalar_one() < MOST_A_MONTH)


async def party(db: AsyncConnection, charge_id: str) -> set[int]:
    """The people other than the payer whom a refund of this payment concerns."""
    found = sa.select(_R.referrer_id).where(_R.charge_id == charge_id)
    return {one for one in (await db.execute(found)).scalars() if one is not None}


async def void(db: AsyncConnection, charge_id: str, now: datetime) -> None:
    """Revoke the days after the friend's payment was refunded."""
    row = (await db.execute(sa.select(referrals).where(_R.charge_id == charge_id))).one_or_none()
    if row is None or row.state == "void":
        return
    this = _R.user_id == row.user_id
    parties = {"friend": row.user_id}
    if row.state == "given" and row.referrer_id is not None:
        parties["inviter"] = row.referrer_id
    await db.execute(sa.update(referrals).where(this).values(state="void"))
    for role, person_id in parties.items():
        person = await people.lock(db, person_id)
        await people.record_event(db, person, Revoked(_grant(charge_id, role), now), now)


async def figures(db: AsyncConnection, user_id: int) -> tuple[int, int]:
    """How many friends came by a person's invitations, and for how many the person was rewarded."""
    states = (
        sa.select(_R.state, sa.func.count()).where(_R.referrer_id == user_id).group_by(_R.state)
    )
    count = {row[0]: int(row[1]) for row in await db.execute(states)}
    return sum(count.values()), count.get("given", 0)


def _grant(charge_id: str, role: str) -> str:
    return f"referral:{charge_id}:{role}"


async def _cipher(db: AsyncConnection, vault: Vault) -> Cipher:
    return Cipher(await vault.shared_key(db, "referrals"))


async def _referrer(db: AsyncConnection, vault: Vault, code: str) -> int | None:
    try:
        sealed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        return int((await _cipher(db, vault)).open(sealed, "referral"))
    except (TextUnreadable, ValueError):
        return None
