"""The screen "Your data": retention, the access log, and sessions."""

import re

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.looks import Look, apply_look, faults, in_every_look
from tests.browser.people import composer, wait_until
from tests.browser.server import Server
from tests.browser.shop import Customer, open_settings


@pytest.fixture
def ann(server: Server, page: Page) -> Customer:
    """A person who has pressed Start."""
    ann = Customer(page, server.url)
    ann.press_start()
    return ann


def your_data(app: Frame) -> None:
    """Open the screen from the settings."""
    open_settings(app)
    app.get_by_role("main").get_by_role("button", name="Your data").click()
    expect(app.get_by_role("heading", level=1)).to_have_text("Your data")


def export_of(ann: Customer) -> bytes:
    """The person's export, as its link returns it."""
    link = ann.call("POST", "export/links")["url"]
    return bytes(ann.page.request.get(link).body())


def test_retention_is_a_choice(ann: Customer) -> None:
    """One press sets it on the server."""
    app = ann.open_app()
    your_data(app)
    expect(app.get_by_role("radio", name="Until I delete them")).to_be_checked()
    app.get_by_role("radio", name="30 days").click()
    wait_until(lambda: ann.call("GET", "me")["settings"]["retentionDays"] == 30)


def test_the_access_log_is_shown(ann: Customer) -> None:
    """It is empty at first; then it shows the export, by whom and when."""
    app = ann.open_app()
    your_data(app)
    app.get_by_role("button", name="Who opened my data").click()
    expect(app.get_by_text("Nobody has.")).to_be_visible()
    export_of(ann)
    ann.page.locator(".app-header").get_by_role("button", name="Back").click()
    expect(app.get_by_role("heading", level=1)).to_have_text("Your data")
    app.get_by_role("button", name="Who opened my data").click()
    entry = app.get_by_role("listitem").filter(has_text="A copy of everything was taken")
    expect(entry).to_contain_text(re.compile(r"You · \d"))


def test_another_session_is_ended(ann: Customer) -> None:
    """This session cannot be ended here; the other one can, and its token is refused from then
    on."""
    other = ann.sign_in()
    app = ann.open_app()
    your_data(app)
    rows = app.locator("section").filter(has=app.get_by_role("heading", name="signed in"))
    expect(rows.get_by_text("This one")).to_have_count(1)
    ends = rows.get_by_role("button", name="End")
    expect(ends).to_have_count(1)
    ends.click()
    expect(ends).to_have_count(0)
    headers = {"Authorization": f"Bearer {other}"}
    wait_until(lambda: ann.page.request.get(f"{ann.url}api/me", headers=headers).status == 401)


@in_every_look
def test_it_looks_right(server: Server, page: Page, look: Look) -> None:
    """Nothing is cut off or unreadable, also right to left and with large text; nor is the access
    log."""
    ann = Customer(page, server.url, look.language)
    apply_look(page, look)
    export_of(ann)
    page.goto(ann.launch_url())
    app = page.main_frame
    expect(composer(app)).to_be_visible()
    if look.width < 700:
        app.locator(".bar .icon-button").first.click()
    app.locator(".drawer-head .icon-button").first.click()
    app.locator(".field[data-opens=data]").click()
    expect(app.locator(".pick").first).to_be_visible()
    assert faults(app, look) == []
    app.locator(".field[data-opens=accesses]").click()
    expect(app.locator(".accesses")).to_be_visible()
    assert faults(app, look) == []
