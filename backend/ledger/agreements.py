"""Agreements with partners, read from `agreements.toml`.

One row holds the terms of one partner for a stretch of months; later terms are another row. What
applies to the whole deal (agreed payments, a minimum for the term, the plan for its end) is a table
beside the rows, under the partner's id.
"""

import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from backend.errors import AgreementsInvalid, PartnerNotFound
from backend.ledger.movements import MICRO_DOLLARS_PER_STAR

FILE = Path(__file__).parent / "agreements.toml"
SOLD = frozenset({"subscription", "gift", "pack", "group"})
WHOLE: Final = 10_000
"""Everything, in hundredths of a percent."""
PAID_PER_STAR: Final = 20_000
"""About what people pay for a Star in the app stores, in micro-dollars: Telegram does not tell."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_PARTNER = re.compile(r"[a-z0-9_-]{1,40}")

State: TypeAlias = Literal["draft", "agreed_in_principle", "signed", "ended"]
Basis: TypeAlias = Literal["sales", "answers"]


class AgreedPayment(Struct, frozen=True):
    """A payment apart from the shares, due when `month` is closed.

    `payer` pays the other side. An advance by the operator that is `recouped` is kept back from
    later shares. Equity is kept apart from cash.
    """

    month: str
    payer: Literal["operator", "partner"]
    micro_dollars: int
    form: Literal["cash", "equity", "cash_and_equity"] = "cash"
    recouped: bool = False


class AfterEnd(Struct, frozen=True):
    """What happens when the agreement ends: to people's access, to the partner's models, and to
    what is still owed."""

    people: str
    models: str
    owed: str


class Deal(Struct, frozen=True):
    """What holds for all of a partner's rows.

    `term_minimum_micro_dollars`: what the shares of the whole term come to at least; what they
    lack is topped up in its last month.
    """

    payments: tuple[AgreedPayment, ...] = ()
    term_minimum_micro_dollars: int = 0
    after_end: AfterEnd | None = None


class Agreement(Struct, frozen=True, kw_only=True):
    """The terms with one partner for some months. A statement keeps a copy of them.

    `share_basis_points`: hundredths of a percent of net revenue; with the basis `answers`, of the
    part of it that the provider's share of all answers makes. `micro_dollars_per_star` is what
    Telegram pays out for a Star, `paid_micro_dollars_per_star` about what people paid for it.
    """

    partner: str
    name: str
    provider: str
    sells: tuple[str, ...]
    first_month: str
    last_month: str | None
    share_basis_points: int
    minimum_micro_dollars: int
    hold_days: int
    stars_percent: int
    state: State = "draft"
    basis: Basis = "sales"
    micro_dollars_per_star: int = MICRO_DOLLARS_PER_STAR
    paid_micro_dollars_per_star: int = PAID_PER_STAR
    deal: Deal = Deal()

    @property
    def moves_money(self) -> bool:
        """Whether shares are booked: what is signed, and what has to be settled after its end."""
        return self.state in ("signed", "ended")

    def holds_in(self, month: str) -> bool:
        """Whether the month (YYYY-MM) is within the term."""
        return self.first_month <= month and (self.last_month is None or month <= self.last_month)


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file, as written."""

    partner: str
    name: str
    provider: str
    sells: tuple[str, ...]
    state: State
    from_: str = msgspec.field(name="from")
    until: str | None = None
    basis: Basis = "sales"
    share_percent: float = 0
    minimum_dollars: float = 0
    hold_days: int = 21
    stars_percent: int = 0
    paid_dollars_per_star: float = 0.02


class _Payment(Struct, frozen=True, forbid_unknown_fields=True):
    month: str
    payer: Literal["operator", "partner"]
    dollars: float
    form: Literal["cash", "equity", "cash_and_equity"] = "cash"
    recouped: bool = False


class _Deal(Struct, frozen=True, forbid_unknown_fields=True):
    payment: tuple[_Payment, ...] = ()
    term_minimum_dollars: float = 0
    after_end: AfterEnd | None = None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    agreement: tuple[_Row, ...] = ()
    deal: dict[str, _Deal] = {}


def read(path: Path = FILE) -> tuple[Agreement, ...]:
    """The agreements in the file.

    Raises:
        AgreementsInvalid: the file is not TOML, or a value in it is not possible.
    """
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise AgreementsInvalid(name=path.name, reason=str(error)) from None
    if unknown := file.deal.keys() - {row.partner for row in file.agreement}:
        raise AgreementsInvalid(name=path.name, reason=f"no agreement with {sorted(unknown)}")
    deals = {partner: _deal(partner, one) for partner, one in file.deal.items()}
    found = tuple(_agreement(row, deals.get(row.partner, Deal())) for row in file.agreement)
    check_together(found)
    return found


def check_together(found: Sequence[Agreement]) -> None:
    """Refuse terms that contradict each other.

    Raises:
        AgreementsInvalid: two rows of a partner hold in one month, or all partners together get
            more than everything of some sale.
    """
    for month in {one.first_month for one in found}:
        holding = [one for one in found if one.holds_in(month) and one.state != "ended"]
        partners = [one.partner for one in found if one.holds_in(month)]
        if len(set(partners)) != len(partners):
            raise AgreementsInvalid(name=month, reason="a partner has two rows for one month")
        for kind in SOLD:
            if _given_away(holding, kind) > WHOLE:
                reason = f"more than 100 percent of every {kind} would be shared"
                raise AgreementsInvalid(name=month, reason=reason)


