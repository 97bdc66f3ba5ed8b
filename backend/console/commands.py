"""The console at the command line: `tanya person`, `give`, `take`, `ban`, `limit`, `answer`,
`figures`, `switch`, `broadcast`.

Each has `--json`; those that take something away ask for confirmation. `console_commands` gets the
function that opens the console, since the bot's library is slow to load.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final, TypeAlias, TypeVar
from uuid import UUID, uuid4

import click

from backend.console.broadcast_commands import broadcast_group
from backend.console.command_output import AS_JSON, OWNER, SURE, confirm_once, say
from backend.console.figures import Figures
from backend.console.person_card import PersonCard
from backend.console.service import Console
from backend.console.switchboard import MAINTENANCE
from backend.errors import InvalidField
from backend.settings import Settings

Result = TypeVar("Result")
Clock: TypeAlias = Callable[[], datetime]
OpenConsole: TypeAlias = Callable[[Settings, Clock], AbstractAsyncContextManager[Console]]

PERSON: Final = click.argument("person")
REASON: Final = click.option("--reason", default="", help="Why; the person can read it.")
BACK: Final = click.option("--lift", is_flag=True, help="Take it back.")


class ConsoleCommands:
    """The commands, over a console that is opened for each call."""

    def __init__(self, open_console: OpenConsole, clock: Clock) -> None:
        self._open = open_console
        self._clock = clock

    def all(self) -> list[click.Command]:
        """One of each."""
        made = [self._person, self._give, self._take, self._ban, self._limit]
        made += [self._answer, self._figures, self._switch]
        return [*(make() for make in made), broadcast_group(self._run)]

    def _run(self, work: Callable[[Console], Awaitable[Result]]) -> Result:
        context = click.get_current_context()

        async def opened() -> Result:
            async with self._open(context.ensure_object(Settings), self._clock) as console:
                return await work(console)

        return asyncio.run(opened())

    def _found(self, words: str) -> int:
        """The id of the PERSON that was named."""
        return self._run(lambda console: console.find_person(OWNER, words))

    def _person(self) -> click.Command:
        @click.command("person")
        @PERSON
        @REASON
        @AS_JSON
        def person(person: str, reason: str, as_json: bool) -> None:
            """Show the plan, use and payments of PERSON, never their messages.

            PERSON, here and elsewhere, is a Telegram id, an @name or a link to a profile.
            """
            found = self._found(person)
            card = self._run(lambda console: console.person(OWNER, found, reason))
            say(as_json, card, _card_lines(card))

        return person

    def _give(self) -> click.Command:
        @click.command("give")
        @PERSON
        @click.option("--plan", help="A plan's id, with --days.")
        @click.option("--days", type=int, default=30, show_default=True)
        @click.option("--credits", type=int, help="Messages, instead of a plan.")
        @REASON
        @AS_JSON
        def give(
            person: str,
            plan: str | None,
            days: int,
            credits: int | None,
            reason: str,
            as_json: bool,
        ) -> None:
            """Give PERSON time on a plan, or messages, without a payment."""
            if (plan is None) == (credits is None):
                raise InvalidField(field="plan or credits")
            found = self._found(person)

            async def work(console: Console) -> PersonCard:
                if plan is not None:
                    await console.give_plan(OWNER, found, plan, days, uuid4(), reason)
                elif credits is not None:
                    await console.give_credits(OWNER, found, credits, uuid4(), reason)
                return await console.person(OWNER, found, reason)

            card = self._run(work)
            say(as_json, card, _card_lines(card))

        return give

    def _take(self) -> click.Command:
        @click.command("take")
        @PERSON
        @click.option("--plan", help="The plan's id.")
        @click.option("--credits", is_flag=True, help="What is left of given messages.")
        @REASON
        @SURE
        @AS_JSON
        def take(
            person: str, plan: str | None, credits: bool, reason: str, yes: bool, as_json: bool
        ) -> None:
            """Take back what was given to PERSON; payments are refunded instead."""
            if (plan is None) != credits:
                raise InvalidField(field="plan or credits")
            found = self._found(person)
            confirm_once(f"Take back what {found} was given?", yes)
            taken = self._run(lambda console: console.revoke_grants(OWNER, found, plan, reason))
            say(as_json, {"userId": found, "taken": taken}, [f"Taken back: {taken}."])

        return take

    def _ban(self) -> click.Command:
        @click.command("ban")
        @PERSON
        @click.option("--days", type=int, default=0, show_default=True, help="0 is for good.")
        @BACK
        @REASON
        @SURE
        @AS_JSON
        def ban(person: str, days: int, lift: bool, reason: str, yes: bool, as_json: bool) -> None:
            """Take no questions from PERSON and sell them nothing. Their data stays accessible to
            them."""
            found = self._found(person)
            if not lift:
                confirm_once(f"Ban {found}?", yes)
            self._run(lambda console: console.ban(OWNER, found, None if lift else days, reason))
            told = {"userId": found, "banned": not lift}
            say(as_json, told, ["Lifted." if lift else "Banned."])

        return ban

    def _limit(self) -> click.Command:
        @click.command("limit")
        @PERSON
        @click.option("--messages", type=int, help="The most messages a day.")
        @BACK
        @REASON
        @AS_JSON
        def limit(
            person: str, messages: int | None, lift: bool, reason: str, as_json: bool
        ) -> None:
            """Limit how many questions PERSON may ask a day."""
            if (messages is None) != lift:
                raise InvalidField(field="messages")
            found = self._found(person)
            self._run(lambda console: console.limit(OWNER, found, messages, reason))
            told = {"userId": found, "dailyLimit": messages}
            say(as_json, told, ["Lifted." if lift else "Limited."])

        return limit

    def _answer(self) -> click.Command:
        @click.command("answer")
        @click.argument("request", type=click.UUID)
        @click.argument("text")
        @AS_JSON
        def answer(request: UUID, text: str, as_json: bool) -> None:
            """Answer a REQUEST of /paysupport (`tanya requests`) in the person's chat."""
            self._run(lambda console: console.answer(OWNER, request, text))
            say(as_json, {"answered": request}, ["Sent to the person."])

        return answer

    def _figures(self) -> click.Command:
        @click.command("figures")
        @click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True)
        @AS_JSON
        def figures(days: int, as_json: bool) -> None:
            """Show people, answers, costs and Stars by day, model and plan."""
            found = self._run(lambda console: console.figures(OWNER, days))
            say(as_json, found, _figure_lines(found))

        return figures

    def _switch(self) -> click.Command:
        @click.command("switch")
        @click.argument("name", required=False)
        @click.argument("state", required=False, type=click.Choice(["on", "off"]))
        @AS_JSON
        def switch(name: str | None, state: str | None, as_json: bool) -> None:
            """Switch `maintenance`, a model (`model:ID off`) or a feature (`feature:NAME off`).
            Without arguments, show what is switched.

            Every process follows within seconds; running answers continue.
            """
            if (name is None) != (state is None):
                raise InvalidField(field="state")

            async def work(console: Console) -> list[str]:
                if name is not None:
                    on = state == ("on" if name == MAINTENANCE else "off")
                    await console.switch(OWNER, name, on=on)
                return await console.switched(OWNER)

            found = self._run(work)
            say(as_json, {"switched": found}, found or ["Nothing is switched."])

        return switch


