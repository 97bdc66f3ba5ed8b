"""The console's commands, run on the database of a running server.

Exercises backend/console/commands.py, backend/console/broadcast_commands.py,
backend/console/command_output.py, backend/command_groups.py,
backend/wiring/operator_console.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from backend.console import MAINTENANCE
from backend.console.command_output import OWNER
from backend.console.commands import console_commands
from backend.errors import InvalidField
from backend.settings import Settings
from backend.wiring.operator_console import open_console
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, chatting


@pytest.fixture
async def chat(settings: Settings) -> AsyncIterator[BotChat]:
    """Ann's chat with a running server's bot."""
    async with chatting(settings) as chat:
        await chat.start()
        yield chat


async def run(chat: BotChat, *words: str, typed: str = "") -> Result:
    """Run `tanya …`."""
    container = chat.app.container
    made = console_commands(open_console, container.clock)
    group = click.Group(commands={str(one.name): one for one in made})
    return await asyncio.to_thread(
        CliRunner().invoke,
        group,
        words,
        input=typed,
        obj=container.settings,
        catch_exceptions=False,
    )


async def shown(chat: BotChat, *words: str) -> Any:
    """The command's JSON; the server's own log lines may surround it."""
    output = (await run(chat, *words, "--json")).output
    return json.loads(output[output.index("{\n") : output.rindex("}") + 1])


async def test_granting_looking_up_and_revoking(chat: BotChat) -> None:
    """A card before and after, as text and as JSON; revoking asks for confirmation, and No changes
    nothing."""
    card = await shown(chat, "give", str(ANN), "--plan", "premium", "--days", "3")
    assert (card["planId"], card["planSource"]) == ("premium", "gift")
    await shown(chat, "give", str(ANN), "--credits", "5")
    lines = (await run(chat, "person", str(ANN))).output
    assert "premium (gift)" in lines
    assert "5 credits" in lines
    assert (await run(chat, "take", str(ANN), "--plan", "premium", typed="n\n")).exit_code == 1
    assert (await shown(chat, "person", str(ANN)))["planId"] == "premium"
    taken = await run(chat, "take", str(ANN), "--plan", "premium", "--yes")
    assert "Taken back: 1" in taken.output
    assert (await shown(chat, "person", str(ANN)))["planId"] == "free"


async def test_an_answer_to_support_comes_in_the_chat(chat: BotChat) -> None:
    """The person gets it as the operator's answer, not a model's."""
    await chat.ask("/paysupport It is gone!")
    (waiting,) = await chat.app.container.console.requests(OWNER)
    before = len(chat.sent())
    await run(chat, "answer", str(waiting.id), "It is *back*.")
    await chat.until(before + 1)
    assert "It is *back*." in chat.said()[-1]
    assert "operator" in chat.said()[-1]


async def test_a_ban_is_told_in_the_chat(chat: BotChat) -> None:
    """A banned person is told so and what they can do; after unbanning, questions are answered
    again."""
    await run(chat, "ban", str(ANN), "--yes")
    before = len(chat.sent())
    await chat.say("Hello?")
    await chat.until(before + 1)
    assert "/paysupport" in chat.said()[-1]
    await run(chat, "ban", str(ANN), "--lift")
    assert (await shown(chat, "person", str(ANN)))["bannedUntil"] is None


async def test_maintenance_and_models(chat: BotChat) -> None:
    """During maintenance new questions are refused with a message; a disabled model is not offered;
    both can be undone."""
    container = chat.app.container
    assert (await shown(chat, "switch", MAINTENANCE, "on")) == {"switched": [MAINTENANCE]}
    await container.switchboard.refresh()
    before = len(chat.sent())
    await chat.say("Hello?")
    await chat.until(before + 1)
    assert "working on the service" in chat.said()[-1]
    first = container.models.active[0].id
    await run(chat, "switch", f"model:{first}", "off")
    await run(chat, "switch", MAINTENANCE, "off")
    await container.switchboard.refresh()
    container.models.switch_off(container.switchboard.models_off)
    assert container.models.find(first) is None
    await run(chat, "switch", f"model:{first}", "on")
    assert (await shown(chat, "switch")) == {"switched": []}


async def test_figures_and_limits(chat: BotChat) -> None:
    """Figures have one line a day, and the same values as JSON."""
    assert "came 1, asked 0" in (await run(chat, "figures", "--days", "2")).output
    assert len((await shown(chat, "figures", "--days", "2"))["days"]) == 2
    await run(chat, "limit", str(ANN), "--messages", "1")
    assert (await shown(chat, "person", str(ANN)))["dailyLimit"] == 1
    await run(chat, "limit", str(ANN), "--lift")
    assert (await shown(chat, "person", str(ANN)))["dailyLimit"] is None


async def test_a_message_to_many(chat: BotChat) -> None:
    """Draft, preview, No changes nothing, Yes lets the worker send it; stopped, it stays
    stopped."""
    draft = await shown(chat, "broadcast", "write", "We are back.", "--language", "en")
    assert (draft["state"], draft["people"]) == ("draft", 1)
    refused = await asyncio.to_thread(_refused, chat, draft["id"])
    assert isinstance(refused, InvalidField)
    before = len(chat.sent())
    await run(chat, "broadcast", "preview", draft["id"], "--to", str(ANN))
    await chat.until(before + 1)
    assert chat.said()[-1] == "We are back."
    assert (await run(chat, "broadcast", "begin", draft["id"], typed="n\n")).exit_code == 1
    assert "draft" in (await run(chat, "broadcast", "list")).output
    begun = await shown(chat, "broadcast", "begin", draft["id"], "--yes")
    assert begun["state"] == "running"
    assert (await shown(chat, "broadcast", "stop", draft["id"]))["state"] == "stopped"
    await chat.app.container.console.broadcast_sender.work()
    assert len(chat.sent()) == before + 1
    await run(chat, "broadcast", "begin", draft["id"], "--yes")
    await chat.app.container.console.broadcast_sender.work()
    assert len(chat.sent()) == before + 2
    assert "1 sent" in (await run(chat, "broadcast", "list")).output


def _refused(chat: BotChat, broadcast: str) -> BaseException | None:
    """The exception that a preview without a chat to send it to raises."""
    container = chat.app.container
    made = console_commands(open_console, container.clock)
    group = click.Group(commands={str(one.name): one for one in made})
    words = ("broadcast", "preview", broadcast)
    return CliRunner().invoke(group, words, obj=container.settings).exception
