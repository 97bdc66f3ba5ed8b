"""The quota on real databases: exact under concurrency, settled once, renewed each UTC day.

Exercises backend/metering/allowance.py.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from backend.db import Database
from backend.errors import (
    ModelNotInPlan,
    QuotaExhausted,
    ReservationEnded,
    SpendingCapReached,
    TanyaError,
    TooManyRuns,
)
from backend.metering import credits, quota, restrictions, spending
from backend.metering.credits import CreditPack
from backend.metering.tables import quotas, reservations
from backend.plans import plans
from backend.plans.tables import entitlements
from backend.tasks.quota import release_abandoned

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
USER = 7_000_000_001
FREE = plans.limits_of(plans.default().id)
SUBSCRIPTION = plans.of_kind("subscription")[0]


async def _open_best_plan(database: Database, until: datetime) -> None:
    async with database.unit_of_work() as db:
        await db.execute(
            sa.insert(entitlements).values(
                user_id=USER,
                plan_id=SUBSCRIPTION.id,
                until=until,
                grace_until=until,
                source="subscription",
                renewal="off",
            )
        )


async def _reserve(
    database: Database, run: UUID, model_class: str = "low", user: int = USER
) -> str:
    try:
        async with database.unit_of_work() as db:
            await quota.reserve_quota(db, user, run, model_class, NOW, most=0, daily_cap=None)
    except TanyaError as error:
        return error.code
    return "held"


async def _settle(database: Database, run: UUID) -> None:
    async with database.unit_of_work() as db:
        await quota.settle_quota(db, USER, run, NOW)


async def _allowance(database: Database, now: datetime = NOW) -> quota.Allowance:
    async with database.snapshot() as db:
        return await quota.allowance(db, USER, now)


async def _add_credits(database: Database, count: int) -> None:
    async with database.unit_of_work() as db:
        await credits.keep_packs(db, USER, [CreditPack("pack", count, NOW, True)], NOW)


async def test_concurrent_prompts_get_exactly_the_limit(database: Database) -> None:
    """Many concurrent prompts get exactly the last messages of the day."""
    await _open_best_plan(database, NOW + timedelta(days=30))
    limit = plans.limits_of(SUBSCRIPTION.id)
    async with database.unit_of_work() as db:
        await credits.keep_packs(db, USER, [], NOW)
        await db.execute(sa.update(quotas).values(used=limit.messages_a_day - 3))
    answers = await asyncio.gather(*(_reserve(database, uuid4()) for _ in range(40)))
    assert answers.count("held") == 3
    left = await _allowance(database)
    assert (left.used, left.remaining) == (limit.messages_a_day, 0)


async def test_concurrent_prompts_respect_runs_under_way(database: Database) -> None:
    """However many prompts come at once, no more run together than the plan allows."""
    await _open_best_plan(database, NOW + timedelta(days=30))
    answers = await asyncio.gather(*(_reserve(database, uuid4()) for _ in range(30)))
    limit = plans.limits_of(SUBSCRIPTION.id).concurrent_runs
    assert answers.count("held") == limit
    assert set(answers) == {"held", TooManyRuns.code}
    assert (await _allowance(database)).used == limit


async def test_credits_follow_the_daily_allowance(database: Database) -> None:
    """Credits are spent only after the day's messages, and run out exactly."""
    await _add_credits(database, 2)
    for _ in range(FREE.messages_a_day + 2):
        run = uuid4()
        assert await _reserve(database, run) == "held"
        await _settle(database, run)
    assert await _reserve(database, uuid4()) == QuotaExhausted.code
    left = await _allowance(database)
    assert (left.remaining, left.credits) == (0, 0)


async def test_a_run_is_reserved_once(database: Database) -> None:
    """Repeated reservations for one run hold one message, also when concurrent."""
    run = uuid4()
    answers = await asyncio.gather(*(_reserve(database, run) for _ in range(10)))
    assert set(answers) == {"held"}
    assert (await _allowance(database)).used == 1


async def test_a_run_ends_once(database: Database) -> None:
    """Of concurrent settlements and returns the first counts, the others change nothing."""
    run = uuid4()
    await _reserve(database, run)

    async def end(settling: bool) -> None:
        async with database.unit_of_work() as db:
            await (quota.settle_quota if settling else quota.release_quota)(db, USER, run, NOW)

    await asyncio.gather(*(end(bool(index % 2)) for index in range(12)))
    async with database.snapshot() as db:
        state = (await db.execute(sa.select(reservations.c.state))).scalar_one()
        row = (await db.execute(sa.select(quotas))).one()
    assert row.held == 0
    assert row.used == (1 if state == "settled" else 0)
    assert await _reserve(database, run) == ReservationEnded.code
    assert (await _allowance(database)).used == row.used


