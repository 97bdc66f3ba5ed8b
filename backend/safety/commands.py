"""`tanya appeals` and `tanya reports`: appeals against refusals, and reported answers."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeAlias
from uuid import UUID

import click
import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.data_dir import prepare
from backend.db import Database, KeyRing, Vault
from backend.errors import InvalidField, RefusalNotFound
from backend.safety.appeals import Appeal, Decision, decide_appeal, open_appeals
from backend.safety.feedback import close_report, open_reports
from backend.settings import Settings

Looked: TypeAlias = Literal["appeal_read", "report_read"]
REASON = click.option("--reason", default="", help="Why; the person can read it.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class RecordLook(Protocol):
    """Notes in the access log that an operator opens a person's data (privacy's room)."""

    def __call__(
        self, db: AsyncConnection, user_id: int, action: Looked, reason: str, /
    ) -> Awaitable[None]:
        """Add an entry, in the transaction that reads."""
        ...


def commands(clock: Callable[[], datetime], record: RecordLook) -> list[click.Command]:
    """The commands of this room; each notes in the access log whose data it opened."""
    return [_appeals(clock, record), _reports(clock, record)]


def _appeals(clock: Callable[[], datetime], record: RecordLook) -> click.Command:
    @click.command("appeals")
    @click.option("--uphold", type=click.UUID, help="Decide that it was rightly refused.")
    @click.option("--overturn", type=click.UUID, help="Decide that it was not.")
    @REASON
    @AS_JSON
    def appeals(uphold: UUID | None, overturn: UUID | None, reason: str, as_json: bool) -> None:
        """List appeals against refusals, with the question that was sent along."""
        decided: list[tuple[UUID, Decision]] = []
        if uphold:
            decided.append((uphold, "upheld"))
        if overturn:
            decided.append((overturn, "overturned"))

        async def work(database: Database, vault: Vault) -> None:
            async with database.unit_of_work() as db:
                for refusal_id, decision in decided:
                    if not await decide_appeal(db, refusal_id, decision, clock()):
                        raise RefusalNotFound
                found = await open_appeals(db, vault)
                for user_id in {one.user_id for one in found}:
                    await record(db, user_id, "appeal_read", reason)
            if as_json:
                _print_json(found)
                return
            for one in found:
                _print(one)
            if not found:
                click.echo("Nobody waits for a decision.")

        _run(work)

    return appeals


def _reports(clock: Callable[[], datetime], record: RecordLook) -> click.Command:
    @click.command("reports")
    @click.option("--close", type=click.UUID, help="Mark one as dealt with.")
    @REASON
    @AS_JSON
    def reports(close: UUID | None, reason: str, as_json: bool) -> None:
        """List reported answers: the reason, and what people chose to send along."""

        async def work(database: Database, vault: Vault) -> None:
            async with database.unit_of_work() as db:
                if close and not await close_report(db, close, clock()):
                    raise InvalidField(field="close")
                found = await open_reports(db, vault)
                for user_id in {one.user_id for one in found}:
                    await record(db, user_id, "report_read", reason)
            if as_json:
                _print_json(found)
                return
            for one in found:
                click.echo(
                    f"{one.reported_at:%Y-%m-%d %H:%M}  {one.user_id}  {one.id}  "
                    f"{one.reason}, {one.model_id or 'unknown model'}"
                )
                for label, said in (
                    ("says:  ", one.content.words),
                    ("answer:", one.content.answer),
                ):
                    if said:
                        click.echo(f"  {label} {_one_line(said)}")
            if not found:
                click.echo("No reports wait.")

        _run(work)

    return reports


def _print(one: Appeal) -> None:
    click.echo(
        f"{one.appealed_at:%Y-%m-%d %H:%M}  {one.user_id}  {one.id}  "
        f"{one.side}, {one.category} by {one.judge}"
    )
    click.echo(f"  asked: {_one_line(one.question) or '(deleted)'}")
    if one.words:
        click.echo(f"  says:  {_one_line(one.words)}")


def _print_json(found: Sequence[object]) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


def _one_line(text: str) -> str:
    """A person's text, which may hold anything, as one line that a terminal shows unchanged."""
    words = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def _run(work: Callable[[Database, Vault], Awaitable[None]]) -> None:
    """Run something with the database from the settings, then close it."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Settings) if context is not None else None
    settings = prepare(found or Settings.from_environment(os.environ))

    async def opened() -> None:
        database = Database.open(settings.database)
        try:
            await work(database, Vault(KeyRing.from_settings(settings)))
        finally:
            await database.close()

    asyncio.run(opened())
