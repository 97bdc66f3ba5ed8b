"""Taking one message of a person's day, their credits or their group's pass, and giving it back."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.metering import credits, spending
from backend.metering import quota_statements as statements
from backend.metering.group_passes import group_messages, return_to_pass, use_pass
from backend.metering.spending import ensure_row, utc_day
from backend.plans import Limits


class TakenMessage(Struct, frozen=True):
    """One message, from where and of which day; `pass_id`: of the group's."""

    source: str
    day: date
    cap_micro_dollars: int | None
    pass_id: str | None = None


class GivenBack(Struct, frozen=True):
    """What a reservation took, and from where: the day's messages, or the pack or the group's pass
    `pack_id`."""

    source: str
    pack_id: str | None
    day: date
    held: int
    operator_held: bool


async def take_message(
    db: AsyncConnection,
    user_id: int,
    limits: Limits,
    model_class: str,
    most: int,
    now: datetime,
    group_id: int | None,
    *,
    has_daily: bool = False,
) -> TakenMessage | None:
    """Take one message; None if there is none. The person's row is locked before the group's.

    `has_daily`: one of the day's is likely to be left; `cap_micro_dollars` is not read then.
    """
    if has_daily and group_id is None:
        taken = await _take_daily(db, user_id, limits, model_class, most, now)
        if taken is not None:
            return taken
    has_group = group_id is not None and await group_messages(db, group_id, now) is not None
    row = await _in_row(db, user_id, limits, model_class, most, now, by_group=has_group)
    if row is not None and row.last_source == "group" and group_id is not None:
        if (pass_id := await use_pass(db, group_id, now)) is not None:
            return TakenMessage("group", row.day, row.cap_micro_dollars, pass_id)
        # Another member took the last one meanwhile.
        back = GivenBack("group", None, row.day, most, operator_held=False)
        await put_back_message(db, user_id, back, returned=True)
        row = await _in_row(db, user_id, limits, model_class, most, now, by_group=False)
    return None if row is None else TakenMessage(row.last_source, row.day, row.cap_micro_dollars)


async def _take_daily(
    db: AsyncConnection, user_id: int, limits: Limits, model_class: str, most: int, now: datetime
) -> TakenMessage | None:
    values = _values(user_id, limits, model_class, most, now)
    if (await db.execute(statements.TAKE_DAILY, values)).rowcount == 0:
        return None
    return TakenMessage("daily", values["today"], None)


def _values(
    user_id: int, limits: Limits, model_class: str, most: int, now: datetime
) -> dict[str, Any]:
    today = utc_day(now)
    return {
        "user": user_id,
        "daily": limits.messages_a_day if model_class in limits.model_classes else 0,
        "runs": limits.concurrent_runs,
        "today": today,
        "month": spending.first_day(today),
        "most": most,
        "now": now,
    }


async def _in_row(
    db: AsyncConnection,
    user_id: int,
    limits: Limits,
    model_class: str,
    most: int,
    now: datetime,
    *,
    by_group: bool,
) -> "sa.Row[Any] | None":
    """Take it in the person's row, which says from where; `by_group`: their group may pay."""
    known = model_class in limits.model_classes | limits.credit_classes
    values = _values(user_id, limits, model_class, most, now)
    values |= {"creditable": known, "by_group": by_group and known}
    row = (await db.execute(statements.TAKE, values)).one_or_none()
    if row is None:
        # Nothing to take, or no row yet: another prompt may have made it a moment ago.
        await ensure_row(db, user_id, values["today"])
        row = (await db.execute(statements.TAKE, values)).one_or_none()
    return row


async def put_back_message(
    db: AsyncConnection, user_id: int, back: GivenBack, *, returned: bool, spent: int = 0
) -> int | None:
    """Count one running answer less and settle its reserved money as `spent`; `returned` also gives
    the message back to its source.

    Returns the messages used of the day's allowance.
    """
    values: dict[str, object] = {
        "user": user_id,
        "month_after": spending.next_first_day(back.day),
        "was_held": back.held,
        "cost": spent,
    }
    if returned and back.source == "daily":
        statement = statements.PUT_BACK_DAILY
        values["counted_on"] = back.day
    else:
        statement = statements.PUT_BACK_NOTHING
    used: int | None = (await db.execute(statement, values)).scalar_one_or_none()
    if returned and back.pack_id is not None and back.source == "group":
        await return_to_pass(db, back.pack_id)
    elif returned and back.pack_id is not None:
        await credits.return_credit(db, user_id, back.pack_id)
    return used
