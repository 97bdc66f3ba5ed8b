"""Comparing a text's claims with sources in the Mini App, played by the simulation."""

from playwright.sync_api import Frame, Locator, Page, expect

from backend.i18n import translator
from tests.browser.looks import Look, apply_look, faults, in_every_look
from tests.browser.people import ANSWER_MS, ask, composer, wait_for_answer
from tests.browser.server import Server
from tests.browser.shop import Customer

TEXT = "K2 is 8,611 metres high. It was first climbed in 1954. It is made of granite."


def open_check(customer: Customer, language: str = "en") -> tuple[Frame, Locator]:
    """Open the app and the sheet with the claims of a question."""
    say = translator(language)
    customer.page.goto(customer.launch_url())
    app = customer.page.main_frame
    expect(composer(app)).to_be_visible()
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Grok (simulation)").click()
    ask(app, TEXT)
    wait_for_answer(app)
    question = app.locator(".message.user")
    question.get_by_role("button", name=say("app.more")).click()
    question.get_by_role("button", name=say("app.check.text")).click()
    sheet = app.get_by_role("dialog", name=say("app.check.title"))
    expect(sheet.get_by_role("checkbox")).to_have_count(3, timeout=ANSWER_MS)
    return app, sheet


def test_claims_are_chosen_and_compared(server: Server, page: Page) -> None:
    """A dropped claim is not checked; a supported one has its sentence, an invented quotation is
    not shown as a source; everything is labelled as simulated and shown again when the sheet is
    reopened."""
    app, sheet = open_check(Customer(page, server.url))
    expect(sheet.get_by_text("Takes one message of your quota.")).to_be_visible()
    sheet.get_by_role("checkbox").nth(1).uncheck()
    sheet.get_by_role("button", name="Check these claims").click()
    for _ in range(2):
        expect(sheet.get_by_text("A source agrees")).to_be_visible(timeout=ANSWER_MS)
        expect(sheet.get_by_text("No source found")).to_be_visible(timeout=ANSWER_MS)
        expect(sheet.get_by_text("Not checked")).to_be_visible()
        expect(sheet.get_by_text("Simulated: no real model")).to_be_visible()
        sheet.get_by_role("button", name="Close").click()
        expect(sheet).to_be_hidden()
        question = app.locator(".message.user")
        question.get_by_role("button", name="More").click()
        question.get_by_role("button", name="Check this text").click()


@in_every_look
def test_it_looks_right(server: Server, page: Page, look: Look) -> None:
    """Neither the list of claims nor the results are cut off or unreadable."""
    ann = Customer(page, server.url, look.language)
    apply_look(page, look)
    app, sheet = open_check(ann, look.language)
    assert faults(app, look) == []
    sheet.get_by_role("button", name=translator(look.language)("app.check.run")).click()
    agrees = translator(look.language)("app.check.agrees")
    expect(sheet.get_by_text(agrees)).to_be_visible(timeout=ANSWER_MS)
    expect(
        sheet.get_by_role("button", name=translator(look.language)("app.check.again"))
    ).to_be_visible(timeout=ANSWER_MS)
    assert faults(app, look) == []
