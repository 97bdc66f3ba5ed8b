"""Agreements over time: terms that change, ends, advances, minimums, payouts, and their states."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from backend.db import Database
from backend.errors import AgreementsInvalid
from backend.ledger import agreements, audit, closing, ledger, printing
from backend.ledger import movements as m
from backend.ledger.agreements import AfterEnd, AgreedPayment, Agreement, Deal
from backend.ledger.revenue import answered, charge_lines
from backend.ledger.tables import answers
from backend.metering import count_answers, quota
from backend.plans.access import Access
from tests.integration.billing.test_statements import NOVEMBER, TERMS, close, give_back, sell, show

DECEMBER = datetime(2026, 12, 3, tzinfo=UTC)
MILLION = 1_000_000


def terms(**changes: object) -> Agreement:
    """The usual terms, changed."""
    return msgspec.structs.replace(TERMS, **changes)


async def owed(database: Database, partner: str = "xai") -> tuple[int, int]:
    """Stars and micro-dollars that the ledger says are owed to a partner."""
    account = m.partner_account(partner)
    async with database.snapshot() as db:
        assert await closing.disagreeing(db) == []
        assert await audit.faults(db) == []
        assert await ledger.replay(db) == await ledger.stored_balances(db)
        stars = await ledger.balance(db, account, m.STARS)
        return -stars, -await ledger.balance(db, account, m.MICRO_DOLLARS)


async def test_a_refund_is_taken_back_under_the_terms_of_its_sale(database: Database) -> None:
    """Sold at a share of 50 percent and refunded when the share is 40: half is taken back."""
    rows = (
        terms(last_month="2026-11"),
        terms(first_month="2026-12", share_basis_points=4_000),
    )
    await sell(database, "old", 400, NOVEMBER)
    (november,) = await close(database, "2026-11", *rows)
    await sell(database, "new", 400, DECEMBER)
    await give_back(database, "old", 400, DECEMBER)
    (december,) = await close(database, "2026-12", *rows)
    assert (november.share_stars, december.share_stars) == (200, 160 - 200)
    assert [one.share_basis_points for one in december.shared] == [5_000, 4_000]
    assert (november.number, december.number) == (1, 2)
    assert await owed(database) == (0, 160 * 13_000)


async def test_refunds_after_the_end_are_taken_back(database: Database) -> None:
    """After the agreement ends, new sales are not shared, but refunds of shared sales are still
    taken back."""
    over = terms(last_month="2026-11", state="ended")
    await sell(database, "shared", 400, NOVEMBER)
    await close(database, "2026-11", over)
    await sell(database, "ours alone", 1_000, DECEMBER)
    await give_back(database, "shared", 400, DECEMBER)
    (december,) = await close(database, "2026-12", over)
    assert (december.gross_stars, december.refunded_stars, december.share_stars) == (0, 400, -200)
    assert await owed(database) == (0, 0)
    assert await close(database, "2027-01", over) == ()


async def test_payouts_lower_what_is_owed(database: Database) -> None:
    """A statement begins with what was owed, tells what was paid, and ends with what is due."""
    await sell(database, "a", 400, NOVEMBER)
    await close(database, "2026-11")
    async with database.unit_of_work() as db:
        paid = m.payout("xai:bank-1", "xai", m.MICRO_DOLLARS, 2 * MILLION, DECEMBER)
        await ledger.post(db, [paid], DECEMBER)
    await sell(database, "b", 100, DECEMBER)
    december = await show(database, "2026-12")
    assert december.opening_micro_dollars == 200 * 13_000
    assert december.paid_out_micro_dollars == 2 * MILLION
    assert december.due_micro_dollars == 200 * 13_000 - 2 * MILLION + 50 * 13_000
    await close(database, "2026-12")
    assert await owed(database) == (0, december.due_micro_dollars)


async def test_an_advance_is_recouped_by_later_shares(database: Database) -> None:
    """An advance is owed at once, and later shares are kept back until it is recouped."""
    advance = AgreedPayment("2026-11", "operator", 4 * MILLION, recouped=True)
    rows = terms(deal=Deal(payments=(advance,)))
    await sell(database, "a", 400, NOVEMBER)
    (november,) = await close(database, "2026-11", rows)
    assert november.recouped_micro_dollars == november.share_micro_dollars == 2_600_000
    assert november.due_micro_dollars == 4 * MILLION
    await sell(database, "b", 400, DECEMBER)
    (december,) = await close(database, "2026-12", rows)
    assert december.recouped_micro_dollars == 4 * MILLION - 2_600_000
    assert await owed(database) == (0, december.due_micro_dollars)
    assert december.due_micro_dollars == 2 * 2_600_000
    async with database.snapshot() as db:
        assert await ledger.balance(db, m.advance_account("xai"), m.MICRO_DOLLARS) == 0


async def test_a_minimum_for_the_whole_term(database: Database) -> None:
    """The last month tops up what the shares of all months lack to the term's minimum; no other
    month does."""
    rows = terms(last_month="2026-12", deal=Deal(term_minimum_micro_dollars=5 * MILLION))
    await sell(database, "a", 400, NOVEMBER)
    await sell(database, "b", 100, DECEMBER)
    november, december = await close(database, "2026-12", rows)
    assert november.term_top_up_micro_dollars == 0
    assert december.term_top_up_micro_dollars == 5 * MILLION - 250 * 13_000
    assert await owed(database) == (0, 5 * MILLION)


@pytest.mark.parametrize("state", ["draft", "agreed_in_principle"])
async def test_only_what_is_signed_moves_money(database: Database, state: str) -> None:
    """Statements under a draft agreement can be read and are stored, but the ledger books nothing
    owed."""
    payment = AgreedPayment("2026-11", "partner", 300 * MILLION * MILLION, "cash_and_equity")
    rows = terms(state=state, deal=Deal(payments=(payment,)))
    await sell(database, "a", 400, NOVEMBER)
    (november,) = await close(database, "2026-11", rows)
    assert (november.share_stars, november.due_micro_dollars) == (200, 0)
    assert await owed(database) == (0, 0)


async def test_the_announced_deal(database: Database) -> None:
    """The announced deal, once signed: $300 million in cash and equity from the partner, and half
    of the revenue."""
    payment = AgreedPayment("2026-11", "partner", 300 * MILLION * MILLION, "cash_and_equity")
    plan = AfterEnd("stays open", "are replaced", "is settled")
    rows = terms(last_month="2027-10", deal=Deal(payments=(payment,), after_end=plan))
    await sell(database, "a", 400, NOVEMBER)
    await close(database, "2026-11", rows)
    assert await owed(database) == (0, 200 * 13_000)
    async with database.snapshot() as db:
        equity = await ledger.balance(db, m.equity_account("xai"), m.MICRO_DOLLARS)
    assert equity == 300 * MILLION * MILLION


async def test_shares_follow_whose_model_answered(database: Database) -> None:
    """The partner's models gave a quarter of the answers, so half of a quarter of the revenue is
    theirs."""
    async with database.unit_of_work() as db:
        for provider, count in (("xai", 25), ("openai", 75)):
            row = {"day": NOVEMBER.date(), "provider": provider, "answers": count}
            await db.execute(answers.insert(), row)
    await sell(database, "a", 800, NOVEMBER)
    (november,) = await close(database, "2026-11", terms(basis="answers"))
    assert november.share_stars == 100
    assert (november.shared[0].answers, november.shared[0].all_answers) == (25, 100)
    await give_back(database, "a", 800, DECEMBER)
    (december,) = await close(database, "2026-12", terms(basis="answers"))
    assert december.share_stars == -100
    assert await owed(database) == (0, 0)


async def test_behind_a_router_the_models_maker_counts(database: Database) -> None:
    """OpenRouter served three answers, two by models of xAI: those two count as xAI's."""
    makers = [("openrouter", "xai"), ("openrouter", "xai"), ("openrouter", "anthropic"),
              ("xai", "xai"), ("local", None)]  # fmt: skip
    for provider, maker in makers:
        run = uuid4()
        async with database.unit_of_work() as db:
            await quota.reserve_quota(
                db, 7, run, "low", NOVEMBER, Access("free"), most=None, daily_cap=None
            )
            await quota.settle_quota(db, 7, run, NOVEMBER, provider=provider, maker=maker)
    async with database.unit_of_work() as db:
        assert await count_answers(db, NOVEMBER + timedelta(days=1)) == len(makers)
    async with database.snapshot() as db:
        assert await answered(db, "xai", "2026-11") == (3, 5)
        assert await answered(db, "openrouter", "2026-11") == (0, 5)
        assert await answered(db, "local", "2026-11") == (1, 5)


