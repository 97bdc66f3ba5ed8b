"""The bot's commands: found by their files, and read as people write them."""

from pathlib import Path

import pytest

import backend.bot.handlers
from backend.bot.handlers import command_list, handler_modules, routers
from backend.bot.handlers.tasks import TaskWanted, read_task
from backend.features import Features
from backend.i18n import languages, translator
from backend.settings import Settings

DROPPED_IN = '''
"""/dropped: says nothing."""

from aiogram import Router

COMMANDS = ((1, "dropped"),)


def make_router():
    return Router(name="dropped")
'''


def test_a_dropped_in_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new command is one new file: it is asked for updates, and is in Telegram's list, described
    by its text's key until the text is written."""
    (tmp_path / "dropped.py").write_text(DROPPED_IN)
    before = len(command_list(translator("en")))
    path = [*backend.bot.handlers.__path__, str(tmp_path)]
    monkeypatch.setattr(backend.bot.handlers, "__path__", path)
    assert "backend.bot.handlers.dropped" in [module.__name__ for module in handler_modules()]
    assert "dropped" in [router.name for router in routers(Features(Settings()))]
    assert routers(Features(Settings()))[-1].name == "ask"
    listed = command_list(translator("en"))
    assert len(listed) == before + 1
    assert ("dropped", "bot.command.dropped") in [(one.command, one.description) for one in listed]


@pytest.mark.parametrize("language", languages())
def test_every_command_is_described(language: str) -> None:
    """Telegram takes descriptions of 1 to 256 characters, and none of ours is a bare key."""
    for command in command_list(translator(language)):
        assert 1 <= len(command.description) <= 256
        assert not command.description.startswith("bot.")


@pytest.mark.parametrize(
    ("language", "said", "text", "target"),
    [
        ("en", "French: Good morning: how are you?", "Good morning: how are you?", "French"),
        ("en", "fr: Good morning!", "Good morning!", "French"),
        ("ru", "французский: Доброе утро!", "Доброе утро!", "French"),
        ("ru", "It is late: go home", "It is late: go home", "Russian"),
        ("en", "it is late", "it is late", "English"),
        ("en", "Spanish", "", "Spanish"),
        ("ar", "", "", "Arabic"),
    ],
)
def test_a_translation_names_its_language(language: str, said: str, text: str, target: str) -> None:
    """Before a colon or alone; anything else is the text, into the person's own language."""
    wanted = read_task("translate", said, translator(language))
    assert wanted == TaskWanted("translate", text, {"target": target})


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("style", ["shorter", "friendlier", "formal"])
def test_a_rewrite_names_its_style(language: str, style: str) -> None:
    """In the person's language or in English; without one it is made shorter."""
    t = translator(language)
    for word in (style, t(f"bot.rewrite.{style}").capitalize() + ":"):
        wanted = read_task("rewrite", f"{word} Send it!", t)
        assert wanted == TaskWanted(f"rewrite_{style}", "Send it!")
    assert read_task("rewrite", "Send it!", t) == TaskWanted("rewrite_shorter", "Send it!")
