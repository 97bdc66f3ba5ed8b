"""Caps on spending on real databases: exact under concurrency, over months, and after crashes."""

import asyncio
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from backend.billing import copies
from backend.db import Database
from backend.errors import ModelPriceUnknown, SpendingCapReached, TanyaError
from backend.ledger import ledger
from backend.ledger import movements as m
from backend.metering import operator_cap, provider_calls, quota, spending
from backend.metering import provider_costs as costs
from backend.metering.meter import Meter
from backend.metering.provider_calls import ProviderCall
from backend.metering.spending import Month
from backend.metering.tables import day_shards, quotas
from backend.metering.tables import provider_calls as charge_rows
from backend.plans.access import Access
from backend.plans.plans import Limits
from backend.tasks.quota import release_abandoned
from tests.fixtures.databases import create_tables
from tests.fixtures.postgres import PostgresServer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOW.date()
ANN, BOB = 7_000_000_001, 7_000_000_002


async def cap_at(database: Database, cap: int | None, user_id: int = ANN) -> None:
    """Set the person's cap, with more than enough daily messages."""
    async with database.unit_of_work() as db:
        await spending.set_cap(db, user_id, cap, NOW)
        await db.execute(sa.update(quotas).values(credits=10_000))


async def begin(
    database: Database,
    run: UUID,
    most: int | None,
    now: datetime = NOW,
    user_id: int = ANN,
    daily_cap: int | None = None,
) -> str:
    """Reserve for a run; "held" or the refusal's code."""
    try:
        async with database.unit_of_work() as db:
            await quota.reserve_quota(
                db, user_id, run, "low", now, UNLIMITED, most=most, daily_cap=daily_cap
            )
    except TanyaError as error:
        return error.code
    return "held"


async def settle(database: Database, run: UUID, cost: int, now: datetime = NOW) -> None:
    """Settle the run: it counts."""
    async with database.unit_of_work() as db:
        await quota.settle_quota(db, ANN, run, now, provider="xai", cost_micro_dollars=cost)


async def release(
    database: Database, run: UUID, cost: int, now: datetime = NOW, *, received: bool = False
) -> None:
    """Return the run: it does not count."""
    async with database.unit_of_work() as db:
        await quota.release_quota(
            db, ANN, run, now, provider="xai", cost_micro_dollars=cost, received=received
        )


async def month(database: Database, now: datetime = NOW, user_id: int = ANN) -> Month:
    """The person's month."""
    async with database.snapshot() as db:
        return await spending.month(db, user_id, now)


async def operator(database: Database, day: date = TODAY) -> tuple[int, int]:
    """Spent and held of the operator's day."""
    async with database.snapshot() as db:
        rows = (await db.execute(sa.select(day_shards).where(day_shards.c.day == day))).all()
    return sum(row.spent_micro_dollars for row in rows), sum(row.held_micro_dollars for row in rows)


class _Unlimited(Access, frozen=True):
    """A plan with so many messages and runs that only spending is limited."""

    @property
    def limits(self) -> Limits:
        """See Access."""
        return replace(super().limits, concurrent_runs=1000, messages_a_day=1000)


UNLIMITED = _Unlimited("free")


async def test_simultaneous_runs_get_exactly_what_is_left(database: Database) -> None:
    """Forty concurrent runs for three places under the cap: three fit, the others are told the
    figures."""
    await cap_at(database, 3_500_000)
    answers = await asyncio.gather(*(begin(database, uuid4(), 1_000_000) for _ in range(40)))
    assert sorted(set(answers)) == ["held", "spending_cap_reached"]
    assert answers.count("held") == 3
    assert await month(database) == Month(
        0, 3_000_000, 3_500_000, datetime(2026, 12, 1, tzinfo=UTC)
    )
    with pytest.raises(SpendingCapReached) as caught:
        async with database.unit_of_work() as db:
            await quota.reserve_quota(
                db, ANN, uuid4(), "low", NOW, UNLIMITED, most=500_001, daily_cap=None
            )
    assert caught.value.details == {
        "cap": "3.50", "spent": "0.00", "reserved": "3.00", "renewsOn": "2026-12-01"
    }  # fmt: skip
    assert caught.value.retry_after == timedelta(days=7, hours=12).total_seconds()
    assert await begin(database, uuid4(), 500_000) == "held"
    assert await begin(database, uuid4(), 0) == "held"


