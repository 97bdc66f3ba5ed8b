"""Choosing the app's language in its settings."""

from playwright.sync_api import Page, expect

from backend.i18n import language_names, languages, translator
from tests.browser.server import Server
from tests.browser.shop import Customer, open_settings


def test_a_chosen_language_applies_and_stays(server: Server, page: Page) -> None:
    """The page changes at once, including its direction; every language is offered under its own
    name; the next launch uses it from the first screen on; Telegram's language can be chosen
    again."""
    ann = Customer(page, server.url)
    ann.press_start()
    app = ann.open_app()
    open_settings(app)
    app.locator("[data-opens=language]").click()
    heading = app.get_by_role("heading", level=1)
    expect(heading).to_have_text(translator("en")("app.language.title"))
    names = language_names()
    for tag in languages():
        expect(app.get_by_role("radio", name=names[tag], exact=True)).to_be_visible()
    app.get_by_role("radio", name=names["ar"], exact=True).check()
    arabic = translator("ar")
    expect(heading).to_have_text(arabic("app.language.title"))
    expect(app.locator("html")).to_have_attribute("dir", "rtl")
    expect(app.locator("html")).to_have_attribute("lang", "ar")
    again = page.context.new_page()
    again.goto(ann.launch_url())
    expect(again.locator("html")).to_have_attribute("lang", "ar")
    again.close()
    app.get_by_role("radio", name=arabic("app.language.telegram"), exact=True).check()
    expect(heading).to_have_text(translator("en")("app.language.title"))
    expect(app.locator("html")).to_have_attribute("dir", "ltr")
