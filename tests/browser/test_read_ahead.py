"""The conversations at the top of the list are read before they are opened."""

import re
from uuid import UUID

from playwright.sync_api import Page, Route, expect

from tests.browser.people import wait_until
from tests.browser.server import Server
from tests.browser.shop import Customer
from tests.browser.test_long_chat import message
from tests.browser.test_offline import has_stored_thread

CONVERSATION = str(UUID(int=7 << 76 | 2 << 62))
# What a tap changes by itself is drawn within microtasks; an answer or a record takes longer.
TAP = """async () => {
  document.querySelector(".row-open").click();
  for (let turn = 0; turn < 50; turn++) await null;
  return [document.querySelectorAll(".message").length, document.activeElement.className];
}"""


class Listed:
    """A conversation in an app's list, as the server has it."""

    def __init__(self, server: Server, page: Page) -> None:
        self._page = page
        self.updated_at = "2026-01-02T00:00:00Z"
        self.messages = 2
        self.reads = 0
        self.answers = True
        person = Customer(page, server.url)
        page.set_viewport_size({"width": 390, "height": 844})
        page.route(re.compile(r"/api/conversations\?"), self._list)
        page.route("**/api/conversations/*/messages", self._read)
        # By then there is a store: looking into it earlier would make one without its records.
        with page.expect_response("**/api/conversations/*/messages"):
            page.goto(person.launch_url())
        wait_until(lambda: has_stored_thread(page))
        page.locator(".bar button").first.click()
        expect(page.locator(".row-open")).to_have_count(1)

    def _list(self, route: Route) -> None:
        item = {
            "id": CONVERSATION,
            "title": "Tides",
            "pinned": False,
            "folder": None,
            "serverOnly": False,
            "leafId": None,
            "createdAt": self.updated_at,
            "updatedAt": self.updated_at,
        }
        route.fulfill(json={"items": [item], "nextCursor": None, "folders": []})

    def _read(self, route: Route) -> None:
        self.reads += 1
        items = [message(number) for number in range(self.messages)]
        if self.answers:
            route.fulfill(json={"items": items, "leafId": items[-1]["id"]})

    def list_again(self) -> None:
        """Search, and return to the whole list."""
        field = self._page.get_by_role("searchbox")
        for text in ("tides", ""):
            with self._page.expect_response(re.compile(r"/api/conversations\?")):
                field.fill(text)


def test_a_listed_conversation_opens_at_once(server: Server, page: Page) -> None:
    """Its messages are drawn in the same task as the tap, without an answer of the server, and the
    focus returns to the list's button."""
    listed = Listed(server, page)
    assert listed.reads == 1
    listed.answers = False
    drawn, focused = page.evaluate(TAP)
    assert drawn == 2
    assert "only-narrow" in focused
    expect(page.get_by_text("Answer 1", exact=True)).to_be_in_viewport()


def test_what_changed_elsewhere_is_read_again(server: Server, page: Page) -> None:
    """A conversation that was read ahead is read anew once the list says that it changed, and not
    otherwise."""
    listed = Listed(server, page)
    listed.list_again()
    page.wait_for_timeout(1_000)
    assert listed.reads == 1
    listed.updated_at, listed.messages = "2026-01-03T00:00:00Z", 4
    with page.expect_response("**/api/conversations/*/messages"):
        listed.list_again()
    page.wait_for_timeout(500)
    listed.answers = False
    assert page.evaluate(TAP)[0] == 4