async def test_every_charge_behind_a_statement(database: Database) -> None:
    """The export's lines add up to the statement, and name charges and no people."""
    await sell(database, "a", 400, NOVEMBER)
    await sell(database, "b", 75, NOVEMBER)
    await give_back(database, "b", 75, NOVEMBER + timedelta(days=1))
    (november,) = await close(database, "2026-11")
    async with database.snapshot() as db:
        lines = await charge_lines(db, "2026-11")
    written = printing.charges_csv(november, lines).splitlines()
    assert written[1] == "1,2026-11,a,sale,subscription,2026-11-03T00:00:00Z,2026-11,400,50"
    assert sum(float(line.split(",")[7]) for line in written[1:]) * m.NANO == november.net_nanostars
    assert "person" not in "".join(written)
    assert (november.sold, november.returned) == (2, 1)


ROW = """
[[agreement]]
partner = "{partner}"
name = "A"
provider = "a"
state = "{state}"
sells = ["subscription"]
from = "{start}"
{more}
share_percent = {percent}
[deal.{partner}.after_end]
people = "a"
models = "b"
owed = "c"
"""


def _read(tmp_path: Path, *rows: str) -> tuple[Agreement, ...]:
    file = tmp_path / "agreements.toml"
    file.write_text("".join(rows), encoding="utf-8")
    return agreements.read(file)