async def test_the_operators_cap_holds_over_everybody(database: Database) -> None:
    """The operator's cap is shared by everybody, and free models continue."""
    people = [ANN + number for number in range(20)]
    for person in people:
        await cap_at(database, None, person)
    answers = await asyncio.gather(
        *(begin(database, uuid4(), 400, user_id=one, daily_cap=1_000) for one in people)
    )
    assert answers.count("held") == 2
    assert answers.count("operator_cap_reached") == 18
    assert await operator(database) == (0, 800)
    assert await begin(database, uuid4(), 0, daily_cap=1_000) == "held"
    tomorrow = NOW + timedelta(days=1)
    assert await begin(database, uuid4(), 400, tomorrow, daily_cap=1_000) == "held"
    assert await operator(database, tomorrow.date()) == (0, 400)


async def test_ended_runs_count_what_they_cost(database: Database) -> None:
    """A settled run costs what it cost; a failure costs only the operator; a partial answer is the
    person's. Settling again changes nothing."""
    await cap_at(database, 1_000)
    good, failed, half = runs = uuid4(), uuid4(), uuid4()
    for run in runs:
        assert await begin(database, run, 300, daily_cap=900) == "held"
    await settle(database, good, 120)
    await release(database, failed, 50)
    await release(database, half, 70, received=True)
    for run in runs:
        await settle(database, run, 300)
        await release(database, run, 300, received=True)
    now = await month(database)
    assert (now.spent, now.reserved) == (190, 0)
    assert await operator(database) == (240, 0)
    async with database.unit_of_work() as db:
        assert await costs.book(db, NOW + timedelta(days=1)) == 240
        assert await costs.book(db, NOW + timedelta(days=1)) == 0
        assert (await ledger.stored_balances(db))[m.costs("xai"), m.MICRO_DOLLARS] == 240


async def test_a_month_begins_anew(database: Database) -> None:
    """Last month's spending and holds do not count in the new month; its runs end there."""
    late = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    await cap_at(database, 1_000)
    old, new = uuid4(), uuid4()
    assert await begin(database, old, 600, late) == "held"
    assert await begin(database, new, 600, late) == "spending_cap_reached"
    december = late + timedelta(minutes=2)
    assert (await month(database, december)).reserved == 0
    assert await begin(database, new, 1_000, december) == "held"
    await settle(database, old, 600, december)
    assert await month(database, december) == Month(
        0, 1_000, 1_000, datetime(2027, 1, 1, tzinfo=UTC)
    )
    await settle(database, new, 10, december)
    assert (await month(database, december)).spent == 10


async def test_a_price_that_is_not_known_needs_no_cap(database: Database) -> None:
    """A model without a known price answers when there is no cap, and is refused under either kind
    of cap."""
    await cap_at(database, None)
    assert await begin(database, uuid4(), None) == "held"
    assert await begin(database, uuid4(), None, daily_cap=10**9) == "model_price_unknown"
    await cap_at(database, 10**9)
    assert await begin(database, uuid4(), None) == "model_price_unknown"
    with pytest.raises(ModelPriceUnknown):
        async with database.unit_of_work() as db:
            await provider_calls.reserve_call_cost(db, title(), None, None, NOW)
    assert (await month(database)).reserved == 0


