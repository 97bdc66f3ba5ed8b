"""Shared code of the operator's commands about money: database, Telegram, use cases."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, TypeVar

import click
import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.ports import Stars
from backend.billing.service import Billing
from backend.data_dir import prepare
from backend.db import Database, KeyRing, Vault
from backend.settings import Settings

OpenStars: TypeAlias = Callable[[Settings], AbstractAsyncContextManager[Stars]]
Result = TypeVar("Result")
Looked: TypeAlias = Literal["payments_read", "refund", "request_read", "mismatch_read"]

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
SURE = click.option("--yes", is_flag=True, help="Do not ask once more.")
REASON = click.option("--reason", default="", help="Why; the person can read it.")


class RecordAccess(Protocol):
    """Notes in the access log that an operator opens a person's data (privacy's room)."""

    def __call__(
        self, db: AsyncConnection, user_id: int, action: Looked, reason: str, /
    ) -> Awaitable[None]:
        """Add an entry, in the transaction that reads."""
        ...


def make_billing(database: Database, stars: Stars, clock: Callable[[], datetime]) -> Billing:
    """The use cases, with the master key from the settings."""
    vault = Vault(KeyRing.from_settings(prepare(settings_now())))
    return Billing(database, vault, stars, clock)


def run(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run something with the database from the settings, then close it."""

    async def opened() -> Result:
        database = Database.open(settings_now().database)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(opened())


def say(
    as_json: bool, found: Sequence[object] | Mapping[str, object], lines: Iterable[str]
) -> None:
    """Print the results as one JSON value, or line by line."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    for line in lines:
        click.echo(line)


def settings_now() -> Settings:
    """The settings that the command was started with."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Settings) if context is not None else None
    return found or Settings.from_environment(os.environ)
