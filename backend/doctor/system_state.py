"""`tanya system`: which version runs, in which processes, and when its jobs last did."""

import asyncio
from datetime import datetime

import click
import msgspec

from backend import __version__
from backend.data_dir import prepare
from backend.db import Database, schema_revision
from backend.generation import ProcessSeen, seen_processes
from backend.settings import Settings
from backend.tasks import last_runs


class SystemState(msgspec.Struct, frozen=True):
    """`revision` is the database's, None before the first; `jobs` says when each last ran to its
    end, in whichever process."""

    version: str
    revision: str | None
    processes: list[ProcessSeen]
    jobs: dict[str, datetime]


async def system_state(settings: Settings) -> SystemState:
    """What the database tells of all processes."""
    database = Database.open(settings.database, pool_size=1)
    try:
        async with database.snapshot() as db:
            return SystemState(
                version=__version__,
                revision=await schema_revision(db),
                processes=await seen_processes(db),
                jobs=await last_runs(db),
            )
    finally:
        await database.close()


@click.command("system")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.make_pass_decorator(Settings)
def system(settings: Settings, as_json: bool) -> None:
    """Show the version, the web processes and when each job last ran."""
    found = asyncio.run(system_state(prepare(settings)))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    click.echo(f"Tanya {found.version}, database at {found.revision or 'no revision yet'}")
    for one in found.processes:
        click.echo(f"web process {one.pid} on {one.host}, seen {one.seen_at:%Y-%m-%d %H:%M:%S}")
    for name, ran_at in found.jobs.items():
        click.echo(f"job {name}: {ran_at:%Y-%m-%d %H:%M:%S}")
