"""The operator's commands about the books: statements, closing, reconciliation, checks.

`commands()` gives them to the command line, which brings access to Telegram.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation

import click

from backend import i18n
from backend.billing.command_line import (
    AS_JSON,
    OpenStars,
    RecordAccess,
    make_billing,
    run,
    say,
    settings_now,
)
from backend.billing.promo_commands import promo_command
from backend.billing.support_commands import support_commands
from backend.db import Database
from backend.errors import InvalidField
from backend.ledger import (
    agreements,
    audit,
    charge_lines,
    closing,
    ledger,
    movements,
    printing,
    settlement,
)


class _DecimalParam(click.ParamType[Decimal]):
    """A decimal amount, exact to the last digit."""

    name = "decimal"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            self.fail("is not an amount", param, ctx)


DECIMAL = _DecimalParam()


def commands(
    open_stars: OpenStars, clock: Callable[[], datetime], record_access: RecordAccess
) -> list[click.Command]:
    """All of this room's commands. `open_stars` opens the bot's implementation of `Stars`."""
    own = [statement, ledger_check, _close(clock), _payout(clock), _reconcile(open_stars, clock)]
    own.append(promo_command(clock))
    return own + support_commands(open_stars, clock, record_access)


def _close(clock: Callable[[], datetime]) -> click.Command:
    @click.command("close-month")
    @click.argument("month")
    @AS_JSON
    def close(month: str, as_json: bool) -> None:
        """Close the books through MONTH (YYYY-MM) and keep the statements. Cannot be undone."""
        _check_month(month)

        async def work(database: Database) -> None:
            async with database.unit_of_work() as db:
                made = await closing.close_months(db, agreements.read(), month, clock())
            lines = [
                f"{one.month}: {one.terms.name}: {one.share_stars} Stars of share, "
                f"statement {one.number} ({one.terms.state})."
                for one in made
            ]
            closed = {"closedThrough": month, "statements": [one.number for one in made]}
            say(as_json, closed, [*lines, f"Closed through {month}."])

        run(work)

    return close


def _reconcile(open_stars: OpenStars, clock: Callable[[], datetime]) -> click.Command:
    @click.command("reconcile")
    def reconciled() -> None:
        """Compare the books with Telegram's list of transactions and book what was missed."""

        async def work(database: Database) -> None:
            async with open_stars(settings_now()) as stars:
                done = await make_billing(database, stars, clock).reconcile()
            click.echo(
                f"Read {done.read}, booked {done.booked}, reversed {done.reversed}, "
                f"transfers {done.transfers}; balance {'agrees' if done.balanced else 'DIFFERS'}."
            )

        run(work)

    return reconciled


def _payout(clock: Callable[[], datetime]) -> click.Command:
    @click.command("payout")
    @click.option("--partner", required=True, help="The partner's id in agreements.toml.")
    @click.option("--dollars", type=DECIMAL, help="What was paid; negative: by the partner.")
    @click.option("--stars", type=int, help="Instead of dollars.")
    @click.option("--reference", required=True, help="The bank's or Fragment's own; once only.")
    @AS_JSON
    def payout(
        partner: str, dollars: Decimal | None, stars: int | None, reference: str, as_json: bool
    ) -> None:
        """Book what was paid to a partner, so that statements know what is still owed."""
        agreements.of_partner(agreements.read(), partner)
        currency, amount = _paid(dollars, stars)
        moved = movements.payout(f"{partner}:{reference}", partner, currency, amount, clock())

        async def work(database: Database) -> None:
            async with database.unit_of_work() as db:
                if await ledger.has(db, moved.kind, moved.reference):
                    raise InvalidField(field="reference")
                await ledger.post(db, [moved], clock())
            booked = {"partner": partner, "currency": currency, "amount": amount}
            say(as_json, booked, ["Booked."])

        run(work)

    return payout


@click.command("statement")
@click.option("--partner", required=True, help="The partner's id in agreements.toml.")
@click.option("--month", required=True, help="YYYY-MM.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "html", "json", "charges"]),
    default="table",
    help="`charges`: every sale and refund behind it, as CSV.",
)
@click.option("--language", default="en", help="Language of the table and the page.")
def statement(partner: str, month: str, form: str, language: str) -> None:
    """Print a partner's statement: as closed, or as the month stands now."""
    _check_month(month)

    async def work(database: Database) -> None:
        found = agreements.read()
        agreements.with_partner(found, partner, month)
        async with database.snapshot() as db:
            one = await settlement.statement(db, agreements.of_partner(found, partner), month)
            lines = await charge_lines(db, month) if form == "charges" else []
        t = i18n.translator(language)
        if form == "charges":
            click.echo(printing.charges_csv(one, lines), nl=False)
            return
        if form == "json":
            say(as_json=True, found=printing.rows(one), lines=())
        elif form == "csv":
            click.echo(printing.as_csv(one), nl=False)
        else:
            click.echo((printing.as_page if form == "html" else printing.as_table)(one, t))

    run(work)


@click.command("ledger-check")
def ledger_check() -> None:
    """Replay the ledger and compute every closed statement again; say whether all agrees."""

    async def work(database: Database) -> bool:
        async with database.snapshot() as db:
            balanced = await ledger.replay(db) == await ledger.stored_balances(db)
            wrong = await closing.disagreeing(db)
            faults = await audit.faults(db)
        click.echo(f"Balances {'agree' if balanced else 'DIFFER'} with the entries.")
        for partner, month in wrong:
            click.echo(f"The statement of {partner} for {month} DIFFERS from the ledger.")
        for fault in faults:
            click.echo(f"DIFFERS: {fault}.")
        return balanced and not wrong and not faults

    if not run(work):
        raise SystemExit(1)


def _paid(dollars: Decimal | None, stars: int | None) -> tuple[str, int]:
    """The currency and its smallest units."""
    if (dollars is None) == (stars is None):
        raise InvalidField(field="dollars")
    amount = stars if dollars is None else dollars * 1_000_000
    if not amount or int(amount) != amount:
        raise InvalidField(field="dollars")
    return (movements.STARS if dollars is None else movements.MICRO_DOLLARS), int(amount)


def _check_month(month: str) -> None:
    if not agreements.is_month(month):
        raise InvalidField(field="month")