async def test_crashed_runs_and_calls_give_back(database: Database) -> None:
    """Abandoned holds are released once, by the reservations' clean-up."""
    await cap_at(database, 1_000)
    run, call = uuid4(), title()
    assert await begin(database, run, 300, daily_cap=1_000) == "held"
    async with database.unit_of_work() as db:
        await provider_calls.reserve_call_cost(db, call, 200, 1_000, NOW)
    assert (await month(database)).reserved == 500
    assert await operator(database) == (0, 500)
    later = NOW + timedelta(hours=1)
    for _ in range(2):
        await release_abandoned(database, later, later)
    assert (await month(database)).reserved == 0
    assert await operator(database) == (0, 0)
    await settle(database, run, 300)
    async with database.unit_of_work() as db:
        assert not await provider_calls.settle_call_cost(db, ANN, call.id, 200, NOW, guessed=False)
    assert (await month(database)).spent == 0


async def test_calls_are_metered_once(database: Database) -> None:
    """Bookings are the same with and without a cap and a hold; failed attempts are the operator's
    alone."""
    meter = Meter(database, lambda: NOW, None)
    await cap_at(database, None)
    free = title()
    await meter.reserve_cost(free, 200)
    assert (await month(database)).reserved == 0
    await cap_at(database, 500)
    held = title()
    await meter.reserve_cost(held, 200)
    assert (await month(database)).reserved == 200
    with pytest.raises(SpendingCapReached):
        await meter.reserve_cost(title(), 301)
    with pytest.raises(SpendingCapReached):
        await meter.reserve_cost(title(), 301, capped=True)  # the caller has read the cap
    lost = title("attempt")
    for _ in range(2):
        async with database.unit_of_work() as db:
            await meter.settle_cost(db, free, 90)
            await meter.settle_cost(db, held, 110, guessed=True)
            await meter.settle_cost(db, lost, 40)
    now = await month(database)
    assert (now.spent, now.reserved) == (200, 0)
    async with database.snapshot() as db:
        shown = await provider_calls.call_costs(db, ANN, NOW)
    assert sorted((one.cost_micro_dollars, one.estimated) for one in shown) == [
        (90, False),
        (110, True),
    ]


async def test_a_cap_set_at_noon_knows_the_morning(database: Database) -> None:
    """The first run under an operator's cap starts from what the day has already cost."""
    await cap_at(database, None)
    run = uuid4()
    assert await begin(database, run, 300) == "held"
    await settle(database, run, 250)
    assert await begin(database, uuid4(), 300, daily_cap=500) == "operator_cap_reached"
    assert await begin(database, uuid4(), 250, daily_cap=500) == "held"
    assert await operator(database) == (250, 250)


async def test_erasing_frees_what_was_held(database: Database) -> None:
    """Clean-up removes abandoned holds from the operator's day; costs stay, without their
    person."""
    await cap_at(database, 1_000)
    ended = uuid4()
    assert await begin(database, ended, 300, daily_cap=900) == "held"
    await settle(database, ended, 300)
    assert await begin(database, uuid4(), 300, daily_cap=900) == "held"
    async with database.unit_of_work() as db:
        await provider_calls.reserve_call_cost(db, title(), 200, 900, NOW)
        await provider_calls.record_call_cost(db, title(), 50, NOW, guessed=False)
        exported = await copies.export(db, ANN)
        await copies.erase(db, ANN)
    assert await operator(database) == (350, 0)
    assert sorted(row["costMicroDollars"] for row in exported["charges"]) == [0, 50]  # type: ignore[attr-defined]
    async with database.unit_of_work() as db:
        left = (await db.execute(sa.select(charge_rows))).all()
        assert [(row.user_id, row.conversation_id) for row in left] == [(copies.NOBODY, None)]
        assert await costs.book(db, NOW + timedelta(days=1)) == 350


def title(purpose: provider_calls.Purpose = "title") -> ProviderCall:
    """A provider call that is no answer."""
    return ProviderCall(
        user_id=ANN,
        id=uuid4(),
        purpose=purpose,
        provider="xai",
        model_id="grok",
        conversation_id=uuid4(),
    )


