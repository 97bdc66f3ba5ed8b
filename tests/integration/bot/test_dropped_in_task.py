"""A prompt added as one file is available in the chat and in the Mini App."""

import shutil
from pathlib import Path

import pytest

from backend.llm.prompts import templates
from backend.settings import Settings
from tests.fixtures.chat import chatting
from tests.integration.bot.test_tasks import questions

DROPPED_IN = """\
---
version: 1
task: 5
---
Correct the spelling of the text below, in its own language.

{{ text }}
"""
PLAIN_OPTION = "---\nversion: 1\ncolour: red\n---\nPaint it.\n"


@pytest.fixture
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the prompts' folder, which the server reads instead."""
    folder = tmp_path / "prompts"
    shutil.copytree(templates.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(templates, "FOLDER", folder)
    return folder


async def test_a_dropped_in_task_is_offered(prompts: Path, settings: Settings) -> None:
    """It is listed in the Mini App with a name and in the bot's menu; its command sends the
    template, and without text explains itself."""
    (prompts / "fix_spelling.j2").write_text(DROPPED_IN)
    async with chatting(settings) as chat:
        status, texts = await chat.app.stranger.call("GET", "/texts/en")
        assert status == 200
        assert texts["tasks"][1] == {"name": "fix_spelling", "inSheet": True, "options": []}
        assert texts["messages"]["app.task.fix_spelling"] == "Fix spelling"

        await chat.start()
        bot = chat.phone.emulator.hub.world.bot
        listed = [one for commands in bot.commands.values() for one in commands]
        assert {"command": "fix_spelling", "description": "Fix spelling"} in listed

        await chat.ask("/fix_spelling")
        assert "reply to a message with /fix_spelling" in chat.said()[-1]
        await chat.ask("/fix_spelling Helo!")
        assert questions(chat.app)[-1] == DROPPED_IN.split("---\n")[2].strip().replace(
            "{{ text }}", "Helo!"
        )


def test_a_header_that_is_wrong_is_refused(prompts: Path) -> None:
    """A misspelt key, which would otherwise be ignored silently, is refused with the file's
    name."""
    (prompts / "painting.j2").write_text(PLAIN_OPTION)
    with pytest.raises(ValueError, match=r"painting\.j2 .*version"):
        templates.load_template("painting")
