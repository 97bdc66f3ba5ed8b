"""Partners' statements in the console: read, sent to the operator's chat, closed, and paid out."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from backend.console.ports import SupportChat
from backend.console.roles import Operator
from backend.db import Database
from backend.errors import InvalidField, RoleForbids
from backend.i18n import Translator, translator
from backend.ledger import (
    agreements,
    charge_lines,
    closing,
    ledger,
    movements,
    printing,
    settlement,
    statements,
)
from backend.privacy import AccessLog


class StatementLine(Struct, frozen=True, rename="camel"):
    """A line of a statement: `key` is stable, `label` in the reader's language; amounts are decimal
    strings, empty for none."""

    key: str
    label: str
    stars: str
    dollars: str
    total: bool
    count: int | None


class StatementShown(Struct, frozen=True, rename="camel"):
    """A partner's month, closed or current; `state` is that of its agreement."""

    partner: str
    name: str
    month: str
    state: str
    number: int
    closed_at: datetime | None
    lines: list[StatementLine]


class MonthBooks(Struct, frozen=True, rename="camel"):
    """A month with every partner's statement. `closed_through` is the last closed month."""

    month: str
    closed_through: str
    statements: list[StatementShown]


class BookDesk:
    """For owners and the finance role; acts that move money are confirmed in the chat before they
    are called here."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        accesses: AccessLog,
        chat: SupportChat,
    ) -> None:
        self._database = database
        self._clock = clock
        self._accesses = accesses
        self._chat = chat

    async def month(self, operator: Operator, month: str, language: str = "en") -> MonthBooks:
        """All statements of a month, worded in `language`. Raises InvalidField, RoleForbids."""
        operator.require("books")
        async with self._database.unit_of_work() as db:
            found = [await settlement.statement(db, rows, month) for rows in _partners(month)]
            closed = await ledger.closed_through(db)
            await self._accesses.record_operating(db, "statements_read", operator.user_id)
        t = translator(language)
        return MonthBooks(month, closed, [_shown(one, t) for one in found])

    async def send(self, operator: Operator, partner: str, month: str) -> None:
        """Send a statement, and every charge behind it, to the operator's own chat as CSV.

        Raises:
            PartnerNotFound, InvalidField, RoleForbids.
            ChatClosed: the bot cannot write to them.
        """
        operator.require("books")
        _check(month)
        if operator.user_id is None:  # the command line prints it instead
            raise RoleForbids(role=operator.role)
        found = agreements.read()
        agreements.with_partner(found, partner, month)
        async with self._database.unit_of_work() as db:
            one = await settlement.statement(db, agreements.of_partner(found, partner), month)
            lines = await charge_lines(db, month)
            await self._accesses.record_operating(db, "statements_exported", operator.user_id)
        files = {"statement": printing.as_csv(one), "charges": printing.charges_csv(one, lines)}
        for name, content in files.items():
            file = f"{partner}-{month}-{name}.csv"
            await self._chat.document(operator.user_id, file, content.encode())

    async def close(self, operator: Operator, month: str) -> None:
        """Close the books through a month, permanently. Raises PeriodNotOver, PeriodClosed,
        InvalidField, RoleForbids."""
        operator.require("books")
        _check(month)
        async with self._database.unit_of_work() as db:
            await closing.close_months(db, agreements.read(), month, self._clock())
            await self._accesses.record_operating(db, "month_closed", operator.user_id)

    async def pay_out(
        self, operator: Operator, partner: str, currency: str, amount: int, reference: str
    ) -> None:
        """Book a payout to a partner: `amount` in Stars or micro-dollars, once per reference.

        Raises:
            PartnerNotFound, InvalidField, RoleForbids.
        """
        operator.require("books")
        agreements.of_partner(agreements.read(), partner)
        if currency not in (movements.STARS, movements.MICRO_DOLLARS) or not amount:
            raise InvalidField(field="amount")
        now = self._clock()
        moved = movements.payout(f"{partner}:{reference}", partner, currency, amount, now)
        async with self._database.unit_of_work() as db:
            if await ledger.has(db, moved.kind, moved.reference):
                raise InvalidField(field="reference")
            await ledger.post(db, [moved], now)
            await self._accesses.record_operating(db, "payout_booked", operator.user_id)


def _partners(month: str) -> list[tuple[agreements.Agreement, ...]]:
    """Each partner's agreements, of those that have any in the month."""
    _check(month)
    found = agreements.read()
    ids = dict.fromkeys(one.partner for one in found)
    rows = [agreements.of_partner(found, partner) for partner in ids]
    return [one for one in rows if agreements.settling_terms(one, month) is not None]


def _shown(one: statements.Statement, t: Translator) -> StatementShown:
    lines = [
        StatementLine(
            key=row.key,
            label=t(f"billing.statement.{row.key}"),
            stars=printing.star_text(row.nanostars),
            dollars=printing.dollar_text(row.micro_dollars),
            total=row.total,
            count=row.count,
        )
        for row in printing.rows(one)
    ]
    terms = one.terms
    closed = one.closed_at
    return StatementShown(
        terms.partner, terms.name, one.month, terms.state, one.number, closed, lines
    )


def _check(month: str) -> None:
    if not agreements.is_month(month):
        raise InvalidField(field="month")