def _row(partner: str, percent: int, start: str = "2026-11", more: str = "") -> str:
    return ROW.format(partner=partner, percent=percent, start=start, more=more, state="signed")


def test_terms_may_follow_each_other(tmp_path: Path) -> None:
    """A second row for a partner starts where the first ends; overlapping rows are refused."""
    first = _row("a", 50, more='until = "2027-10"')
    second = _row("a", 40, "2027-11").split("[deal")[0]
    found = _read(tmp_path, second, first)
    assert agreements.with_partner(found, "a", "2027-10").share_basis_points == 5_000
    assert agreements.with_partner(found, "a", "2027-11").share_basis_points == 4_000
    with pytest.raises(AgreementsInvalid, match="two rows"):
        _read(tmp_path, _row("a", 50), second)


def test_a_sale_is_not_shared_twice(tmp_path: Path) -> None:
    """Two partners of the same sale together get at most all of it; shares by answers are split
    between makers."""
    assert len(_read(tmp_path, _row("a", 60), _row("b", 40))) == 2
    with pytest.raises(AgreementsInvalid, match="more than 100 percent"):
        _read(tmp_path, _row("a", 60), _row("b", 41, "2027-01"))
    by_answers = 'basis = "answers"'
    assert len(_read(tmp_path, _row("a", 60, more=by_answers), _row("b", 60, more=by_answers))) == 2


def test_signed_terms_need_a_plan_for_their_end(tmp_path: Path) -> None:
    """Signed terms say what happens at their end to people, to models and to what is still owed."""
    with pytest.raises(AgreementsInvalid, match="plan for its end"):
        _read(tmp_path, _row("a", 50).split("[deal")[0])
