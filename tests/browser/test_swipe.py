"""Swiping a row of the list of chats with a finger: it is deleted, with undo, or pinned."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from backend.i18n import translator
from backend.uuid7 import uuid7
from tests.browser.server import Server
from tests.browser.test_app_page import open_on_phone

say = translator("en")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone's page, which has a finger instead of a mouse."""
    context = browser.new_context(has_touch=True, is_mobile=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def swipe(row: Locator, by: int, down: int = 0, *, shows: bool = False) -> None:
    """Slide a finger from the row's middle to the right, or with a negative number to the left.
    What it `shows` meanwhile is in the row's own place."""
    box = row.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = row.page.context.new_cdp_session(row.page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 9):
        touch("touchMove", {"x": x + by * step / 8, "y": y + down * step / 8})
    if shows:
        under = row.page.locator(".row-under")
        expect(under.locator(".icon")).to_be_visible()
        place, own = under.bounding_box(), row.page.locator(".row").bounding_box()
        assert place == own
    touch("touchEnd")


def test_rows_are_swiped(server: Server, page: Page) -> None:
    """To the left deletes, and can be undone; to the right pins. A short way, or scrolling, does
    nothing."""
    person, app = open_on_phone(page, server)
    body = {"id": str(uuid7()), "parentId": None, "text": "What is the sea?", "create": True}
    person._open("POST", f"conversations/{uuid7()}/messages", body).read()
    app.get_by_role("button", name=say("app.chats.open")).click()
    row = app.get_by_role("navigation").locator(".row-open")
    expect(row).to_have_count(1)
    swipe(row, -40)
    swipe(row, 20, down=-120)
    expect(row).to_have_count(1)
    expect(app.locator(".row-under")).to_have_count(0)
    swipe(row, 120, shows=True)
    expect(app.get_by_role("heading", name=say("app.chats.pinned"))).to_be_visible()
    swipe(row, -120, shows=True)
    expect(row).to_have_count(0)
    app.get_by_role("button", name=say("app.undo")).click()
    expect(row).to_have_count(1)
    assert person.call("GET", "conversations")["items"][0]["pinned"]
