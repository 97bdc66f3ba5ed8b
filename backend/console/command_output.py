"""Shared code of the console's commands: options, confirmation, and printing of results."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, TypeVar

import click
import msgspec

from backend.console.roles import Operator
from backend.console.service import Console

Result = TypeVar("Result")

OWNER: Final = Operator(None, "owner")
"""The command line acts as an owner, since it has the database and its key."""
AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
SURE: Final = click.option("--yes", is_flag=True, help="Do not ask once more.")


class RunConsole(Protocol):
    """Opens the console for one piece of work, and closes it."""

    def __call__(self, work: Callable[[Console], Awaitable[Result]]) -> Result:
        """Its result."""
        ...


def confirm_once(question: str, sure: bool) -> None:
    """Ask for confirmation, unless `--yes` was given; No ends the command."""
    if not sure:
        click.confirm(question, abort=True)


def say(as_json: bool, value: Any, lines: list[str]) -> None:
    """One JSON value, or lines for a person at a terminal."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
        return
    for line in lines:
        click.echo(line)
