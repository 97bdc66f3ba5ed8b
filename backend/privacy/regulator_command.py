"""`tanya regulator-bundle FILE`: figures and declarations of a period, without messages."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from backend.data_dir import prepare
from backend.db import Database, KeyRing, Vault
from backend.features import Features
from backend.llm import ModelRoom
from backend.privacy.access_log import AccessLog
from backend.privacy.regulator_bundle import BundlePeriod, make_bundle
from backend.settings import Settings

DAY = click.DateTime(formats=["%Y-%m-%d"])


def regulator_bundle(clock: Callable[[], datetime]) -> click.Command:
    """The command; `clock` gives the time that is written into it."""

    @click.command("regulator-bundle")
    @click.option("--since", type=DAY, required=True, help="The first day, in UTC.")
    @click.option("--until", type=DAY, required=True, help="The day after the last one.")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.make_pass_decorator(Settings)
    def command(settings: Settings, since: datetime, until: datetime, file: Path) -> None:
        """Write the record of processing, agreements and figures of a period to a new ZIP FILE.

        It holds sums over all people only: no messages, names or ids.
        """
        if since >= until:
            raise click.ClickException("--until must be after --since")
        if file.exists():
            raise click.ClickException(f"{file} is there already")
        period = BundlePeriod(since.replace(tzinfo=UTC), until.replace(tzinfo=UTC))
        file.write_bytes(asyncio.run(_make(prepare(settings), period, clock)))
        click.echo(f"{file} holds what is kept, why and for whom, and the period's figures.")

    return command


async def _make(settings: Settings, period: BundlePeriod, clock: Callable[[], datetime]) -> bytes:
    providers = ModelRoom(settings, clock, Features(settings)).catalog.providers
    log = AccessLog(Vault(KeyRing.from_settings(settings)), clock)
    database = Database.open(settings.database)
    try:
        async with database.unit_of_work() as db:
            made = await make_bundle(db, period, providers, clock())
            await log.record_for_everybody(db, "regulator_bundle")
        return made
    finally:
        await database.close()
