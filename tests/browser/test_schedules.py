"""Scheduled questions in the settings: created in local time, paused, deleted."""

from playwright.sync_api import Page, expect

from backend.i18n import translator
from tests.browser.people import wait_until
from tests.browser.server import Server
from tests.browser.test_app_page import open_on_phone

say = translator("en")
QUESTION = "What is on today?"


def test_a_question_is_scheduled_paused_and_deleted(server: Server, page: Page) -> None:
    """The form knows the time zone, and the server has what the form shows."""
    person, app = open_on_phone(page, server)
    app.get_by_role("button", name=say("app.chats.open")).click()
    app.get_by_role("button", name=say("app.settings.title")).click()
    app.locator("[data-opens='schedules']").click()
    expect(app.get_by_text(say("app.schedules.none"))).to_be_visible()
    add = app.get_by_role("button", name=say("app.schedules.add"))
    expect(add).to_be_disabled()
    app.get_by_label(say("app.schedules.question")).fill(QUESTION)
    app.get_by_label(say("app.schedules.time")).fill("07:30")
    app.get_by_label(say("app.schedules.days")).select_option(say("app.schedules.workdays"))
    add.click()
    switch = app.get_by_role("switch", name=say("app.schedules.workdays"))
    expect(switch).to_be_checked()
    (made,) = person.call("GET", "schedules")["items"]
    zone = app.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert made["question"] == QUESTION
    assert made["when"] == {"minute": 450, "weekdays": [1, 2, 3, 4, 5], "timeZone": zone}
    switch.click()
    wait_until(lambda: person.call("GET", "schedules")["items"][0]["paused"])
    app.get_by_role("button", name=say("app.schedules.delete", name=QUESTION)).click()
    expect(app.get_by_text(say("app.schedules.none"))).to_be_visible()
    assert person.call("GET", "schedules")["items"] == []