async def test_a_returned_credit_comes_back(database: Database) -> None:
    """A run paid by credit and returned gives the credit back, not a daily message."""
    await _add_credits(database, 1)
    async with database.unit_of_work() as db:
        await db.execute(sa.update(quotas).values(used=FREE.messages_a_day))
    run = uuid4()
    assert await _reserve(database, run) == "held"
    assert (await _allowance(database)).credits == 0
    async with database.unit_of_work() as db:
        await quota.release_quota(db, USER, run, NOW)
    left = await _allowance(database)
    assert (left.credits, left.used) == (1, FREE.messages_a_day)


async def test_the_day_renews_at_midnight_utc(database: Database) -> None:
    """The renewal time that people are told is when the count restarts."""
    run = uuid4()
    await _reserve(database, run)
    left = await _allowance(database)
    assert left.renews_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert (await _allowance(database, left.renews_at - timedelta(seconds=1))).used == 1
    assert (await _allowance(database, left.renews_at)).used == 0
    async with database.unit_of_work() as db:
        await quota.release_quota(db, USER, run, left.renews_at)
        await quota.reserve_quota(db, USER, uuid4(), "low", left.renews_at, most=0, daily_cap=None)
        # A server whose clock is behind must not bring yesterday's count back.
        await quota.settle_quota(db, USER, uuid4(), NOW)
    assert (await _allowance(database, left.renews_at)).used == 1


async def test_a_clock_that_is_behind_renews_nothing(database: Database) -> None:
    """A server whose clock still shows yesterday continues the day that another server has started,
    and does not grant yesterday's messages again."""
    tomorrow = NOW + timedelta(days=1)
    for at in (tomorrow, NOW, tomorrow):
        async with database.unit_of_work() as db:
            run = uuid4()
            await quota.reserve_quota(db, USER, run, "low", at, most=0, daily_cap=None)
            await quota.settle_quota(db, USER, run, at)
    assert (await _allowance(database, tomorrow)).used == 3
    assert (await _allowance(database, NOW)).used == 3


async def test_price_classes_follow_the_plan(database: Database) -> None:
    """Expensive models need a plan, or credits where the plan allows it; the refusal has its own
    code."""
    assert await _reserve(database, uuid4(), "high") == ModelNotInPlan.code
    assert await _reserve(database, uuid4(), "medium") == ModelNotInPlan.code
    await _add_credits(database, 1)
    async with database.snapshot() as db:
        assert "medium" in (await quota.allowed_models(db, USER, NOW)).model_classes
    assert await _reserve(database, uuid4(), "medium") == "held"
    assert (await _allowance(database)).credits == 0
    await _open_best_plan(database, NOW + timedelta(days=1))
    assert await _reserve(database, uuid4(), "high") == "held"


async def test_giving_back_holds_one_person_at_a_time(database: Database) -> None:
    """While one transaction holds a person's row and waits for another's, giving back must not
    cause a deadlock: what the other person gets back is committed by then."""
    later = NOW + timedelta(hours=1)
    for user in (USER, USER + 1):
        assert await _reserve(database, uuid4(), user=user) == "held"
    async with database.snapshot() as db:
        first, last = [user for user, _ in await quota.abandoned_quota(db, later)]

    def row_of(user: int) -> sa.Update:
        return sa.update(quotas).where(quotas.c.user_id == user).values(daily_limit=None)

    async with database.unit_of_work() as db:
        await db.execute(row_of(last))
        giving = asyncio.create_task(release_abandoned(database, later, NOW))
        await asyncio.sleep(0.3)
        await db.execute(row_of(first))
    await giving
    async with database.snapshot() as db:
        assert await quota.abandoned_quota(db, later) == []


async def test_abandoned_reservations_return(database: Database) -> None:
    """Reservations left by a crash are returned after a time, so the person is not locked out."""
    await _reserve(database, uuid4())
    assert await _reserve(database, uuid4()) == TooManyRuns.code
    await release_abandoned(database, NOW, NOW)
    assert await _reserve(database, uuid4()) == TooManyRuns.code
    await release_abandoned(database, NOW + timedelta(seconds=1), NOW)
    assert (await _allowance(database)).used == 0
    assert await _reserve(database, uuid4()) == "held"


