"""Computes a partner's statement of a month from the ledger alone."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.ledger import ledger
from backend.ledger import movements as m
from backend.ledger.agreements import Agreement, settling_terms, terms_in
from backend.ledger.revenue import Revenue, answered, charge_lines, held_nanostars, sum_up
from backend.ledger.statements import (
    PARTS,
    SharedRevenue,
    Statement,
    carried_into,
    closed_statement,
    kept_statements,
    term_end,
)
from backend.ledger.sums import partner_account, provider_cost, sum_of


async def statement(db: AsyncConnection, rows: Sequence[Agreement], month: str) -> Statement:
    """The month's statement with the partner whose `rows` these are: as it was closed, or as it
    stands now."""
    kept = await closed_statement(db, rows[0].partner, month)
    if kept is not None:
        return kept
    carried = await carried_into(db, rows[0].partner, month)
    return await compute_statement(db, rows, month, carried, term_end(rows))


async def compute_statement(
    db: AsyncConnection,
    rows: Sequence[Agreement],
    month: str,
    carried_in: int,
    last_month: str | None,
) -> Statement:
    """The month's statement from the ledger alone. `rows` are one partner's; a row must hold in
    the month or before it; `last_month` is the last of all of their terms."""
    terms = settling_terms(rows, month)
    assert terms is not None
    share = await _share(db, rows, terms, month, carried_in, is_last=month == last_month)
    owed = await partner_account(db, terms.partner, month)
    return Statement(
        month=month,
        terms=terms,
        shared=share.shared,
        gross_stars=share.total.gross_stars,
        refunded_stars=share.total.refunded_stars,
        commission_nanostars=share.total.commission_nanostars,
        net_nanostars=share.total.net_nanostars,
        sold=share.total.sold,
        returned=share.total.returned,
        held_nanostars=await held_nanostars(db, terms, month) if terms.holds_in(month) else 0,
        hold_ends=ledger.month_start(ledger.month_after(month)) + timedelta(days=terms.hold_days),
        carried_in=carried_in,
        carried_out=share.carried_out,
        share_stars=share.stars,
        exchanged_stars=share.exchanged,
        top_up_micro_dollars=share.top_up,
        term_top_up_micro_dollars=share.term_top_up,
        recouped_micro_dollars=max(0, min(share.dollars, await _unrecouped(db, terms, month))),
        agreed_micro_dollars=_agreed(terms, month),
        opening_stars=owed.opening_stars,
        opening_micro_dollars=owed.opening_micro_dollars,
        paid_out_stars=owed.paid_stars,
        paid_out_micro_dollars=owed.paid_micro_dollars,
        provider_cost_micro_dollars=await provider_cost(db, terms.provider, month),
        term_end=last_month,
    )


class _Share(Struct, frozen=True, kw_only=True):
    """What a partner's part of a month's revenue is worth: `stars` in all, of which `exchanged`
    are paid as dollars, and the top-ups in micro-dollars."""

    shared: tuple[SharedRevenue, ...]
    total: Revenue
    stars: int
    carried_out: int
    exchanged: int
    top_up: int
    term_top_up: int
    dollars: int
    """All that is paid in micro-dollars."""


async def _share(
    db: AsyncConnection,
    rows: Sequence[Agreement],
    terms: Agreement,
    month: str,
    carried_in: int,
    *,
    is_last: bool,
) -> _Share:
    kept = await kept_statements(db, terms.partner, month)
    shared = await _shared(db, rows, kept, month)
    stars, carried_out = divmod(sum(one.parts for one in shared) + carried_in, PARTS)
    exchanged = stars - stars * terms.stars_percent // 100
    top_up, term_top_up = _top_ups(terms, kept, month, stars, is_last=is_last)
    return _Share(
        shared=shared,
        total=_total(month, [one.revenue for one in shared]),
        stars=stars,
        carried_out=carried_out,
        exchanged=exchanged,
        top_up=top_up,
        term_top_up=term_top_up,
        dollars=exchanged * terms.micro_dollars_per_star + top_up + term_top_up,
    )


def _total(month: str, revenues: Sequence[Revenue]) -> Revenue:
    return Revenue(
        month,
        gross_stars=sum(one.gross_stars for one in revenues),
        refunded_stars=sum(one.refunded_stars for one in revenues),
        commission_nanostars=sum(one.commission_nanostars for one in revenues),
        sold=sum(one.sold for one in revenues),
        returned=sum(one.returned for one in revenues),
    )


def _top_ups(
    terms: Agreement, kept: Sequence[Statement], month: str, share: int, *, is_last: bool
) -> tuple[int, int]:
    """What the share lacks to the month's minimum and, in the last month, to the term's."""
    worth = share * terms.micro_dollars_per_star
    top_up = _missing(terms.minimum_micro_dollars if terms.holds_in(month) else 0, worth)
    if not is_last:
        return top_up, 0
    earlier = sum(one.share_micro_dollars for one in kept)
    return top_up, _missing(terms.deal.term_minimum_micro_dollars, earlier + worth + top_up)


async def _shared(
    db: AsyncConnection, rows: Sequence[Agreement], kept: Sequence[Statement], month: str
) -> tuple[SharedRevenue, ...]:
    """The revenue of the month, each sale's under the terms of the month in which it was sold."""
    lines = await charge_lines(db, month)
    known = {one.month: one for one in kept}
    found = []
    for sale_month in sorted({one.sale_month for one in lines}):
        was = known.get(sale_month)
        terms = was.terms if was is not None else terms_in(rows, sale_month)
        if terms is None or not terms.holds_in(sale_month):
            continue
        revenue = sum_up(lines, sale_month, terms.sells)
        ours, everybody = 1, 1
        if terms.basis == "answers":
            ours, everybody = await answered(db, terms.provider, sale_month)
        found.append(SharedRevenue(revenue, terms.share_basis_points, ours, everybody))
    return tuple(found)


def _missing(minimum: int, worth: int) -> int:
    """What is missing to a guarantee. Without one, a negative share stays negative."""
    return max(0, minimum - worth) if minimum else 0


def _agreed(terms: Agreement, month: str) -> int:
    """What falls due apart from shares, in cash; positive is owed to the partner."""
    return sum(
        one.micro_dollars if one.payer == "operator" else -one.micro_dollars
        for one in terms.deal.payments
        if one.month == month and one.form == "cash"
    )


async def _unrecouped(db: AsyncConnection, terms: Agreement, month: str) -> int:
    """The rest of the advances after the month's share, including those due in the month."""
    if not terms.moves_money:
        return 0
    before = await sum_of(db, m.advance_account(terms.partner), m.MICRO_DOLLARS, month)
    return before + sum(
        one.micro_dollars for one in terms.deal.payments if one.month == month and one.recouped
    )
