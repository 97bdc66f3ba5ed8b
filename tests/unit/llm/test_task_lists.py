"""One list of tasks, in the prompts' headers, for the Mini App and the bot.

Exercises backend/llm/prompts/templates.py and backend/web/pages/render.py.
"""

from typing import Any

import msgspec
import pytest
from litestar import Request

from backend import __version__
from backend.bot.handlers import command_list
from backend.bot.handlers.inline import offered_tasks
from backend.i18n import languages, translator
from backend.llm.prompts import all_tasks
from backend.web.assets import WEBAPP, Assets
from backend.web.pages.render import Pages, all_texts, boot_data, boot_json, starters


def fake_request(language: str) -> Request[Any, Any, Any]:
    """A request for the page in that language."""
    scope = {"type": "http", "path": "/app", "query_string": f"lang={language}".encode()}
    return Request(scope | {"headers": [], "state": {"nonce": "n"}})  # type: ignore[arg-type]


def test_the_empty_chat_has_the_same_starters_everywhere() -> None:
    """The shell that the server renders, and the data from which the client draws it again."""
    offered = [task.name for task in all_tasks() if task.starter_icon]
    assert offered == [starter.name for starter in starters()]
    assert len(offered) > 1
    t = translator("en")
    for data in (boot_data(t, __version__), all_texts(t, __version__)):
        assert data["starters"] == starters()
    page = Pages(Assets()).render(
        "app.html.j2", fake_request("en"), boot_json="{}", starters=starters(), questions=()
    )
    places = [str(page.content).index(f'class="start {name}"') for name in offered]
    assert places == sorted(places)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_first_page_names_what_a_small_model_answers(language: str) -> None:
    """The page says what the model is, and has its questions as buttons, in English whatever the
    page's language; the client takes them over from the boot data."""
    t = translator(language)
    asked = ("What is <gravity>?",)
    request = fake_request(language)
    boot = boot_json(t, __version__, (), asked)
    assert msgspec.json.decode(boot)["questions"] == list(asked)
    page = Pages(Assets()).render(
        "app.html.j2", request, boot_json=boot, starters=starters(), questions=asked
    )
    assert '<div class="questions" lang="en" dir="ltr">' in page.content
    assert "What is &lt;gravity&gt;?</button>" in page.content
    assert t("app.welcome.small") in page.content
    assert "questions" not in msgspec.json.decode(boot_json(t, __version__))


def test_starters_are_worded_and_drawn() -> None:
    """Each has both texts in every language, and an icon of the first screen's."""
    icons = (WEBAPP / "src/app/ui/icons.tsx").read_text("utf-8").partition("IconName")[0]
    for starter in starters():
        assert f"\n  {starter.icon}:" in icons, f"icons.tsx draws no {starter.icon} at first"
        for t in map(translator, languages()):
            assert t.find(f"app.start.{starter.name}.title")
            assert t.find(f"app.start.{starter.name}.word")


def test_the_bot_offers_the_same_tasks() -> None:
    """Every task with a command is in Telegram's list; inline mode offers what its header says."""
    t = translator("en")
    listed = {command.command for command in command_list(t)}
    assert {task.command for task in all_tasks() if task.command} <= listed
    offered = [name for name, _ in offered_tasks(t)]
    assert sorted(offered) == sorted(task.name for task in all_tasks() if task.inline)
    assert offered[-1] == "translate"  # what has a choice comes last
