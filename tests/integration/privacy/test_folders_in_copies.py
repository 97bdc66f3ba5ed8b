"""A conversation's folder by the API, and in a copy of one's data."""

from typing import Any

from tests.fixtures.app import EVE, SIMULATED, Client, Running
from tests.integration.privacy.test_export import bring


async def first_page(client: Client, **query: str) -> Any:
    """The list as the API gives it."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    status, page = await client.call("GET", f"/api/conversations?{asked}")
    assert status == 200
    return page


async def test_a_folder_is_chosen_listed_and_copied(app: Running) -> None:
    """By the API; in a copy of one's data, and back from it; a search takes no notice of it."""
    ann = await app.sign_in()
    for text in ("About tides", "About taxes"):
        await ann.ask(text, modelId=SIMULATED)
    taxes, tides = (await first_page(ann))["items"]
    assert taxes["folder"] is None
    path = f"/api/conversations/{tides['id']}"
    status, changed = await ann.call("PATCH", path, {"folder": "The sea"})
    assert (status, changed["folder"]) == (200, "The sea")
    page = await first_page(ann, folder="The%20sea")
    assert [one["id"] for one in page["items"]] == [tides["id"]]
    assert page["folders"] == ["The sea"]
    assert (await first_page(ann, q="taxes"))["folders"] == []
    async with ann.request("GET", "/api/export") as response:
        copy = await response.read()
    eve = await app.sign_in(EVE)
    assert (await eve.call("PATCH", path, {"folder": "Hers"}))[0] == 404
    status, _ = await bring(eve, copy)
    assert status in (200, 201)
    assert (await first_page(eve))["folders"] == ["The sea"]
    status, changed = await ann.call("PATCH", path, {"folder": None})
    assert (status, changed["folder"]) == (200, None)
    assert (await first_page(ann))["folders"] == []
