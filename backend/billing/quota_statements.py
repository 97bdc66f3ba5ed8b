"""The quota's statements, built once: on the path of every prompt, building one costs several
times what running it does."""

import sqlalchemy as sa

from backend.billing.tables import quotas, reservations


def _take_statement() -> sa.Executable:
    today = sa.bindparam("today", type_=quotas.c.day.type)
    # Another server's clock may already be past midnight: a later day in the row holds.
    same_day = quotas.c.day >= today
    used = sa.case((same_day, quotas.c.used), else_=0)
    free = used < sa.bindparam("daily", type_=sa.Integer)
    by_credit = sa.and_(quotas.c.credits > 0, sa.bindparam("creditable", type_=sa.Boolean))
    under_limit = quotas.c.held < sa.bindparam("runs", type_=sa.Integer)
    return (
        sa.update(quotas)
        .where(quotas.c.user_id == sa.bindparam("user"), under_limit, sa.or_(free, by_credit))
        .values(
            day=sa.case((same_day, quotas.c.day), else_=today),
            used=sa.case((free, used + 1), else_=used),
            credits=sa.case((free, quotas.c.credits), else_=quotas.c.credits - 1),
            held=quotas.c.held + 1,
            last_source=sa.case((free, "daily"), else_="credit"),
        )
        .returning(quotas.c.last_source, quotas.c.day)
    )


def _put_back_statement(**more: "sa.ColumnElement[int]") -> sa.Executable:
    fewer = sa.case((quotas.c.held > 0, quotas.c.held - 1), else_=0)
    mine = sa.update(quotas).where(quotas.c.user_id == sa.bindparam("user"))
    return mine.values(held=fewer, **more).returning(quotas.c.used)


# A day that is over takes nothing back: its allowance is gone for everybody.
_COUNTED = sa.and_(
    quotas.c.day == sa.bindparam("counted_on", type_=quotas.c.day.type), quotas.c.used > 0
)
TAKE = _take_statement()
PUT_BACK_NOTHING = _put_back_statement()
PUT_BACK_CREDIT = _put_back_statement(credits=quotas.c.credits + 1)
PUT_BACK_DAILY = _put_back_statement(
    used=sa.case((_COUNTED, quotas.c.used - 1), else_=quotas.c.used)
)
ROW = sa.select(quotas).where(quotas.c.user_id == sa.bindparam("user"))
END = (
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
        cost_micro_dollars=sa.bindparam("cost"),
    )
    .returning(reservations.c.source, reservations.c.day)
)
