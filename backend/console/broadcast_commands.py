"""`tanya broadcast`: messages to many people from the command line, which acts as an owner."""

from uuid import UUID, uuid4

import click

from backend.console.broadcasts import Broadcast, Segment
from backend.console.command_output import (
    AS_JSON,
    OWNER,
    SURE,
    RunConsole,
    confirm_once,
    say,
)
from backend.errors import InvalidField
from backend.settings import Settings

ID = click.argument("broadcast", type=click.UUID)


def broadcast_group(run: RunConsole) -> click.Group:
    """All commands; `run` opens the console for one of them."""

    @click.group("broadcast")
    def broadcast() -> None:
        """Write to many people: a draft first, a look at it, then everybody once."""

    for make in (_write, _list, _preview, _begin, _stop):
        broadcast.add_command(make(run))
    return broadcast


def _write(run: RunConsole) -> click.Command:
    @click.command("write")
    @click.argument("text")
    @click.option("--plan", help="Only those on this plan, such as free or premium.")
    @click.option("--language", help="Only those who are spoken to in this language, such as ru.")
    @AS_JSON
    def write(text: str, plan: str | None, language: str | None, as_json: bool) -> None:
        """Keep TEXT as a draft, and say how many people it would go to."""
        segment = Segment(plan, language)
        made = run(lambda console: console.broadcasts.write(OWNER, uuid4(), text, segment))
        say(as_json, made, [_line(made)])

    return write


def _list(run: RunConsole) -> click.Command:
    @click.command("list")
    @AS_JSON
    def listed(as_json: bool) -> None:
        """Show what was written, with its reports, the newest first."""
        found = run(lambda console: console.broadcasts.listed(OWNER))
        say(as_json, {"items": found}, [_line(one) for one in found] or ["None was written."])

    return listed


def _preview(run: RunConsole) -> click.Command:
    @click.command("preview")
    @ID
    @click.option("--to", type=int, help="Whose chat; the first of ADMIN_IDS by itself.")
    @click.pass_context
    def preview(context: click.Context, broadcast: UUID, to: int | None) -> None:
        """Send it to one chat with the bot, as people would get it."""
        admins = context.ensure_object(Settings).admin_ids
        shown_to = to or next(iter(admins), None)
        if shown_to is None:
            raise InvalidField(field="to")
        run(lambda console: console.broadcasts.preview(OWNER, broadcast, shown_to))
        click.echo("Sent.")

    return preview


def _begin(run: RunConsole) -> click.Command:
    @click.command("begin")
    @ID
    @SURE
    @AS_JSON
    def begin(broadcast: UUID, yes: bool, as_json: bool) -> None:
        """Begin it, or go on where it was stopped: the worker tells people, each once."""
        found = run(lambda console: console.broadcasts.get(OWNER, broadcast))
        confirm_once(f"Send it to {found.people - found.begun} people?", yes)
        begun = run(lambda console: console.broadcasts.begin(OWNER, broadcast))
        say(as_json, begun, [_line(begun)])

    return begin


def _stop(run: RunConsole) -> click.Command:
    @click.command("stop")
    @ID
    @AS_JSON
    def stop(broadcast: UUID, as_json: bool) -> None:
        """Stop sending; `begin` resumes."""
        stopped = run(lambda console: console.broadcasts.stop(OWNER, broadcast))
        say(as_json, stopped, [_line(stopped)])

    return stop


def _line(one: Broadcast) -> str:
    segment = f"{one.plan_id or 'all plans'}, {one.language or 'all languages'}"
    report = f"{one.sent} sent, {one.closed} closed, {one.failed} failed, {one.unsure} unsure"
    words = " ".join(one.text.split())
    return f"{one.id}  {one.state:<8} {report} of {one.people} ({segment})  {words[:40]}"
