"""Who answers, as a person chooses it in the settings; and a link that nobody can read."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.people import ask
from tests.browser.shop import Customer, open_settings

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_persona_is_chosen_with_the_keyboard(server: Server, page: Page) -> None:
    """One of a group with a name and a line each; it is saved, and there the next time."""
    ann = Customer(page, server.url)
    ann.press_start()
    app = ann.open_app()
    open_settings(app)
    group = app.get_by_role("radiogroup", name="Who answers")
    expect(group.get_by_role("radio")).to_have_count(6)
    expect(group.get_by_role("radio", name="Tanya")).to_be_checked()
    group.get_by_role("radio", name="Tanya").focus()
    page.keyboard.press("ArrowDown")
    teacher = group.get_by_role("radio", name="Teacher Explains in small steps")
    expect(teacher).to_be_checked()
    assert ann.call("GET", "me")["settings"]["personaId"] == "teacher"
    page.goto(ann.launch_url())
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("radio", name="Teacher")).to_be_checked()


def test_a_link_alone_that_cannot_be_read_is_told(server: Server, page: Page) -> None:
    """In place of an answer that could only be guessed; no message of the day is used."""
    ann = Customer(page, server.url)
    ann.press_start()
    app = ann.open_app()
    ask(app, "http://192.168.0.1/")
    expect(app.get_by_text("That address is not opened").first).to_be_visible(timeout=15_000)
    expect(app.get_by_text("Only public web pages are read.")).to_be_visible()
    assert ann.call("GET", "me")["quota"]["used"] == 0
