"""The application that tests share serves each container as one of its own would.

Exercises tests/fixtures/shared_app.py.
"""

from pathlib import Path
from typing import Any

from backend.db import new_master_key
from backend.settings import Settings
from tests.conftest import BOT_TOKEN
from tests.fixtures.app import Running, running
from tests.fixtures.shared_app import apps_made


def settings_in(folder: Path) -> Settings:
    """Settings of an instance of its own."""
    return Settings(data_dir=folder, master_key=new_master_key(), bot_token=BOT_TOKEN)


async def people_of_telegram(app: Running) -> list[str]:
    """The names in the emulated Telegram."""
    _, state = await app.stranger.call("GET", "/emulator/state")
    return [person["firstName"] for person in state["people"]]


async def add_person(app: Running, name: str) -> None:
    """Add somebody to the emulated Telegram."""
    person: dict[str, Any] = {"id": 0, "firstName": name, "languageCode": "en"}
    action = {"type": "savePerson", "person": person}
    assert (await app.stranger.call("POST", "/emulator/actions", action))[0] == 200


async def test_the_next_container_sees_nothing_of_the_one_before(tmp_path: Path) -> None:
    """Conversations, features that are off, sessions and the emulated Telegram are each
    container's own, though the application is the same."""
    async with running(settings_in(tmp_path / "one"), features_off=("sharing",)) as first:
        made = apps_made()
        ann = await first.sign_in()
        await ann.ask("Hello")
        assert len((await ann.call("GET", "/api/conversations"))[1]["items"]) == 1
        assert (await ann.call("GET", "/api/shares"))[0] == 404
        await add_person(first, "Zora")
        assert "Zora" in await people_of_telegram(first)
    async with running(settings_in(tmp_path / "two")) as second:
        assert apps_made() == made
        again = await second.sign_in()
        assert (await again.call("GET", "/api/conversations"))[1]["items"] == []
        assert (await again.call("GET", "/api/shares"))[0] == 200
        assert "Zora" not in await people_of_telegram(second)
        again.token = ann.token
        assert (await again.call("GET", "/api/conversations"))[0] == 401


async def test_two_containers_at_once_have_two_applications(tmp_path: Path) -> None:
    """A person of one is unknown to the other while both are running."""
    async with (
        running(settings_in(tmp_path / "one")) as first,
        running(settings_in(tmp_path / "two")) as second,
    ):
        await add_person(first, "Zora")
        assert "Zora" in await people_of_telegram(first)
        assert "Zora" not in await people_of_telegram(second)
