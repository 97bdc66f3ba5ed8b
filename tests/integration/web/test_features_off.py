"""Features that an operator switched off are absent, and the service is offered where they say.

Exercises backend/features.py, backend/web/feature_guard.py, backend/bot/dispatcher.py.
"""

from typing import Any

import pytest

from backend.bot.handlers import command_list, group_command_list, handler_modules
from backend.console import Operator
from backend.errors import InvalidField, NotOfferedHere
from backend.features import FEATURE_NAMES, FEATURES, Features, check_offered
from backend.i18n import translator
from backend.settings import Settings
from backend.uuid7 import uuid7
from backend.web import api
from tests.fixtures.app import Running, running
from tests.fixtures.chat import chatting

OWNER = 700000011
EVERYTHING = tuple(FEATURE_NAMES)
CHECK, SCHEDULE, SHARE = (
    ("POST", "/api/checks"),
    ("GET", "/api/schedules"),
    ("GET", "/api/shares"),
)


async def sign_in(app: Running, language: str, **headers: str) -> tuple[int, Any]:
    """The response to a launch."""
    body = {"initData": app.init_data(language=language)}
    return await app.stranger.call("POST", "/api/session", body, headers=headers)


async def test_a_feature_that_is_off_is_absent_in_the_api(settings: Settings) -> None:
    """404 with its own code, for public pages too; the app gets the remaining features. Switched
    on, it is there."""
    async with running(settings, features_off=EVERYTHING) as app:
        ann = await app.sign_in()
        for method, path in (CHECK, SCHEDULE, SHARE):
            body: dict[str, Any] | None = {} if method == "POST" else None
            status, problem = await ann.call(method, path, body)
            assert (status, problem["code"]) == (404, "feature_off")
        assert (await app.stranger.call("GET", "/s/whatever"))[0] == 404
        _, models = await ann.call("GET", "/api/models")
        assert (models["features"], models["images"]) == ([], False)
        path = f"/api/conversations/{uuid7()}/messages"
        painted = {"id": str(uuid7()), "text": "a fox", "create": True, "task": "image"}
        _, problem = await ann.call("POST", path, painted)
        assert problem["code"] == "images_not_available"
    async with running(settings, features_off=("checks",)) as app:
        ann = await app.sign_in()
        assert (await ann.call(*SCHEDULE))[0] == 200
        _, models = await ann.call("GET", "/api/models")
        assert "schedules" in models["features"]
        assert "checks" not in models["features"]


def test_the_table_names_existing_files() -> None:
    """The table names files of the API and of the bot; after renaming one, its feature would stay
    on."""
    for places in FEATURES.values():
        assert set(places.api) <= set(api.__all__)
    handlers = {module.__name__.rpartition(".")[2] for module in handler_modules()}
    for places in FEATURES.values():
        assert set(places.bot) <= handlers


async def test_a_feature_that_is_off_is_absent_in_the_chat(settings: Settings) -> None:
    """Not in Telegram's list of commands, not in /help, not as a response, and not in groups."""
    off = Features(Settings(features_off=EVERYTHING)).handlers_off
    t = translator("en")
    listed = {one.command for one in command_list(t, off)}
    assert not listed & {"check", "schedule", "image"}
    assert group_command_list(t, off) == []
    async with chatting(settings, features_off=("checks",)) as chat:
        await chat.start()
        assert "/check" not in str((await chat.ask("/help")).get("text"))
        assert t("bot.ask.unknown_command") in str((await chat.ask("/check")).get("text"))


async def test_an_operator_switches_a_feature_while_the_server_runs(settings: Settings) -> None:
    """It disappears from the API, the app's list, /help and the bot at the next reading of the
    switches, and returns the same way. What the settings switched off stays off and is not offered
    to operators."""
    async with chatting(settings, features_off=("business",), admin_ids=(OWNER,)) as chat:
        await chat.start()
        owner, console = await chat.app.sign_in(OWNER), chat.app.container.console
        _, shown = await owner.call("GET", "/api/console/switches")
        assert {"name": "checks", "offered": True} in shown["features"]
        assert "business" not in {one["name"] for one in shown["features"]}

        await switch(chat.app, "feature:checks", on=True)
        assert (await owner.call(*CHECK, {}))[1]["code"] == "feature_off"
        assert "checks" not in (await owner.call("GET", "/api/models"))[1]["features"]
        _, shown = await owner.call("GET", "/api/console/switches")
        assert {"name": "checks", "offered": False} in shown["features"]
        t = translator("en")
        assert t("bot.ask.unknown_command") in str((await chat.ask("/check")).get("text"))
        assert "/check" not in str((await chat.ask("/help")).get("text"))

        await switch(chat.app, "feature:checks", on=False)
        assert (await owner.call(*CHECK, {}))[1]["code"] != "feature_off"
        assert "/check" in str((await chat.ask("/help")).get("text"))
        with pytest.raises(InvalidField):
            await console.switch(Operator(OWNER, "owner"), "feature:nothing", on=True)


async def switch(app: Running, name: str, *, on: bool) -> None:
    """Switch it as the owner, and let the server read the switches, as it does every few
    seconds."""
    await app.container.console.switch(Operator(OWNER, "owner"), name, on=on)
    await app.container.switchboard.refresh()
    app.container.features.switch_off(app.container.switchboard.features_off)


async def test_where_the_service_is_offered(settings: Settings) -> None:
    """By Telegram's language and by the country that the operator's proxy reports; unknown ones are
    accepted."""
    served: dict[str, Any] = {
        "served_languages": ("en",),
        "served_countries": ("DE",),
        "country_header": "X-Country",
    }
    async with running(settings, **served) as app:
        assert (await sign_in(app, "en-GB"))[0] == 200
        status, problem = await sign_in(app, "ru")
        assert (status, problem["code"]) == (403, "not_offered_here")
        assert (await sign_in(app, "en", **{"X-Country": "de"}))[0] == 200
        status, problem = await sign_in(app, "en", **{"X-Country": "FR"})
        assert (status, problem["code"]) == (403, "not_offered_here")
    check_offered(settings, language=None)
    with pytest.raises(NotOfferedHere):
        check_offered(Settings(served_languages=("ar",)), language="en")


async def test_rights_remain_where_it_is_not_offered(settings: Settings) -> None:
    """There the bot answers no questions, but still exports and erases."""
    async with chatting(settings, served_languages=("ar",)) as chat:
        t = translator("en")
        refused = t("error.not_offered_here.title")
        await chat.start()
        message = await chat.ask("Hello?")
        assert refused in str(message.get("text"))
        assert refused not in str((await chat.ask("/privacy")).get("text"))
        assert t("bot.erase.confirm") in str((await chat.ask("/erase")).get("reply_markup"))
