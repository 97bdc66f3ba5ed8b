"""Rating an answer and reporting it in the Mini App."""

from playwright.sync_api import Frame, Locator, Page, expect

from backend.i18n import translator
from tests.browser.looks import Look, apply_look, faults, in_every_look
from tests.browser.people import ask, composer, wait_for_answer
from tests.browser.server import Server
from tests.browser.shop import Customer


def open_answer_sheet(customer: Customer, language: str = "en") -> tuple[Frame, Locator]:
    """Open the app and the sheet of an answer."""
    say = translator(language)
    customer.page.goto(customer.launch_url())
    app = customer.page.main_frame
    expect(composer(app)).to_be_visible()
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Grok (simulation)").click()
    ask(app, "Hello")
    wait_for_answer(app)
    answer = app.locator(".message.assistant")
    answer.get_by_role("button", name=say("app.more"), exact=True).click()
    answer.get_by_role("button", name=say("app.feedback"), exact=True).click()
    sheet = app.get_by_role("dialog", name=say("app.feedback.title"))
    expect(sheet.get_by_role("radio")).to_have_count(6)
    return app, sheet


def test_a_thumb_and_a_report(server: Server, page: Page) -> None:
    """The thumb is drawn as an icon, shown again when the sheet is reopened, and pressing it again
    removes it. A report needs a reason, and its sending is confirmed."""
    say = translator("en")
    app, sheet = open_answer_sheet(Customer(page, server.url))
    up = sheet.get_by_role("button", name=say("app.feedback.up"))
    expect(up).to_have_text(say("app.feedback.up"))
    expect(up.locator("svg.icon")).to_be_visible()
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    sheet.get_by_role("button", name=say("app.close"), exact=True).click()
    answer = app.locator(".message.assistant")
    answer.get_by_role("button", name=say("app.more"), exact=True).click()
    answer.get_by_role("button", name=say("app.feedback"), exact=True).click()
    expect(up).to_have_attribute("aria-pressed", "true")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "false")
    send = sheet.get_by_role("button", name=say("app.report.send"))
    expect(send).to_be_disabled()
    sheet.get_by_label(say("app.report.wrong")).check()
    sheet.get_by_label(say("app.report.label")).fill("It is off by a year.")
    sheet.get_by_role("switch", name=say("app.report.with")).check()
    send.click()
    expect(sheet.get_by_text(say("app.report.sent"))).to_be_visible()


@in_every_look
def test_it_looks_right(server: Server, page: Page, look: Look) -> None:
    """Neither the thumbs nor the report are cut off or unreadable."""
    say = translator(look.language)
    customer = Customer(page, server.url, look.language)
    apply_look(page, look)
    app, sheet = open_answer_sheet(customer, look.language)
    sheet.get_by_role("button", name=say("app.feedback.up")).click()
    sheet.get_by_label(say("app.report.other")).check()
    expect(sheet.get_by_label(say("app.report.label"))).to_be_visible()
    assert faults(app, look) == []
