"""Refusals by moderation in the Mini App, and appealing them."""

from playwright.sync_api import Frame, Locator, Page, expect

from backend.i18n import translator
from tests.browser.looks import Look, apply_look, faults, in_every_look
from tests.browser.people import ANSWER_MS, ask, composer
from tests.browser.server import Server
from tests.browser.shop import Customer
from tests.gallery.operated import PROVIDER, REFUSED


def refused(customer: Customer, language: str = "en") -> tuple[Frame, Locator]:
    """Open the app with a question that the gallery's server refuses, and the sheet for an
    appeal."""
    say = translator(language)
    customer.call("PUT", f"consents/{PROVIDER}")
    customer.page.goto(customer.launch_url())
    app = customer.page.main_frame
    expect(composer(app)).to_be_visible()
    ask(app, f"What is a {REFUSED}?")
    title = app.locator(".problem-title")
    expect(title).to_have_text(say("error.question_refused.title"), timeout=ANSWER_MS)
    app.get_by_role("button", name=say("app.appeal"), exact=True).click()
    sheet = app.get_by_role("dialog", name=say("app.appeal.title"))
    expect(sheet.get_by_label(say("app.appeal.label"))).to_be_visible()
    return app, sheet


def test_an_appeal_is_sent_and_its_state_shown(scene: Server, page: Page) -> None:
    """The offered action is an appeal and not another try; when the sheet is opened again, it shows
    the state."""
    app, sheet = refused(Customer(page, scene.url))
    say = translator("en")
    sheet.get_by_label(say("app.appeal.label")).fill("It is a chess problem.")
    sheet.get_by_role("button", name=say("app.appeal.send"), exact=True).click()
    expect(sheet.get_by_text(say("app.appeal.waiting"))).to_be_visible()
    sheet.get_by_role("button", name=say("app.close"), exact=True).click()
    expect(app.get_by_role("button", name=say("app.retry"), exact=True)).to_have_count(0)
    page.reload()
    app.get_by_role("button", name=say("app.appeal"), exact=True).click()
    expect(app.get_by_text(say("app.appeal.waiting"))).to_be_visible()


def test_an_appeal_fits_a_phone_on_its_side(scene: Server, page: Page) -> None:
    """It can be written and sent without scrolling the sheet."""
    page.set_viewport_size({"width": 844, "height": 390})
    _, sheet = refused(Customer(page, scene.url))
    say = translator("en")
    expect(sheet.get_by_label(say("app.appeal.label"))).to_be_in_viewport(ratio=1)
    expect(sheet.get_by_role("button", name=say("app.appeal.send"))).to_be_in_viewport(ratio=1)


@in_every_look
def test_it_looks_right(scene: Server, page: Page, look: Look) -> None:
    """Neither the refusal nor the sheet is cut off or unreadable."""
    customer = Customer(page, scene.url, look.language)
    apply_look(page, look)
    app, _ = refused(customer, look.language)
    assert faults(app, look) == []
