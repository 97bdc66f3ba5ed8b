"""Agreements with partners, read from `agreements.toml`."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import msgspec
from msgspec import Struct

from backend.billing.movements import MICRO_DOLLARS_PER_STAR
from backend.errors import AgreementsInvalid, PartnerNotFound

FILE = Path(__file__).parent / "agreements.toml"
SOLD = frozenset({"subscription", "gift", "pack"})
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Agreement(Struct, frozen=True):
    """The terms with one partner. A statement keeps a copy of them.

    `share_basis_points`: hundredths of a percent of net revenue. The rate is what a Star is
    taken to be worth.
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
    micro_dollars_per_star: int = MICRO_DOLLARS_PER_STAR

    def holds_in(self, month: str) -> bool:
        """Whether the month (YYYY-MM) lies in the term."""
        return self.first_month <= month and (self.last_month is None or month <= self.last_month)


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file, as written."""

    partner: str
    name: str
    provider: str
    sells: tuple[str, ...]
    from_: str = msgspec.field(name="from")
    until: str | None = None
    share_percent: float = 0
    minimum_dollars: float = 0
    hold_days: int = 21
    stars_percent: int = 0


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    agreement: tuple[_Row, ...] = ()


def read(path: Path = FILE) -> tuple[Agreement, ...]:
    """The agreements in the file.

    Raises:
        AgreementsInvalid: the file is not TOML, or a value in it is not possible.
    """
    try:
        rows = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).agreement
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise AgreementsInvalid(name=path.name, reason=str(error)) from None
    found = tuple(_agreement(row) for row in rows)
    if len({one.partner for one in found}) != len(found):
        raise AgreementsInvalid(name=path.name, reason="a partner appears twice")
    return found


def with_partner(found: tuple[Agreement, ...], partner: str, month: str) -> Agreement:
    """The agreement with a partner that holds in a month.

    Raises:
        PartnerNotFound: there is none.
    """
    for one in found:
        if one.partner == partner and one.holds_in(month):
            return one
    raise PartnerNotFound(partner=partner, month=month)


def is_month(text: str) -> bool:
    """Whether the text is a month, YYYY-MM."""
    return _MONTH.fullmatch(text) is not None


def _agreement(row: _Row) -> Agreement:
    def require(holds: bool, reason: str) -> None:
        if not holds:
            raise AgreementsInvalid(name=f"agreement with {row.partner!r}", reason=reason)

    points, minimum = _scaled(row.share_percent, 100), _scaled(row.minimum_dollars, 1_000_000)
    require(re.fullmatch(r"[a-z0-9_-]{1,40}", row.partner) is not None, "partner is not an id")
    require(is_month(row.from_), "from is not a month (YYYY-MM)")
    require(row.until is None or is_month(row.until), "until is not a month (YYYY-MM)")
    require(points is not None and 0 <= points <= 10_000,
            "share_percent is not between 0 and 100 in steps of 0.01")  # fmt: skip
    require(minimum is not None and minimum >= 0, "minimum_dollars is not an amount")
    require(bool(row.sells) and set(row.sells) <= SOLD, f"sells is not of {sorted(SOLD)}")
    require(0 <= row.stars_percent <= 100, "stars_percent is not between 0 and 100")
    require(0 <= row.hold_days <= 366, "hold_days is not between 0 and 366")
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
    )


def _scaled(value: float, factor: int) -> int | None:
    """The value in whole parts of `factor`, None when it has a remainder."""
    scaled = Decimal(str(value)) * factor
    return int(scaled) if scaled == scaled.to_integral_value() else None
