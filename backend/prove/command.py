"""`tanya prove`."""

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from backend.data_dir import prepare
from backend.errors import InvalidField
from backend.prove.report import Proof, write_report
from backend.prove.run import prove
from backend.settings import Settings


def prove_command(clock: Callable[[], datetime]) -> click.Command:
    """The command; `clock` is the installation's."""

    @click.command("prove")
    @click.option("--person", type=int, help="Your Telegram id; the first of ADMIN_IDS by itself.")
    @click.option("--wait", type=click.FloatRange(1, 3600), default=180, show_default=True,
                  help="Seconds for each thing you do.")  # fmt: skip
    @click.option("--report", type=click.Path(dir_okay=False, path_type=Path),
                  help="Where the report goes; in the data directory by itself.")  # fmt: skip
    @click.option("--yes", is_flag=True, help="Do not ask before real Stars are spent.")
    @click.pass_context
    def prove_it(
        context: click.Context, person: int | None, wait: float, report: Path | None, yes: bool
    ) -> None:
        """Play one whole run against Telegram and a provider, and say what it proves.

        The server runs with the same settings. You send /start, open the app and pay one
        subscription, which is given back; one question goes to the provider. Best with
        TELEGRAM_TEST_ENV, whose Stars cost nothing.
        """
        settings = prepare(context.ensure_object(Settings))
        chosen = person or next(iter(settings.admin_ids), None)
        if chosen is None:
            raise InvalidField(field="person")
        if not (yes or settings.local or settings.telegram_test_env or settings.telegram_api_url):
            click.confirm("This is Telegram itself: you pay real Stars, which come back. Go on?",
                          abort=True)  # fmt: skip
        proof = asyncio.run(prove(settings, chosen, click.echo, clock, wait=wait))
        path = report or settings.data_dir / "proofs" / f"{clock():%Y%m%dT%H%M%S}.json"
        write_report(proof, path)
        click.echo(_summary(proof, path))
        if not proof.well:
            sys.exit(1)

    return prove_it


def _summary(proof: Proof, path: Path) -> str:
    counts = {state: sum(one.state == state for one in proof.lines)
              for state in ("proven", "played", "failed", "skipped")}  # fmt: skip
    told = ", ".join(f"{number} {state}" for state, number in counts.items() if number)
    return f"{told}. The report is {path}."
