"""Statements: exact shares, months that stay closed, agreement with the ledger."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from backend.db import Database
from backend.errors import AgreementsInvalid, PartnerNotFound, PeriodClosed, PeriodNotOver
from backend.i18n import translator
from backend.ledger import agreements, audit, closing, ledger, printing, settlement, statements
from backend.ledger import movements as m
from backend.ledger.agreements import Agreement
from backend.ledger.statements import Statement
from tests.fixtures.databases import create_tables

NOVEMBER = datetime(2026, 11, 3, tzinfo=UTC)
MONTHS = ("2026-11", "2026-12", "2027-01", "2027-02")

TERMS = Agreement(
    partner="xai",
    name="xAI",
    provider="xai",
    sells=("subscription",),
    first_month="2026-11",
    last_month=None,
    share_basis_points=5_000,
    minimum_micro_dollars=0,
    hold_days=21,
    stars_percent=0,
    state="signed",
)


async def sell(database: Database, charge: str, stars: int, at: datetime) -> None:
    """A payment and its sale."""
    async with database.unit_of_work() as db:
        moved = [
            m.payment("person:a", stars, charge, at),
            m.sale("person:a", "subscription", stars, charge, at),
        ]
        await ledger.post(db, moved, at)


async def give_back(database: Database, charge: str, stars: int, at: datetime) -> None:
    """A refund and its return."""
    async with database.unit_of_work() as db:
        moved = [
            m.reversal("refund", "person:a", stars, charge, at),
            m.returned("person:a", "subscription", stars, charge, at),
        ]
        await ledger.post(db, moved, at)


async def close(database: Database, month: str, *rows: Agreement) -> tuple[Statement, ...]:
    """Close a month on the third day of the next."""
    now = ledger.month_start(ledger.month_after(month)) + timedelta(days=2)
    async with database.unit_of_work() as db:
        return await closing.close_months(db, rows or [TERMS], month, now)


async def show(database: Database, month: str, *rows: Agreement) -> Statement:
    """The month's statement."""
    async with database.snapshot() as db:
        return await settlement.statement(db, rows or [TERMS], month)