async def test_refusal_says_when_it_renews(database: Database) -> None:
    """The refusal at the limit carries what the paywall shows: the limit and the renewal time."""
    await _add_credits(database, 0)
    async with database.unit_of_work() as db:
        await db.execute(sa.update(quotas).values(used=FREE.messages_a_day))
    with pytest.raises(QuotaExhausted) as caught:
        async with database.unit_of_work() as db:
            await quota.reserve_quota(db, USER, uuid4(), "low", NOW, most=0, daily_cap=None)
    assert caught.value.details["limit"] == FREE.messages_a_day
    assert caught.value.details["renewsAt"] == "2026-11-24T00:00:00+00:00"
    assert caught.value.retry_after == 12 * 3600


async def test_a_cap_is_exact(database: Database) -> None:
    """A cost up to the cap is accepted, one micro-dollar more is not; free runs are always
    accepted."""
    await _open_best_plan(database, NOW + timedelta(days=30))
    async with database.unit_of_work() as db:
        await spending.set_cap(db, USER, 1_000, NOW)

    async def reserve(most: int) -> str:
        try:
            async with database.unit_of_work() as db:
                await quota.reserve_quota(db, USER, uuid4(), "low", NOW, most=most, daily_cap=None)
        except TanyaError as error:
            return error.code
        return "held"

    assert await reserve(1_001) == SpendingCapReached.code
    assert await reserve(1_000) == "held"
    assert await reserve(1) == SpendingCapReached.code
    assert await reserve(0) == "held"


@pytest.mark.parametrize(
    ("used", "day", "code"),
    [
        (FREE.messages_a_day - 1, NOW, SpendingCapReached.code),
        (FREE.messages_a_day, NOW, QuotaExhausted.code),
        (FREE.messages_a_day, NOW - timedelta(days=1), SpendingCapReached.code),
    ],
)
async def test_the_refusal_names_what_is_missing(
    database: Database, used: int, day: datetime, code: str
) -> None:
    """The refusal names the cap while messages are left, and the allowance otherwise; yesterday's
    messages do not count."""
    async with database.unit_of_work() as db:
        await spending.set_cap(db, USER, 0, NOW)
        await db.execute(sa.update(quotas).values(used=used, day=day.date()))
    with pytest.raises(TanyaError) as caught:
        async with database.unit_of_work() as db:
            await quota.reserve_quota(db, USER, uuid4(), "low", NOW, most=1, daily_cap=None)
    assert caught.value.code == code


async def test_a_refusal_for_runs_under_way_says_when_to_come_back(database: Database) -> None:
    """The refusal says to retry in five seconds, and how many runs the plan allows."""
    await _reserve(database, uuid4())
    with pytest.raises(TooManyRuns) as caught:
        async with database.unit_of_work() as db:
            await quota.reserve_quota(db, USER, uuid4(), "low", NOW, most=0, daily_cap=None)
    assert caught.value.retry_after == 5
    assert caught.value.details["limit"] == FREE.concurrent_runs


async def test_ending_says_how_many_messages_are_used(database: Database) -> None:
    """Settling returns the count of used messages; a repeat returns None, since it changed
    nothing."""
    first, second = uuid4(), uuid4()
    await _reserve(database, first)
    async with database.unit_of_work() as db:
        assert await quota.settle_quota(db, USER, first, NOW) == 1
        assert await quota.settle_quota(db, USER, first, NOW) is None
    await _reserve(database, second)
    async with database.unit_of_work() as db:
        assert await quota.release_quota(db, USER, second, NOW) == 1
        assert await quota.release_quota(db, USER, second, NOW) is None


async def test_a_ban_holds_until_it_is_over(database: Database) -> None:
    """A ban ends exactly at its last moment."""
    for until, answer in ((NOW + timedelta(seconds=1), "person_banned"), (NOW, "held")):
        async with database.unit_of_work() as db:
            await restrictions.ban(db, USER, until, NOW)
        assert await _reserve(database, uuid4(), "free") == answer


async def test_an_operators_daily_limit_is_exact(database: Database) -> None:
    """A person may ask exactly so many messages a day, even if the plan would allow more."""
    async with database.unit_of_work() as db:
        await restrictions.limit(db, USER, 2, NOW)
    answers = []
    for run in (uuid4(), uuid4(), uuid4()):
        answers.append(await _reserve(database, run, "free"))
        if answers[-1] == "held":
            await _settle(database, run)
    assert answers == ["held", "held", "quota_exhausted"]
