"""The statements of quota and spending, built once: they run at every prompt, and building one
costs several times as much as running it."""

import sqlalchemy as sa

from backend.db import hot
from backend.metering.tables import quotas, reservations

_MINE = quotas.c.user_id == sa.bindparam("user")
_TODAY = sa.bindparam("today", type_=quotas.c.day.type)
# Another server's clock may already be past midnight: a later day in the row counts.
_SAME_DAY = quotas.c.day >= _TODAY
_SAME_MONTH = quotas.c.day >= sa.bindparam("month", type_=quotas.c.day.type)
_SPENT = sa.case((_SAME_MONTH, quotas.c.spent_micro_dollars), else_=0)
_HELD = sa.case((_SAME_MONTH, quotas.c.held_micro_dollars), else_=0)
_MOST = sa.bindparam("most", type_=sa.BigInteger)
# What costs nothing always fits, however much is spent.
_FITS = sa.or_(
    quotas.c.cap_micro_dollars.is_(None),
    sa.literal(0) == _MOST,
    quotas.c.cap_micro_dollars >= _SPENT + _HELD + _MOST,
)
_NOT_BANNED = sa.or_(
    quotas.c.banned_until.is_(None),
    quotas.c.banned_until <= sa.bindparam("now", type_=quotas.c.banned_until.type),
)
_DAY = sa.case((_SAME_DAY, quotas.c.day), else_=_TODAY)
_COST = sa.bindparam("cost", type_=sa.BigInteger)


_USED = sa.case((_SAME_DAY, quotas.c.used), else_=0)
_FREE = sa.and_(
    sa.bindparam("daily", type_=sa.Integer) > _USED,
    sa.or_(quotas.c.daily_limit.is_(None), quotas.c.daily_limit > _USED),
)
_UNDER_LIMIT = quotas.c.held < sa.bindparam("runs", type_=sa.Integer)


def _take_statement() -> sa.Executable:
    used, free = _USED, _FREE
    # Not past what an operator lets this person have.
    by_group = sa.and_(sa.bindparam("by_group", type_=sa.Boolean), quotas.c.daily_limit.is_(None))
    by_credit = sa.and_(quotas.c.credits > 0, sa.bindparam("creditable", type_=sa.Boolean))
    return (
        sa.update(quotas)
        .where(_MINE, _NOT_BANNED, _UNDER_LIMIT, sa.or_(by_group, free, by_credit), _FITS)
        .values(
            day=_DAY,
            used=sa.case((by_group, used), (free, used + 1), else_=used),
            credits=sa.case((sa.or_(by_group, free), quotas.c.credits), else_=quotas.c.credits - 1),
            held=quotas.c.held + 1,
            last_source=sa.case((by_group, "group"), (free, "daily"), else_="credit"),
            spent_micro_dollars=_SPENT,
            held_micro_dollars=_HELD + _MOST,
        )
        .returning(quotas.c.last_source, quotas.c.day, quotas.c.cap_micro_dollars)
    )


def _spending_statement(spent: "sa.ColumnElement[int]", held: "sa.ColumnElement[int]") -> sa.Update:
    """A change of the month's sums that takes no message."""
    return (
        sa.update(quotas)
        .where(_MINE)
        .values(
            day=_DAY,
            used=sa.case((_SAME_DAY, quotas.c.used), else_=0),
            spent_micro_dollars=spent,
            held_micro_dollars=held,
        )
    )


def _ended() -> "dict[str, sa.ColumnElement[int]]":
    """The month's sums once something of it has ended; a month that is over changes no more."""
    its_month = quotas.c.day < sa.bindparam("month_after", type_=quotas.c.day.type)
    was_held = sa.bindparam("was_held", type_=sa.BigInteger)
    held, spent = quotas.c.held_micro_dollars, quotas.c.spent_micro_dollars
    less = sa.case((held > was_held, held - was_held), else_=0)
    return {
        "held_micro_dollars": sa.case((its_month, less), else_=held),
        "spent_micro_dollars": sa.case((its_month, spent + _COST), else_=spent),
    }


def _put_back_statement(**more: "sa.ColumnElement[int]") -> sa.Executable:
    fewer = sa.case((quotas.c.held > 0, quotas.c.held - 1), else_=0)
    mine = sa.update(quotas).where(_MINE)
    return mine.values(held=fewer, **_ended(), **more).returning(quotas.c.used)


# Nothing is returned to a past day: its allowance has expired.
_COUNTED = sa.and_(
    quotas.c.day == sa.bindparam("counted_on", type_=quotas.c.day.type), quotas.c.used > 0
)
TAKE = hot(_take_statement())
# As TAKE, where it takes one of the day's messages and this server's day is the row's.
TAKE_DAILY = hot(
    sa.update(quotas)
    .where(_MINE, _NOT_BANNED, _UNDER_LIMIT, quotas.c.day <= _TODAY, _FREE, _FITS)
    .values(
        day=_TODAY,
        used=_USED + 1,
        held=quotas.c.held + 1,
        last_source="daily",
        spent_micro_dollars=_SPENT,
        held_micro_dollars=_HELD + _MOST,
    )
)
PUT_BACK_NOTHING = hot(_put_back_statement())
PUT_BACK_DAILY = hot(
    _put_back_statement(used=sa.case((_COUNTED, quotas.c.used - 1), else_=quotas.c.used))
)
ROW = hot(sa.select(quotas).where(_MINE))
HOLD = hot(
    _spending_statement(_SPENT, _HELD + _MOST)
    .where(_FITS)
    .returning(quotas.c.day, quotas.c.cap_micro_dollars)
)
SPEND = hot(_spending_statement(_SPENT + _COST, _HELD))
END_SPENDING = hot(sa.update(quotas).where(_MINE).values(**_ended()))
END = hot(
    sa.update(reservations)
    .where(
        reservations.c.user_id == sa.bindparam("user"),
        reservations.c.run_id == sa.bindparam("run"),
        reservations.c.state == "held",
    )
    .values(
        state=sa.bindparam("outcome"),
        ended_at=sa.bindparam("now"),
        provider=sa.bindparam("by"),
        maker=sa.bindparam("maker"),
        cost_micro_dollars=sa.bindparam("cost"),
    )
    .returning(
        reservations.c.source,
        reservations.c.pack_id,
        reservations.c.day,
        reservations.c.held_micro_dollars,
        reservations.c.operator_held,
    )
)
