"""The `tanya` command: starts, maintains and diagnoses.

A failure is one line that says what to do, never a traceback.
"""

import gc
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import structlog

from backend.backup import backup, restore
from backend.command_groups import GROUPS, now
from backend.errors import SettingsInvalid, TanyaError, word_error
from backend.i18n import translator
from backend.logs import set_up_logs
from backend.settings import Settings

log = structlog.get_logger("tanya.cli")

pass_settings = click.make_pass_decorator(Settings)


class Tanya(click.Group):
    """Shows our own errors in one line, and loads slow groups of commands only when they are
    called."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All commands by name."""
        late = [name for names, _ in GROUPS for name in names]
        return sorted([*super().list_commands(context), *late])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """One command."""
        for names, make in GROUPS:
            for command in make() if name in names else ():
                self.add_command(command)
        return super().get_command(context, name)

    def invoke(self, context: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(context)
        except TanyaError as error:
            fail(one_line(error))
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            return None  # Ctrl-C is the normal way to end it
        except Exception as error:
            log.debug("command_failed", exc_info=error)
            fail(f"{unexpected(error)}; LOG_LEVEL=debug shows where.")


def one_line(error: TanyaError) -> str:
    """An error in one line of English."""
    if isinstance(error, SettingsInvalid):
        return f"{error.details['name']} {error.details['reason']}."
    t = translator("en")
    return ". ".join(text.rstrip(".") for text in word_error(error, t)) + "."


def unexpected(error: Exception) -> str:
    """An unexpected error, without the values that a library quotes in it."""
    if isinstance(error, OSError):
        return f"the system says: {error.strerror or type(error).__name__}"
    if type(error).__module__.startswith("sqlalchemy."):
        return "the database refused a statement; run `tanya migrate`"
    return f"an error of the program ({type(error).__name__})"


def fail(line: str) -> None:
    """Print an error in one line and exit."""
    click.echo(f"tanya: {line}", err=True)
    sys.exit(1)


@click.group(cls=Tanya)
@click.version_option(package_name="tanya", message="Tanya %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Tanya, an AI assistant that lives inside Telegram.

    Settings come from the environment: see docs/settings.md or `tanya settings`.
    """
    gc.set_threshold(50_000)  # a start makes objects by the thousand, hardly one of them garbage
    # `key` makes what the settings would ask for; `doctor` says all that is wrong with them.
    if context.invoked_subcommand not in ("key", "doctor"):
        _read_settings(context)


def _read_settings(context: click.Context) -> None:
    context.obj = Settings.from_environment(os.environ)
    set_up_logs(context.obj)


@main.command()
@click.option("--no-browser", is_flag=True, help="Do not open the page in a browser.")
@pass_settings
def dev(settings: Settings, no_browser: bool) -> None:
    """Start everything on this machine, with an emulated Telegram in the browser."""
    from backend.local_mode import require_emulator

    if not settings.local:
        raise SettingsInvalid(name="TANYA_MODE", reason="must be local for `tanya dev`")
    require_emulator()  # before anything is created or migrated
    from backend.server import run_dev

    run_dev(settings, open_browser=not no_browser)


MIGRATE_FIRST = click.option(
    "--migrate",
    "migrates",
    is_flag=True,
    help="First do as `tanya migrate`; several processes may, one does it and the others wait.",
)


@main.command()
@MIGRATE_FIRST
@pass_settings
def serve(settings: Settings, migrates: bool) -> None:
    """Start the web server."""
    from backend.server import run_server

    if migrates:
        migrate_database(settings)
    run_server(settings)


@main.command()
@MIGRATE_FIRST
@pass_settings
def worker(settings: Settings, migrates: bool) -> None:
    """Run the periodic jobs: deliveries, reconciliation, notices, clean-up."""
    from backend.server import run_worker

    if migrates:
        migrate_database(settings)
    run_worker(settings)


@main.command()
@pass_settings
def migrate(settings: Settings) -> None:
    """Migrate the database to this version's schema."""
    migrate_database(settings)


def migrate_database(settings: Settings) -> None:
    """Migrate the database to this version's schema, and say where it is."""
    from backend.data_dir import prepare
    from backend.db import Database
    from backend.db.migrate import upgrade

    revision = upgrade(Database.open(prepare(settings).database))
    click.echo(f"The database is at {revision}.")


@main.command()
def doctor() -> None:
    """Check every setting and every service that can be reached."""
    from backend.doctor import examine

    sys.exit(0 if examine(os.environ, datetime.now(UTC), click.echo) else 1)


main.add_command(backup)
main.add_command(restore)


@main.group(invoke_without_command=True)
@click.pass_context
def key(context: click.Context) -> None:
    """Generate a value for MASTER_KEY; `rotate` replaces the one in use."""
    from backend.db import new_master_key

    if context.invoked_subcommand is None:
        click.echo(new_master_key())
    else:
        _read_settings(context)


@key.command()
@pass_settings
def rotate(settings: Settings) -> None:
    """Re-encrypt what is sealed under MASTER_KEY_PREVIOUS with MASTER_KEY (docs/operations.md)."""
    from backend.data_dir import prepare
    from backend.rotate import run_rotation

    run_rotation(prepare(settings), click.echo, now)


@main.command("settings")
def settings_table() -> None:
    """Show the table of all settings."""
    from backend.settings_table import markdown_table

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
    """Download the small local model once, and verify it."""
    from backend.data_dir import prepare
    from backend.llm.local import fetch_model

    settings = prepare(settings)
    if settings.local_model_enabled and not settings.local_model_path:
        click.echo(f"The local model is at {fetch_model(settings.data_dir)}.")


@main.group()
def erasure() -> None:
    """Certificates of erasure."""


@erasure.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_settings
def verify_erasure(settings: Settings, file: Path) -> None:
    """Verify the certificate in FILE, and say what it certifies."""
    from backend.privacy.erasure import print_certificate

    if not print_certificate(file.read_bytes(), settings.master_key, click.echo):
        sys.exit(1)


@main.group()
def telegram() -> None:
    """The bot's settings at Telegram."""


@telegram.command("setup")
@pass_settings
def telegram_setup(settings: Settings) -> None:
    """Register webhook, commands and menu button; list what remains to be done in BotFather."""
    from backend.bot.setup import run_setup
    from backend.data_dir import prepare

    run_setup(prepare(settings), click.echo)


if __name__ == "__main__":
    main()