def _card_lines(card: PersonCard) -> list[str]:
    until = f" until {card.until:%Y-%m-%d}" if card.until else ""
    source = f" ({card.plan_source})" if card.plan_source else ""
    lines = [
        f"{card.user_id}  {card.language}  since {card.known_since:%Y-%m-%d}, "
        f"seen {card.seen_at:%Y-%m-%d}",
        f"plan      {card.plan_id}{source}{until}",
        f"today     {card.used} of {card.limit} messages, {card.credits} credits",
    ]
    if card.username_since:
        lines.insert(1, f"name      as found, since {card.username_since:%Y-%m-%d}")
    if card.banned_until:
        lines.append(f"banned    until {card.banned_until:%Y-%m-%d %H:%M}")
    if card.waiting_requests:
        lines.append(f"waiting   {card.waiting_requests} requests (tanya requests)")
    if card.waiting_cases:
        lines.append(
            f"waiting   {card.waiting_cases} objections and reports (tanya appeals, reports)"
        )
    for one in card.usage:
        dollars = one.cost_micro_dollars / 1_000_000
        lines.append(f"30 days   {one.model_id}: {one.answers} answers, ${dollars:.4f}")
    paid = [
        f"paid      {one.paid_at:%Y-%m-%d}  {one.stars} ★  {one.state}" for one in card.payments
    ]
    return lines + paid


def _figure_lines(found: Figures) -> list[str]:
    lines = ["day         people  new  answers  failed      cost       ★    margin"]
    for one in found.days:
        cost, margin = one.cost_micro_dollars / 1e6, one.margin_micro_dollars / 1e6
        lines.append(
            f"{one.day}  {one.people:>6}  {one.new_people:>3}  {one.answers:>7}  {one.failed:>6}"
            f"  ${cost:>8.2f}  {one.stars:>6}  ${margin:>7.2f}"
        )
    for model in found.models:
        dollars = model.cost_micro_dollars / 1e6
        lines.append(f"{model.model_id}: {model.answers} answers, ${dollars:.2f}")
    lines += [f"{one.plan_id} ({one.source}): {one.people} people" for one in found.plans]
    lines += [f"sold as {one.kind}: {one.stars} ★" for one in found.sales]
    way = found.funnel
    lines.append(
        f"came {way.came}, asked {way.asked}, came back {way.returned}, subscribed {way.paid}"
    )
    lines += [
        f"asked {one.after_days} or more days after they came: {one.stayed} of {one.came}"
        for one in found.retention
    ]
    return lines


def console_commands(open_console: OpenConsole, clock: Clock) -> list[click.Command]:
    """All commands of this file."""
    return ConsoleCommands(open_console, clock).all()
