"""The language chosen in the app instead of Telegram's.

Exercises backend/web/api/me.py and backend/web/auth.py.
"""

from typing import Any

from backend.uuid7 import uuid7
from tests.fixtures.app import Client, Running


async def choose(client: Client, tag: str | None) -> Any:
    """Choose a language; returns what the app shows, and adopts the session's new token."""
    change = {"settings": {"language": tag}, "telegramLanguage": "en-gb"}
    async with client.request("PATCH", "/api/me", change) as response:
        client.token = response.headers["x-session-token"]
        return await response.json()


async def test_a_chosen_language_applies_at_once_and_at_the_next_launch(app: Running) -> None:
    """In the app's data, in problems and in the bot's messages, until Telegram's is chosen
    again."""
    ann = await app.sign_in()
    person = (await ann.call("GET", "/api/me"))[1]["user"]["id"]
    me = await choose(ann, "ru-RU")
    assert (me["language"], me["settings"]["language"]) == ("ru", "ru")
    _, problem = await ann.call("GET", f"/api/conversations/{uuid7()}")
    assert any("\u0400" <= letter <= "\u04ff" for letter in problem["title"])
    assert await app.container.languages.language_of(person) == "ru"
    again = await app.sign_in()
    assert (await again.call("GET", "/api/me"))[1]["language"] == "ru"
    me = await choose(ann, None)
    assert (me["language"], me["settings"]["language"]) == ("en", None)
    assert await app.container.languages.language_of(person) == "en"


async def test_an_untranslated_language_is_english(app: Running) -> None:
    """A tag that is no language is refused."""
    ann = await app.sign_in(language="ar")
    assert (await choose(ann, "tlh"))["language"] == "en"
    status, _ = await ann.call("PATCH", "/api/me", {"settings": {"language": "x" * 17}})
    assert status == 400
