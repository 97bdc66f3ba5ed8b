"""The operator's commands about money: statements, closing, refunds, reconciliation, checks.

`commands()` gives them to the command line, which supplies Telegram's side.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeAlias, TypeVar

import click

from backend import i18n
from backend.billing import agreements, ledger, mismatches, printing, statements
from backend.billing.ports import Stars
from backend.billing.service import Billing
from backend.db import Database
from backend.errors import InvalidField
from backend.settings import Settings

OpenStars: TypeAlias = Callable[[Settings], AbstractAsyncContextManager[Stars]]
Result = TypeVar("Result")


def commands(open_stars: OpenStars, clock: Callable[[], datetime]) -> list[click.Command]:
    """All of this room's commands. `open_stars` opens the bot's implementation of `Stars`."""

    @click.command("close-month")
    @click.argument("month")
    def close(month: str) -> None:
        """Close the books through MONTH (YYYY-MM) and keep the statements. Cannot be undone."""
        _check_month(month)

        async def work(database: Database) -> None:
            async with database.unit_of_work() as db:
                made = await statements.close(db, agreements.read(), month, clock())
            for one in made:
                click.echo(f"{one.month}: {one.terms.name}: {one.share_stars} Stars of share.")
            click.echo(f"Closed through {month}.")

        _run(work)

    @click.command("refund")
    @click.argument("user_id", type=int)
    @click.argument("charge_id")
    def refund(user_id: int, charge_id: str) -> None:
        """Give a payment back: stop its renewal, refund it, close what it opened."""

        async def work(database: Database) -> None:
            async with open_stars(_settings()) as stars:
                await Billing(database, stars, clock).refund(user_id, charge_id)
            click.echo("Refunded.")

        _run(work)

    @click.command("reconcile")
    def reconciled() -> None:
        """Compare the books with Telegram's list of transactions and book what was missed."""

        async def work(database: Database) -> None:
            async with open_stars(_settings()) as stars:
                done = await Billing(database, stars, clock).reconcile()
            click.echo(
                f"Read {done.read}, booked {done.booked}, reversed {done.reversed}, "
                f"transfers {done.transfers}; balance {'agrees' if done.balanced else 'DIFFERS'}."
            )

        _run(work)

    return [statement, close, ledger_check, mismatch_list, refund, reconciled]


@click.command("statement")
@click.option("--partner", required=True, help="The partner's id in agreements.toml.")
@click.option("--month", required=True, help="YYYY-MM.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "html"]), default="table")
@click.option("--language", default="en", help="Language of the table and the page.")
def statement(partner: str, month: str, form: str, language: str) -> None:
    """Print a partner's statement: as closed, or as the month stands now."""
    _check_month(month)

    async def work(database: Database) -> None:
        agreement = agreements.with_partner(agreements.read(), partner, month)
        async with database.snapshot() as db:
            one = await statements.statement(db, agreement, month)
        t = i18n.translator(language)
        if form == "csv":
            click.echo(printing.as_csv(one), nl=False)
        else:
            click.echo((printing.as_page if form == "html" else printing.as_table)(one, t))

    _run(work)


@click.command("ledger-check")
def ledger_check() -> None:
    """Replay the ledger and compute every closed statement again; say whether all agrees."""

    async def work(database: Database) -> bool:
        async with database.snapshot() as db:
            balanced = await ledger.replay(db) == await ledger.stored_balances(db)
            wrong = await statements.disagreeing(db)
        click.echo(f"Balances {'agree' if balanced else 'DIFFER'} with the entries.")
        for partner, month in wrong:
            click.echo(f"The statement of {partner} for {month} DIFFERS from the ledger.")
        return balanced and not wrong

    if not _run(work):
        raise SystemExit(1)


@click.command("mismatches")
def mismatch_list() -> None:
    """List what did not match and waits for a decision."""

    async def work(database: Database) -> None:
        async with database.snapshot() as db:
            found = await mismatches.unresolved(db)
        for one in found:
            click.echo(f"{one.found_at:%Y-%m-%d}  {one.code:<20} {one.stars:>8} ★  {one.reference}")
        if not found:
            click.echo("Everything matches.")

    _run(work)


def _run(work: Callable[[Database], Awaitable[Result]]) -> Result:
    async def opened() -> Result:
        database = Database.open(_settings().database)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(opened())


def _settings() -> Settings:
    context = click.get_current_context(silent=True)
    found = context.find_object(Settings) if context is not None else None
    return found or Settings.from_environment(os.environ)


def _check_month(month: str) -> None:
    if not agreements.is_month(month):
        raise InvalidField(field="month")