async def test_a_month_adds_up(database: Database) -> None:
    """Gross, refunds, commission, net, hold, cost, share and margin of an ordinary month."""
    await sell(database, "early", 400, NOVEMBER)
    await sell(database, "back", 400, NOVEMBER)
    await sell(database, "late", 401, NOVEMBER + timedelta(days=20))
    await give_back(database, "back", 400, NOVEMBER + timedelta(days=1))
    async with database.unit_of_work() as db:
        cut = m.commission("subscription", 40, m.NANO // 2, "late", NOVEMBER)
        await ledger.post(db, [cut, m.cost("xai", NOVEMBER.date(), 1_234_567)], NOVEMBER)
    one = await show(database, "2026-11")
    assert (one.gross_stars, one.refunded_stars) == (1201, 400)
    assert one.net_nanostars == 760 * m.NANO + m.NANO // 2
    assert one.held_nanostars == 360 * m.NANO + m.NANO // 2
    assert one.hold_ends == datetime(2026, 12, 22, tzinfo=UTC)
    assert (one.share_stars, one.carried_out) == (380, m.NANO * 2_500)
    assert one.share_micro_dollars == 380 * 13_000
    assert one.margin_micro_dollars == 760 * 13_000 + 6_500 - 380 * 13_000 - 1_234_567
    assert one.closed_at is None


async def test_closed_months_stay_closed(database: Database) -> None:
    """A refund after closing falls into the next month; the closed statement does not change."""
    await sell(database, "a", 401, NOVEMBER)
    (kept,) = await close(database, "2026-11")
    await give_back(database, "a", 401, datetime(2026, 11, 30, 23, tzinfo=UTC))
    assert await show(database, "2026-11") == kept
    december = await show(database, "2026-12")
    assert (december.gross_stars, december.refunded_stars) == (0, 401)
    (closed,) = await close(database, "2026-12")
    # 200.5 and −200.5 Stars of share: the halves cancel out, and rounding gains nothing.
    assert (kept.share_stars, closed.share_stars) == (200, -200)
    assert closed.carried_out == 0
    with pytest.raises(PeriodClosed):
        await close(database, "2026-11")
    async with database.snapshot() as db:
        assert await closing.disagreeing(db) == []
        assert await audit.faults(db) == []
        assert await ledger.balance(db, m.partner_account("xai"), m.MICRO_DOLLARS) == 0


async def test_a_month_is_closed_after_its_end(database: Database) -> None:
    """The current month cannot be closed; closing also closes open months before it."""
    async with database.unit_of_work() as db:
        with pytest.raises(PeriodNotOver):
            await closing.close_months(db, [TERMS], "2026-11", NOVEMBER)
    await sell(database, "a", 400, NOVEMBER)
    made = await close(database, "2027-01")
    assert [one.month for one in made] == ["2026-11", "2026-12", "2027-01"]


async def test_terms_decide_and_are_kept(database: Database) -> None:
    """Minimum, currency mix and term: topped up, split, and unchanged by later edits of the
    file."""
    terms = msgspec.structs.replace(
        TERMS, minimum_micro_dollars=10_000_000, stars_percent=30, last_month="2026-12"
    )
    await sell(database, "a", 1000, NOVEMBER)
    (kept,) = await close(database, "2026-11", terms)
    assert (kept.share_stars, kept.paid_in_stars, kept.exchanged_stars) == (500, 150, 350)
    assert kept.top_up_micro_dollars == 10_000_000 - 500 * 13_000
    async with database.snapshot() as db:
        owed = await ledger.balance(db, m.partner_account("xai"), m.STARS)
        dollars = await ledger.balance(db, m.partner_account("xai"), m.MICRO_DOLLARS)
    assert (owed, dollars) == (-150, -kept.paid_in_micro_dollars)
    assert (await show(database, "2026-11", TERMS)).terms == terms
    made = await close(database, "2027-01", terms)  # after the end, what is still owed is shown
    assert made[0] == await _only(database, "2026-12")
    assert (made[1].month, made[1].share_stars, made[1].due_stars) == ("2027-01", 0, 150)


async def _only(database: Database, month: str) -> Statement:
    async with database.snapshot() as db:
        kept = await statements.closed_statement(db, "xai", month)
    assert kept is not None
    return kept


async def test_statements_cannot_be_edited(database: Database) -> None:
    """The database refuses changes to closed statements."""
    await sell(database, "a", 400, NOVEMBER)
    await close(database, "2026-11")

    async def change(statement: str) -> None:
        async with database.unit_of_work() as db:
            await db.execute(sa.text(statement))

    for statement in (
        "UPDATE ledger_statements SET document = ''",
        "DELETE FROM ledger_statements",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            await change(statement)


actions = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.integers(1, 1000), st.integers(0, 27)),
        st.tuples(st.just("back"), st.integers(0, 30), st.integers(0, 27)),
        st.tuples(st.just("cut"), st.integers(0, 30), st.integers(1, 10**10)),
        st.tuples(st.just("close"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=25)
@given(doing=actions, points=st.integers(0, 10_000), percent=st.integers(0, 100))
async def test_statements_follow_from_the_ledger(
    doing: list[tuple[str, int, int]], points: int, percent: int
) -> None:
    """Whatever is sold, refunded and closed in between: every closed statement can be recomputed,
    shares add up to the exact part of all revenue, and the partner's account is owed that."""
    terms = msgspec.structs.replace(TERMS, share_basis_points=points, stars_percent=percent)
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'books'}.db")
        await create_tables(database)
        made = await _play_months(database, terms, doing)
        async with database.snapshot() as db:
            assert await closing.disagreeing(db) == []
            assert await audit.faults(db) == []
            assert await ledger.replay(db) == await ledger.stored_balances(db)
            stars = await ledger.balance(db, m.partner_account("xai"), m.STARS)
            dollars = await ledger.balance(db, m.partner_account("xai"), m.MICRO_DOLLARS)
        await database.close()
    total = sum(one.net_nanostars for one in made) * points
    assert sum(one.share_stars for one in made) == total // statements.PARTS
    assert not any(one.top_up_micro_dollars for one in made)
    assert stars == -sum(one.paid_in_stars for one in made)
    assert dollars == -sum(one.paid_in_micro_dollars for one in made)


async def _play_months(
    database: Database, terms: Agreement, doing: list[tuple[str, int, int]]
) -> list[Statement]:
    month, sold, gone, cut = 0, list[int](), set[int](), set[int]()
    made: list[Statement] = []
    for kind, amount, day in doing:
        at = ledger.month_start(MONTHS[month]) + timedelta(days=day if kind != "cut" else 1)
        if kind == "sell":
            await sell(database, f"c{len(sold)}", amount, at)
            sold.append(amount)
        elif kind == "back" and amount < len(sold) and amount not in gone:
            gone.add(amount)
            await give_back(database, f"c{amount}", sold[amount], at)
        elif kind == "cut" and amount < len(sold) and amount not in cut:
            cut.add(amount)
            part = m.commission("subscription", day // m.NANO, day % m.NANO, f"c{amount}", at)
            async with database.unit_of_work() as db:
                await ledger.post(db, [part], at)
        elif kind == "close" and month < len(MONTHS) - 1:
            made.extend(await close(database, MONTHS[month], terms))
            month += 1
    return made


async def test_statements_are_printed(database: Database) -> None:
    """Table, CSV and page show the same amounts; a name cannot inject markup into the page."""
    terms = msgspec.structs.replace(TERMS, name="<b>x & AI</b>")
    await sell(database, "a", 401, NOVEMBER)
    one = await show(database, "2026-11", terms)
    table = printing.as_table(one, translator("en"))
    assert "Net revenue" in table
    assert "5.213" in table
    lines = printing.as_csv(one).splitlines()
    assert lines[0] == "partner,month,state,line,stars,dollars,count,number"
    assert "xai,2026-11,open,paid_by_people,401,8.02,1," in lines
    assert "xai,2026-11,open,net,401,5.213,," in lines
    assert "xai,2026-11,open,margin,,2.613,," in lines
    page = printing.as_page(one, translator("ar"))
    assert 'dir="rtl"' in page
    assert "<b>" not in page
    assert "&lt;b&gt;x &amp; AI&lt;/b&gt;" in page


def test_amounts_are_written_exactly() -> None:
    """Amounts are printed from integers: every digit is that of the books."""
    assert printing.star_text(-m.NANO // 2) == "-0.5"
    assert printing.star_text(12 * m.NANO) == "12"
    assert printing.dollar_text(5_200_000) == "5.20"
    assert printing.dollar_text(-1) == "-0.000001"


def test_the_agreements_are_read_strictly(tmp_path: Path) -> None:
    """The shipped file is valid; impossible terms are refused with the partner's name."""
    shipped = agreements.read()
    assert agreements.with_partner(shipped, "xai", "2026-11").share_basis_points == 5_000
    with pytest.raises(PartnerNotFound):
        agreements.with_partner(shipped, "xai", "2026-10")
    good = agreements.FILE.read_text(encoding="utf-8")
    file = tmp_path / "agreements.toml"
    for old, new in (
        ("share_percent = 50", "share_percent = 50.005"),
        ("share_percent = 50", "share_percent = 101"),
        ('from = "2026-11"', 'from = "2026-13"'),
        ("stars_percent = 0", "stars_percent = 0\nsurprise = 1"),
        ('sells = ["subscription", "gift"]', 'sells = ["souls"]'),
        ('state = "draft"', 'state = "promised"'),
        ("[deal.xai.after_end]", "[deal.somebody.after_end]"),
        ("[[agreement]]", "[[agreement"),
    ):
        file.write_text(good.replace(old, new), encoding="utf-8")
        with pytest.raises(AgreementsInvalid):
            agreements.read(file)