def _given_away(holding: Sequence[Agreement], kind: str) -> int:
    """The most of one sale that all partners get. One answer has one maker."""
    selling = [one for one in holding if kind in one.sells]
    of_sales = [one.share_basis_points for one in selling if one.basis == "sales"]
    of_answers = [one.share_basis_points for one in selling if one.basis == "answers"]
    return sum(of_sales) + max(of_answers, default=0)


def of_partner(found: Sequence[Agreement], partner: str) -> tuple[Agreement, ...]:
    """A partner's rows in order of time.

    Raises:
        PartnerNotFound: there are none.
    """
    rows = [one for one in found if one.partner == partner]
    if not rows:
        raise PartnerNotFound(partner=partner, month="")
    return tuple(sorted(rows, key=lambda one: one.first_month))


def terms_in(rows: Sequence[Agreement], month: str) -> Agreement | None:
    """The row that is valid in a month."""
    return next((one for one in rows if one.holds_in(month)), None)


def settling_terms(rows: Sequence[Agreement], month: str) -> Agreement | None:
    """The row that holds in a month or, after the end, the last one that held."""
    before = [one for one in rows if one.first_month <= month]
    return terms_in(rows, month) or max(before, key=lambda one: one.first_month, default=None)


def with_partner(found: Sequence[Agreement], partner: str, month: str) -> Agreement:
    """The terms with a partner that settle a month.

    Raises:
        PartnerNotFound: there are none, or not yet.
    """
    terms = settling_terms([one for one in found if one.partner == partner], month)
    if terms is None:
        raise PartnerNotFound(partner=partner, month=month)
    return terms


def is_month(text: str) -> bool:
    """Whether the text is a month, YYYY-MM."""
    return _MONTH.fullmatch(text) is not None


def _require(holds: bool, partner: str, reason: str) -> None:
    if not holds:
        raise AgreementsInvalid(name=f"agreement with {partner!r}", reason=reason)


def _agreement(row: _Row, deal: Deal) -> Agreement:
    points, minimum = _scaled(row.share_percent, 100), _scaled(row.minimum_dollars, 1_000_000)
    paid = _scaled(row.paid_dollars_per_star, 1_000_000)
    for holds, reason in (
        (_PARTNER.fullmatch(row.partner) is not None, "partner is not an id"),
        (is_month(row.from_), "from is not a month (YYYY-MM)"),
        (row.until is None or is_month(row.until), "until is not a month (YYYY-MM)"),
        (row.until is None or row.from_ <= row.until, "until is before from"),
        (points is not None and 0 <= points <= WHOLE,
         "share_percent is not between 0 and 100 in steps of 0.01"),
        (minimum is not None and minimum >= 0, "minimum_dollars is not an amount"),
        (paid is not None and paid >= 0, "paid_dollars_per_star is not an amount"),
        (bool(row.sells) and set(row.sells) <= SOLD, f"sells is not of {sorted(SOLD)}"),
        (0 <= row.stars_percent <= 100, "stars_percent is not between 0 and 100"),
        (0 <= row.hold_days <= 366, "hold_days is not between 0 and 366"),
        (row.state != "ended" or row.until is not None, "ended needs until"),
        (row.state not in ("signed", "ended") or deal.after_end is not None,
         "signed needs a plan for its end: [deal.<partner>.after_end]"),
        (row.stars_percent < 100 or not any(one.recouped for one in deal.payments),
         "an advance cannot be recouped from shares that are paid in Stars"),
    ):  # fmt: skip
        _require(holds, row.partner, reason)
    return Agreement(
        partner=row.partner,
        name=row.name,
        provider=row.provider,
        sells=row.sells,
        first_month=row.from_,
        last_month=row.until,
        share_basis_points=points or 0,
        minimum_micro_dollars=minimum or 0,
        hold_days=row.hold_days,
        stars_percent=row.stars_percent,
        state=row.state,
        basis=row.basis,
        paid_micro_dollars_per_star=paid or 0,
        deal=deal,
    )


def _deal(partner: str, written: _Deal) -> Deal:
    minimum = _scaled(written.term_minimum_dollars, 1_000_000)
    _require(minimum is not None and minimum >= 0, partner, "term_minimum_dollars is no amount")
    return Deal(
        payments=tuple(_payment(partner, one) for one in written.payment),
        term_minimum_micro_dollars=minimum or 0,
        after_end=written.after_end,
    )


def _payment(partner: str, written: _Payment) -> AgreedPayment:
    amount = _scaled(written.dollars, 1_000_000)
    _require(is_month(written.month), partner, "a payment's month is not a month (YYYY-MM)")
    _require(amount is not None and amount > 0, partner, "a payment's dollars are no amount")
    _require(not written.recouped or (written.payer == "operator" and written.form == "cash"),
             partner, "only cash that the operator pays can be recouped")  # fmt: skip
    return AgreedPayment(written.month, written.payer, amount or 0, written.form, written.recouped)


def _scaled(value: float, factor: int) -> int | None:
    """The value in whole parts of `factor`, None when it has a remainder."""
    scaled = Decimal(str(value)) * factor
    return int(scaled) if scaled == scaled.to_integral_value() else None
