"""Ways of asking: personas, a link that cannot be read, a translation."""

from playwright.sync_api import Page, expect

from tests.browser.people import ask, wait_until
from tests.browser.server import Server
from tests.browser.shop import Customer, open_page


def test_a_persona_is_chosen_with_the_keyboard(server: Server, page: Page) -> None:
    """It is one of a list with a name and a description each; the choice is stored and shown
    again."""
    ann = Customer(page, server.url)
    ann.press_start()
    app = ann.open_app()
    open_page(app, "Personality")
    group = app.get_by_role("radiogroup", name="Personality")
    expect(group.get_by_role("radio")).to_have_count(6)
    expect(group.get_by_role("radio", name="Tanya")).to_be_checked()
    group.get_by_role("radio", name="Tanya").focus()
    page.keyboard.press("ArrowDown")
    teacher = group.get_by_role("radio", name="Teacher Explains in small steps")
    expect(teacher).to_be_checked()
    wait_until(lambda: ann.call("GET", "me")["settings"]["personaId"] == "teacher")
    page.goto(ann.launch_url())
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("button", name="Personality").click()
    expect(page.get_by_role("radio", name="Teacher")).to_be_checked()


def test_a_message_with_an_unreadable_link_only(server: Server, page: Page) -> None:
    """The reason is shown instead of a guessed answer, and no message is used."""
    ann = Customer(page, server.url)
    ann.press_start()
    app = ann.open_app()
    ask(app, "http://192.168.0.1/")
    expect(app.get_by_text("That address can’t be opened").first).to_be_visible()
    expect(app.get_by_text("Only public web pages are read.")).to_be_visible()
    assert ann.call("GET", "me")["quota"]["used"] == 0


def test_a_translations_target_has_the_right_direction(server: Server, page: Page) -> None:
    """The target language is shown above the question; no arrow points backwards in Arabic."""
    leila = Customer(page, server.url, "ar")
    page.goto(leila.launch_url())
    page.locator(".start").last.click()
    page.get_by_role("textbox").first.fill("http://192.168.0.1/")
    page.get_by_role("textbox").first.press("Enter")
    expect(page.locator(".asked")).to_have_text("ترجم: العربية")
