"""Folders of conversations in the API and in exports."""

from typing import Any

from tests.fixtures.app import EVE, SIMULATED, Client, Running
from tests.integration.privacy.test_export import import_copy


async def first_page(client: Client, **query: str) -> Any:
    """The list as the API returns it."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    status, page = await client.call("GET", f"/api/conversations?{asked}")
    assert status == 200
    return page


async def test_a_folder_is_set_listed_exported_and_imported(app: Running) -> None:
    """Search ignores folders."""
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
    status, _ = await import_copy(eve, copy)
    assert status in (200, 201)
    assert (await first_page(eve))["folders"] == ["The sea"]
    status, changed = await ann.call("PATCH", path, {"folder": None})
    assert (status, changed["folder"]) == (200, None)
    assert (await first_page(ann))["folders"] == []
