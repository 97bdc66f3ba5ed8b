"""The operator's console on the screen: a person is helped, and nobody else sees the way in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.people import wait_until
from tests.browser.shop import Customer, open_settings

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FIRST = 700000101
"""The emulator's id of the first person that a test makes."""


@pytest.fixture
def console_server(tmp_path: Path) -> Iterator[Server]:
    """A server whose owner is Ann."""
    server = Server(tmp_path, ADMIN_IDS=str(FIRST), LOCAL_MODEL_ENABLED="false")
    server.start()
    yield server
    server.stop()


def test_a_person_is_looked_up_and_helped(
    console_server: Server, page: Page, tmp_path: Path
) -> None:
    """A plan is given and seen at once; a ban is asked for once more; what is written to support
    stands there to be answered."""
    ann = Customer(page, console_server.url)
    ann.press_start()
    app = ann.open_app()
    open_settings(app)
    app.get_by_role("button", name="Console").click()
    expect(app.get_by_role("heading", level=1)).to_have_text("Console")
    app.get_by_label("Telegram id").fill(str(FIRST))
    app.get_by_role("button", name="Look up").click()
    expect(app.get_by_text("of 20 messages")).to_be_visible()
    app.get_by_role("button", name="Give 30 days of Tanya Plus").click()
    expect(app.get_by_text("of 300 messages")).to_be_visible()
    assert ann.call("GET", "me")["plan"]["id"] == "premium"
    page.screenshot(path=tmp_path / "console.png")
    app.get_by_role("button", name="Ban").click()
    page.get_by_role("button", name="Ban").last.click()
    wait_until(lambda: ann.call("GET", f"console/people/{FIRST}")["bannedUntil"] is not None)
    expect(app.get_by_text("Banned until")).to_be_visible()
    app.get_by_role("button", name="Lift the ban").click()
    expect(app.get_by_text("Nobody waits for an answer.")).to_be_visible()


def test_others_see_no_way_in(server: Server, page: Page) -> None:
    """Settings have no such row for whoever runs nothing."""
    ann = Customer(page, server.url)
    ann.press_start()
    app = ann.open_app()
    open_settings(app)
    expect(app.get_by_role("button", name="Your data")).to_be_visible()
    expect(app.get_by_role("button", name="Console")).to_have_count(0)
