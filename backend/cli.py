"""The `tanya` command: start it, look after it, ask it what is wrong.

A failure is one line that says what to do, never a traceback.
"""

import os
import sys
from datetime import UTC, datetime
from typing import Any

import click

from backend.errors import SettingsInvalid, TanyaError
from backend.i18n import translator
from backend.logs import set_up_logs
from backend.settings import Settings

pass_settings = click.make_pass_decorator(Settings)


# The books' commands need the bot, whose library takes seconds to import: only when asked for.
MONEY = ("close-month", "ledger-check", "mismatches", "reconcile", "refund", "statement")


class Tanya(click.Group):
    """Shows our own errors as one line, and loads the books' commands when they are needed."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All commands by name."""
        return sorted([*super().list_commands(context), *MONEY])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """One command."""
        if name in MONEY:
            for command in _money_commands():
                self.add_command(command)
        return super().get_command(context, name)

    def invoke(self, context: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(context)
        except TanyaError as error:
            fail(one_line(error))
        except KeyboardInterrupt:
            return None  # Ctrl-C is how one ends it; there is nothing to say


def _money_commands() -> list[click.Command]:
    from backend.billing.commands import commands
    from backend.bot.stars import open_stars

    return commands(open_stars, _now)


def _now() -> datetime:
    """The time to book by: in local mode the emulator's, which may have travelled."""
    settings = click.get_current_context().find_object(Settings)
    if settings is None or not settings.local:
        return datetime.now(UTC)
    from backend.emulator import build_emulator

    return build_emulator(settings).clock()


def one_line(error: TanyaError) -> str:
    """What is wrong, in English, on one line."""
    if isinstance(error, SettingsInvalid):
        return f"{error.details['name']} {error.details['reason']}."
    t = translator("en")
    values = {name: value for name, value in error.details.items() if value is not None}
    texts = (t(f"error.{error.code}.{part}", **values) for part in ("title", "detail"))
    return ". ".join(text.rstrip(".") for text in texts) + "."


def fail(line: str) -> None:
    """Say what is wrong on one line and end."""
    click.echo(f"tanya: {line}", err=True)
    sys.exit(1)


@click.group(cls=Tanya)
@click.version_option(package_name="tanya", message="Tanya %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Tanya, an AI assistant that lives inside Telegram.

    Settings come from the environment: see docs/settings.md or `tanya settings`.
    """
    context.obj = Settings.from_environment(os.environ)
    set_up_logs(context.obj)


@main.command()
@click.option("--no-browser", is_flag=True, help="Do not open the page in a browser.")
@pass_settings
def dev(settings: Settings, no_browser: bool) -> None:
    """Start everything on this machine, with Telegram played in the browser."""
    from backend.server import run_dev

    if not settings.local:
        raise SettingsInvalid(name="TANYA_MODE", reason="must be local for `tanya dev`")
    run_dev(settings, open_browser=not no_browser)


@main.command()
@pass_settings
def serve(settings: Settings) -> None:
    """Start the web server."""
    from backend.server import run_server

    run_server(settings)


@main.command()
@pass_settings
def worker(settings: Settings) -> None:
    """Run the periodic jobs: deliveries, reconciliation, notices, clean-up."""
    from backend.server import run_worker

    run_worker(settings)


@main.command()
@pass_settings
def migrate(settings: Settings) -> None:
    """Bring the database to this version's tables."""
    from backend.data_dir import prepare
    from backend.db.migrate import upgrade

    settings = prepare(settings)
    revision = upgrade(settings.database)
    click.echo(f"The database is at {revision}.")


@main.command()
@pass_settings
def doctor(settings: Settings) -> None:
    """Check every setting and reach what can be reached."""
    from backend.doctor import examine

    sys.exit(0 if examine(settings, click.echo) else 1)


@main.command()
def key() -> None:
    """Make a value for MASTER_KEY."""
    from backend.db import new_master_key

    click.echo(new_master_key())


@main.command("settings")
def settings_table() -> None:
    """Show the table of all settings."""
    from backend.settings import markdown_table

    click.echo(markdown_table())


@main.command()
@pass_settings
def openapi(settings: Settings) -> None:
    """Print the API's OpenAPI document as JSON."""
    from backend.app import openapi_json

    click.echo(openapi_json(settings))


@main.group()
def model() -> None:
    """The local model."""


@model.command()
@pass_settings
def fetch(settings: Settings) -> None:
    """Fetch the small local model once, and check it."""
    from backend.data_dir import prepare
    from backend.llm.model_file import fetch_model

    settings = prepare(settings)
    if settings.local_model_enabled and not settings.local_model_path:
        click.echo(f"The local model is at {fetch_model(settings.data_dir)}.")


@main.group()
def telegram() -> None:
    """The bot at Telegram."""


@telegram.command("setup")
@pass_settings
def telegram_setup(settings: Settings) -> None:
    """Register webhook, commands and menu button; say what remains for BotFather."""
    from backend.bot.setup import run_setup

    run_setup(settings, click.echo)