Step: TypeAlias = tuple[str, int, int, int]
PEOPLE = (ANN, BOB)
CAPS = {ANN: 1_000, BOB: 300}
DAILY_CAP = 1_100
steps = st.tuples(
    st.sampled_from(("begin", "begin", "begin", "call", "settle", "fail", "crash", "wait")),
    st.integers(0, 1),
    st.integers(0, 400),
    st.integers(0, 100),
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(story=st.lists(steps, max_size=40))
async def test_no_interleaving_breaks_a_cap(story: list[Step]) -> None:
    """Law: whatever starts, ends, fails, dies or outlives its day, spent plus held never exceeds a
    cap; once all has ended nothing is held."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'law.db'}")
        try:
            await create_tables(database)
            await play(database, story)
        finally:
            await database.close()


class Begun(Struct, frozen=True):
    """Something under way: a run, or a call."""

    person: int
    id: UUID
    most: int
    at: datetime
    is_run: bool


class Books:
    """The expected spending, counted independently of the database."""

    def __init__(self) -> None:
        self.months: Counter[tuple[int, int]] = Counter()
        self.days: Counter[date] = Counter()

    def count(self, one: Begun, cost: int, kind: str) -> None:
        """The expected result: settled costs are the person's, failed ones the operator's, others
        nothing."""
        if kind == "settle":
            self.months[one.person, one.at.month] += cost
        if kind == "settle" or (kind == "fail" and one.is_run):
            self.days[one.at.date()] += cost


async def play(database: Database, story: list[Step]) -> None:
    """Run a story, checking the caps after each step."""
    now = datetime(2026, 11, 29, 20, tzinfo=UTC)
    under_way: list[Begun] = []
    books = Books()
    for person in PEOPLE:
        await cap_at(database, CAPS[person], person)
    for kind, who, most, share in story:
        if kind in ("begin", "call"):
            one = Begun(PEOPLE[who], uuid4(), most, now, kind == "begin")
            if await start(database, one):
                under_way.append(one)
        elif kind == "wait":
            now += timedelta(hours=most // 20)
        elif under_way:
            one = under_way.pop(most % len(under_way))
            cost = one.most * share // 100
            await end(database, one, cost, now, kind)
            books.count(one, cost, kind)
        await check(database, books, now)
    for one in under_way:
        await end(database, one, one.most, now, "crash")
    await check(database, books, now)
    async with database.snapshot() as db:
        assert not await db.scalar(sa.select(sa.func.sum(day_shards.c.held_micro_dollars)))
    assert [(await month(database, now, person)).reserved for person in PEOPLE] == [0, 0]


async def start(database: Database, one: Begun) -> bool:
    """Whether it was accepted."""
    if one.is_run:
        answer = await begin(database, one.id, one.most, one.at, one.person, DAILY_CAP)
        return answer == "held"
    call = ProviderCall(user_id=one.person, id=one.id, purpose="title", provider="x", model_id="m")
    try:
        async with database.unit_of_work() as db:
            await provider_calls.reserve_call_cost(db, call, one.most, DAILY_CAP, one.at)
    except TanyaError:
        return False
    return True


async def end(database: Database, one: Begun, cost: int, now: datetime, kind: str) -> None:
    """End it one way or the other, and a second time, which must change nothing."""
    for attempt in (kind, "settle"):
        async with database.unit_of_work() as db:
            if not one.is_run and attempt == "settle":
                await provider_calls.settle_call_cost(
                    db, one.person, one.id, cost, now, guessed=False
                )
            elif not one.is_run:
                await provider_calls.release_call_cost(db, one.person, one.id, now)
            elif attempt == "settle":
                await quota.settle_quota(
                    db, one.person, one.id, now, provider="x", cost_micro_dollars=cost
                )
            else:
                lost = cost if attempt == "fail" else 0
                await quota.release_quota(
                    db, one.person, one.id, now, provider="x", cost_micro_dollars=lost
                )


async def check(database: Database, books: Books, now: datetime) -> None:
    """Neither cap is exceeded, and the spending is what was expected."""
    for person in PEOPLE:
        found = await month(database, now, person)
        assert found.spent == books.months[person, now.month]
        assert found.spent + found.reserved <= CAPS[person]
    async with database.snapshot() as db:
        begun = (await db.execute(sa.select(day_shards.c.day).distinct())).scalars().all()
    for day in begun:
        spent, held = await operator(database, day)
        assert spent == books.days[day]
        assert spent + held <= DAILY_CAP


async def test_a_reached_cap_refuses_by_its_running_total(database: Database) -> None:
    """At the operator's cap a refusal reads a few rows of the day and does not add up all runs."""
    assert await begin(database, uuid4(), 400, daily_cap=500) == "held"
    said: list[str] = []
    sa.event.listen(
        database.engine.sync_engine,
        "before_cursor_execute",
        lambda _1, _2, statement, *_3: said.append(statement.lower()),
    )
    for _ in range(3):
        assert await begin(database, uuid4(), 300, daily_cap=500) == "operator_cap_reached"
    assert said
    assert not [statement for statement in said if "sum(" in statement]


async def test_the_rest_of_the_cap_is_found_in_every_shard(database: Database) -> None:
    """A run is accepted if its cost fits into what all shards have left, to the last micro-dollar.
    When something is given back, it is spread over the shards again."""
    people = [ANN + number for number in range(20)]
    for person in people:
        await cap_at(database, None, person)
    for person in people:
        assert await begin(database, uuid4(), 37, user_id=person, daily_cap=1_000) == "held"
    rest = 1_000 - 37 * len(people)
    refused = await begin(database, uuid4(), rest + 1, daily_cap=1_000)
    assert refused == "operator_cap_reached"
    last = uuid4()
    assert await begin(database, last, rest, daily_cap=1_000) == "held"
    assert await operator(database) == (0, 1_000)
    assert await begin(database, uuid4(), 1, user_id=BOB, daily_cap=1_000) == "operator_cap_reached"
    await settle(database, last, rest - 5)
    assert await begin(database, uuid4(), 5, user_id=BOB, daily_cap=1_000) == "held"
    assert await operator(database) == (rest - 5, 1_000 - rest + 5)


async def test_a_changed_cap_applies_at_once(database: Database) -> None:
    """A lowered cap refuses although shares of the old one are left; a raised one accepts at
    once."""
    await cap_at(database, None)
    assert await begin(database, uuid4(), 100, daily_cap=100_000) == "held"
    assert await begin(database, uuid4(), 100, daily_cap=150) == "operator_cap_reached"
    assert await begin(database, uuid4(), 50, daily_cap=150) == "held"
    assert await begin(database, uuid4(), 900, daily_cap=1_050) == "held"


@pytest.mark.postgres
async def test_people_of_two_shards_do_not_wait_for_each_other(
    postgres_server: PostgresServer,
) -> None:
    """While one person's transaction is open, another person's under the same cap goes through."""
    postgres = Database.open(await postgres_server.database_with_tables())
    for person in (ANN, ANN + 1):
        await cap_at(postgres, None, person)
        assert await begin(postgres, uuid4(), 1, user_id=person, daily_cap=1_000_000) == "held"
    async with postgres.unit_of_work() as db:
        await operator_cap.reserve_cost(db, ANN, TODAY, 10, 1_000_000, NOW)
        async with asyncio.timeout(5):
            again = await begin(postgres, uuid4(), 1, user_id=ANN + 1, daily_cap=1_000_000)
            assert again == "held"
    assert await operator(postgres) == (0, 13)
    await postgres.close()
