"""Balanced movements of money. Pure: no database.

Amounts are whole numbers: Stars, billionths of a Star (affiliates' commissions have them) and
micro-dollars. An entry's sign is seen from the account: what it gains is positive. A person's
account is zero unless we owe them Stars (negative) or they owe us (positive).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from msgspec import Struct

from backend.errors import MovementUnbalanced

STARS = "XTR"
NANOSTARS = "XTR/1e9"
MICRO_DOLLARS = "USD/1e6"
NANO = 1_000_000_000

# The price that Fragment pays for a Star: $0.013 (Telegram's bot developer terms, §6.2).
MICRO_DOLLARS_PER_STAR = 13_000

TELEGRAM = "telegram"  # Stars that Telegram holds for us
WITHDRAWN = "operator:withdrawn"
OTHER = "operator:other"
EXCHANGE = "operator:exchange"
PAID_OUT = "operator:paid_out"  # payments to and from partners


class Entry(Struct, frozen=True):
    """One signed row of a movement."""

    account: str
    currency: str
    amount: int


class Conversion(Struct, frozen=True):
    """Stars turned into micro-dollars, with the rate it was done at."""

    stars: int
    micro_dollars_per_star: int

    @property
    def micro_dollars(self) -> int:
        """The value of the Stars."""
        return self.stars * self.micro_dollars_per_star


class Movement(Struct, frozen=True):
    """Entries that sum to zero in each currency. (`kind`, `reference`) happens once."""

    kind: str
    reference: str
    occurred_at: datetime
    entries: tuple[Entry, ...]
    conversion: Conversion | None = None


def totals(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """The sum for each account and currency."""
    sums: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = (entry.account, entry.currency)
        sums[key] = sums.get(key, 0) + entry.amount
    return sums


def check(movement: Movement) -> None:
    """Refuse what the database would refuse.

    Raises:
        MovementUnbalanced: a currency does not sum to zero, or there are fewer than two entries.
    """
    sums: dict[str, int] = {}
    for entry in movement.entries:
        sums[entry.currency] = sums.get(entry.currency, 0) + entry.amount
    if (
        len(movement.entries) < 2
        or any(sums.values())
        or not all(entry.amount for entry in movement.entries)
    ):
        raise MovementUnbalanced(kind=movement.kind)


def sales(kind: str) -> str:
    """The account of what was sold, by the kind of plan."""
    return f"operator:sales:{kind}"


def kind_sold(account: str) -> str:
    """The kind of plan that an account of `sales`, `returns` or `commissions` is for."""
    return account.rpartition(":")[2]


def returns(kind: str) -> str:
    """The account of what was sold and given back."""
    return f"operator:returns:{kind}"


def commissions(kind: str) -> str:
    """The account of what affiliates got of the sales."""
    return f"operator:commission:{kind}"


def costs(provider: str) -> str:
    """The account of what a provider's answers cost the operator."""
    return f"operator:costs:{provider}"


def provider_account(provider: str) -> str:
    """The account of what is owed to a provider."""
    return f"provider:{provider}"


def partner_account(partner: str) -> str:
    """The account of what is owed to a partner."""
    return f"partner:{partner}"


def advance_account(partner: str) -> str:
    """The account of what was advanced to a partner and is not recouped yet."""
    return f"partner:{partner}:advance"


def equity_account(partner: str) -> str:
    """The account of equity that is owed to a partner, or by them."""
    return f"partner:{partner}:equity"


def fees(partner: str) -> str:
    """The account of what was agreed on with a partner apart from shares."""
    return f"operator:fees:{partner}"


def shares(partner: str) -> str:
    """The account of what the operator gave up to a partner."""
    return f"operator:share:{partner}"


def payment(person: str, stars: int, charge_id: str, at: datetime) -> Movement:
    """Telegram holds a person's Stars for us: we owe them what they paid for."""
    return Movement("payment", charge_id, at, _pair(person, TELEGRAM, STARS, stars))


def sale(person: str, kind: str, stars: int, charge_id: str, at: datetime) -> Movement:
    """The paid-for plan was granted: nothing is owed any more."""
    return Movement("sale", charge_id, at, _pair(sales(kind), person, STARS, stars))


