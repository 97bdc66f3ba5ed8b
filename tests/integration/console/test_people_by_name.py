"""Operators name people as these name themselves: by id, @name or link, in the app and at the
command line; names come from launches of the Mini App and from messages to the bot.

Exercises backend/web/api/console_people.py, backend/console/commands.py,
backend/billing/support_commands.py, backend/bot/chats/chats.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from backend.billing.commands import commands as money_commands
from backend.bot.ports.stars import open_stars
from backend.console.commands import console_commands
from backend.errors import InvalidField, TanyaError, UsernameNotKnown
from backend.privacy.operator_access import record_with
from backend.settings import Settings
from backend.wiring.operator_console import open_console
from telegram_emulator.actions import PressStart, SavePerson
from telegram_emulator.schemas import Person
from tests.fixtures.app import ANN, EVE, Running, running
from tests.fixtures.chat import BotChat

OWNER, READER = 700000011, 700000012
FOUND = "/api/console/people/found"


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """A server with an owner and a reader, and Ann in her chat with the bot."""
    async with running(settings, admin_ids=(OWNER,), reader_ids=(READER,)) as app:
        chat = BotChat(app, ANN)
        await chat.act(SavePerson(Person(ANN, "Ann", username="Ann_Example", language_code="en")))
        await chat.act(PressStart(ANN))
        await chat.until(1)
        await chat.quiet()
        yield app


async def run(app: Running, *words: str) -> Result:
    """Run `tanya …`, as somebody at the server."""
    settings, clock = app.container.settings, app.container.clock
    made = console_commands(open_console, clock)
    made += money_commands(open_stars, clock, record_with(lambda: settings, clock))
    group = click.Group(commands={str(one.name): one for one in made})
    return await asyncio.to_thread(CliRunner().invoke, group, words, obj=settings)


async def shown(app: Running, *words: str) -> Any:
    """The command's JSON; log lines may surround it."""
    done = await run(app, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output[done.output.index("{\n") : done.output.rindex("}") + 1])


async def test_in_the_app(app: Running) -> None:
    """Whoever may look finds Ann by every form of her name, sees her id and since when it is known,
    and she sees that they looked; nobody else may ask."""
    reader = await app.sign_in(READER)
    for words in ("@ann_example", "ANN_EXAMPLE", "https://t.me/Ann_Example", str(ANN)):
        status, card = await reader.call("POST", FOUND, {"person": words})
        assert (status, card["userId"]) == (200, ANN)
        assert card["usernameSince"] is not None
        assert "ann_example" not in json.dumps(card).lower()
    ann = await app.sign_in(ANN)
    _, log = await ann.call("GET", "/api/access-log")
    assert [one["action"] for one in log["items"]] == ["person_read"] * 4
    eve = await app.sign_in(EVE)
    assert (await eve.call("POST", FOUND, {"person": "@ann_example"}))[0] == 403
    assert (await app.stranger.call("POST", FOUND, {"person": "@ann_example"}))[0] == 401


async def test_who_is_not_found_in_the_app(app: Running) -> None:
    """A name that nobody was seen with, an id that nobody has, and what is neither: each with its
    own error, the name in none of them."""
    owner = await app.sign_in(OWNER)
    for words, expected in (
        ("@nobody_here", (404, "username_not_known")),
        ("1", (404, "person_not_known")),
        ("@x", (400, "invalid_field")),
        ("https://example.com/ann_example", (400, "invalid_field")),
        ("", (400, "invalid_field")),
        ("x" * 257, (400, "invalid_field")),
        (7, (400, "invalid_field")),
    ):
        status, problem = await owner.call("POST", FOUND, {"person": words})
        assert (status, problem["code"]) == expected, words
        assert "nobody_here" not in json.dumps(problem)
    assert (await owner.call("POST", FOUND, {}))[0] == 400


async def test_a_launch_tells_the_name_too(app: Running) -> None:
    """Somebody who only opens the Mini App is found by the name that Telegram signed."""
    owner = await app.sign_in(OWNER)
    await app.sign_in(EVE)
    assert (await owner.call("POST", FOUND, {"person": "@zeb_wire_test"}))[1]["userId"] == EVE


async def test_a_changed_name_in_the_chat(app: Running) -> None:
    """Ann changes her name and writes again: the new one finds her, the old one nobody."""
    chat, owner = BotChat(app, ANN), await app.sign_in(OWNER)
    await chat.act(SavePerson(Person(ANN, "Ann", username="ann_renamed", language_code="en")))
    await chat.ask("/help")
    await chat.quiet()
    assert (await owner.call("POST", FOUND, {"person": "ann_renamed"}))[1]["userId"] == ANN
    status, problem = await owner.call("POST", FOUND, {"person": "ann_example"})
    assert (status, problem["code"]) == (404, "username_not_known")


async def test_at_the_command_line(app: Running) -> None:
    """Every command about a person takes the same forms, and its JSON says whose id it was."""
    name, link = "@Ann_Example", "t.me/ann_example"
    assert (await shown(app, "person", name))["userId"] == ANN
    assert (await shown(app, "give", link, "--credits", "5"))["userId"] == ANN
    assert await shown(app, "take", name, "--credits", "--yes") == {"userId": ANN, "taken": 1}
    limited = await shown(app, "limit", name, "--messages", "3")
    assert limited == {"userId": ANN, "dailyLimit": 3}
    assert await shown(app, "ban", link, "--yes") == {"userId": ANN, "banned": True}
    assert await shown(app, "ban", str(ANN), "--lift") == {"userId": ANN, "banned": False}
    assert "No payments." in (await run(app, "payments", name)).output


async def test_who_is_not_found_at_the_command_line(app: Running) -> None:
    """Nothing is done to anybody, and the error says which field or that the name is not known."""
    commands = (("person",), ("ban", "--yes"), ("take", "--credits", "--yes"), ("payments",))
    kinds: dict[str, type[TanyaError]] = {"@x": InvalidField, "@nobody_here": UsernameNotKnown}
    for name, *more in commands:
        for words, kind in kinds.items():
            assert isinstance((await run(app, name, words, *more)).exception, kind), (name, words)