def reversal(reason: str, person: str, stars: int, charge_id: str, at: datetime) -> Movement:
    """A payment's Stars go back, by a refund or a chargeback (`reason`)."""
    return Movement(reason, charge_id, at, _pair(TELEGRAM, person, STARS, stars))


def returned(person: str, kind: str, stars: int, charge_id: str, at: datetime) -> Movement:
    """What was given for the payment is taken back."""
    return Movement("return", charge_id, at, _pair(person, returns(kind), STARS, stars))


def commission(kind: str, stars: int, nanostars: int, charge_id: str, at: datetime) -> Movement:
    """An affiliate's part of a sale; Telegram took it before we saw it."""
    return Movement("commission", charge_id, at, _parts(TELEGRAM, kind, stars, nanostars))


def commission_back(
    kind: str, stars: int, nanostars: int, charge_id: str, at: datetime
) -> Movement:
    """The affiliate's part comes back with the refund of its sale."""
    entries = _parts(TELEGRAM, kind, -stars, -nanostars)
    return Movement("commission_back", charge_id, at, entries)


def transfer(reference: str, stars: int, nanostars: int, account: str, at: datetime) -> Movement:
    """Stars that came (positive) or went for reasons outside the plans, against `account`."""
    whole = _pair(account, TELEGRAM, STARS, stars) if stars else ()
    part = _pair(account, TELEGRAM, NANOSTARS, nanostars) if nanostars else ()
    return Movement("transfer", reference, at, (*whole, *part))


def cost(provider: str, day: date, micro_dollars: int, part: int = 1) -> Movement:
    """What a provider's answers of one day cost; what is settled late makes another `part`."""
    at = datetime.combine(day, time(23, 59, 59), UTC)
    entries = _pair(provider_account(provider), costs(provider), MICRO_DOLLARS, micro_dollars)
    return Movement("cost", f"{provider}:{day.isoformat()}:{part}", at, entries)


def share(
    partner: str,
    month: str,
    at: datetime,
    *,
    stars: int,
    exchanged: Conversion,
    top_up: int,
    recouped: int,
) -> Movement | None:
    """A month's share: `stars` as they are, more as dollars, and what is missing to a minimum.

    None when there is nothing to book. A negative share is taken back from what is owed.
    `recouped` micro-dollars of it are kept back against an advance.
    """
    own, theirs = shares(partner), partner_account(partner)
    entries: tuple[Entry, ...] = ()
    if stars:
        entries += _pair(theirs, own, STARS, stars)
    if exchanged.stars:
        entries += _pair(EXCHANGE, own, STARS, exchanged.stars)
        entries += _pair(theirs, EXCHANGE, MICRO_DOLLARS, exchanged.micro_dollars)
    if top_up:
        entries += _pair(theirs, own, MICRO_DOLLARS, top_up)
    if recouped:
        entries += _pair(advance_account(partner), theirs, MICRO_DOLLARS, recouped)
    if not entries:
        return None
    conversion = exchanged if exchanged.stars else None
    return Movement("share", f"{partner}:{month}", at, entries, conversion)


def agreed_payment(
    reference: str,
    partner: str,
    at: datetime,
    *,
    micro_dollars: int,
    by_partner: bool,
    in_equity: bool,
    recouped: bool,
) -> Movement:
    """A payment apart from shares falls due. It is owed from then on, until a payout."""
    theirs = equity_account(partner) if in_equity else partner_account(partner)
    other = advance_account(partner) if recouped else fees(partner)
    giver, taker = (other, theirs) if by_partner else (theirs, other)
    return Movement("agreed", reference, at, _pair(giver, taker, MICRO_DOLLARS, micro_dollars))


def payout(reference: str, partner: str, currency: str, amount: int, at: datetime) -> Movement:
    """What is owed was paid to a partner or, when negative, by them."""
    entries = _pair(PAID_OUT, partner_account(partner), currency, amount)
    return Movement("payout", reference, at, entries)


def _pair(giver: str, taker: str, currency: str, amount: int) -> tuple[Entry, Entry]:
    return Entry(taker, currency, amount), Entry(giver, currency, -amount)


def _parts(giver: str, kind: str, stars: int, nanostars: int) -> tuple[Entry, ...]:
    whole = _pair(giver, commissions(kind), STARS, stars) if stars else ()
    part = _pair(giver, commissions(kind), NANOSTARS, nanostars) if nanostars else ()
    return (*whole, *part)
