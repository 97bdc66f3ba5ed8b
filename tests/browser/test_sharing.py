"""Sharing by a link, temporary chats, and undoing a deletion."""

from playwright.sync_api import Browser, Frame, Page, ViewportSize, expect

from backend.i18n import Translator, translator
from tests.browser.looks import DRAWN, Look, apply_look, faults, in_every_look
from tests.browser.people import ask, composer, wait_for_answer, wait_until
from tests.browser.server import Server
from tests.browser.shop import Customer
from tests.gallery.scene import PROVIDER, WIDE_TABLE

QUESTION = "What is a monsoon?"
NARROW: ViewportSize = {"width": 360, "height": 740}


def opened(customer: Customer) -> Frame:
    """The app alone."""
    customer.page.goto(customer.launch_url())
    app = customer.page.main_frame
    expect(composer(app)).to_be_visible()
    return app


def answered(customer: Customer) -> Frame:
    """The app with an answer from a provider."""
    app = opened(customer)
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Grok (simulation)").click()
    ask(app, QUESTION)
    wait_for_answer(app)
    return app


def open_sharing(app: Frame, say: Translator, question: str = QUESTION) -> None:
    """Open it from the menu under the answer."""
    answer = app.locator("article.assistant").last
    answer.get_by_role("button", name=say("app.more")).click()
    answer.get_by_role("button", name=say("app.share.answer")).click()
    expect(app.locator(".share-preview")).to_contain_text(question)
    expect(app.locator(".share-preview")).not_to_contain_text("**")


def end_the_link(app: Frame) -> None:
    """End the link in Settings, under "Your data"."""
    app.get_by_role("dialog").get_by_role("button", name="Close").click()
    app.locator(".drawer-head .icon-button").first.click()
    app.locator(".field[data-opens=data]").click()
    app.get_by_role("button", name="End link").click()
    expect(app.get_by_role("button", name="End link")).to_have_count(0)


def test_a_previewed_answer_is_public_until_its_link_ends(
    server: Server, page: Page, browser: Browser
) -> None:
    """It can be read without an account and without scripts; after the link ends nothing is
    shown."""
    app = answered(Customer(page, server.url))
    open_sharing(app, translator("en"))
    # As the public page shows it, not as the model wrote it.
    expect(app.locator(".share-preview .answer strong").first).to_be_visible()
    app.get_by_role("button", name="Make the link").click()
    address = app.locator(".share-link bdi").inner_text()
    anybody = browser.new_context(java_script_enabled=False)
    try:
        theirs = anybody.new_page()
        path = "/s/" + address.rpartition("/s/")[2]
        assert theirs.goto(server.url + path).status == 200  # type: ignore[union-attr]
        expect(theirs.locator(".question")).to_have_text(QUESTION)
        end_the_link(app)
        assert theirs.goto(server.url + path).status == 404  # type: ignore[union-attr]
        expect(theirs.get_by_text(QUESTION)).to_have_count(0)
    finally:
        anybody.close()


@in_every_look
def test_sharing_looks_right(server: Server, page: Page, look: Look) -> None:
    """The preview, the link and the public page."""
    ann = Customer(page, server.url, look.language)
    apply_look(page, look)
    say = translator(look.language)
    app = answered(ann)
    open_sharing(app, say)
    assert faults(app, look) == []
    app.get_by_role("button", name=say("app.share.make")).click()
    link = app.locator(".share-link bdi")
    expect(link).to_be_visible()
    assert faults(app, look) == []
    page.goto(server.url + "/s/" + link.inner_text().rpartition("/s/")[2])
    assert faults(page.main_frame, look) == []


@in_every_look
def test_the_modes_of_a_chat_look_right(server: Server, page: Page, look: Look) -> None:
    """The switches of temporary and server-only chats, and their marks above the text."""
    ann = Customer(page, server.url, look.language)
    apply_look(page, look)
    say = translator(look.language)
    app = opened(ann)
    app.get_by_role("button", name=say("app.attach.title")).click()
    for name in ("app.temporary", "app.serverOnly"):
        app.get_by_role("switch", name=say(name)).click()
    assert faults(app, look) == []
    app.get_by_role("button", name=say("app.close")).first.click()
    expect(app.locator(".chat-mode")).to_have_count(2)
    assert faults(app, look) == []


def test_a_deleted_answer_can_be_restored(server: Server, page: Page) -> None:
    """The toast says what was deleted; Undo restores question and answer."""
    app = answered(Customer(page, server.url))
    answer = app.locator("article.assistant").last
    answer.get_by_role("button", name="More").click()
    answer.get_by_role("button", name="Delete").click()
    expect(app.locator("article.assistant")).to_have_count(0)
    app.get_by_role("button", name="Undo").click()
    expect(app.locator("article.assistant")).to_have_count(1)


def test_a_wide_table_scrolls_in_itself(scene: Server, page: Page) -> None:
    """On a phone the public page does not scroll sideways; the table does, with the keyboard too,
    and its words are not broken."""
    ann = Customer(page, scene.url)
    ann.call("PUT", f"consents/{PROVIDER}")
    app = opened(ann)
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Example Pro").click()
    ask(app, WIDE_TABLE)
    wait_for_answer(app)
    open_sharing(app, translator("en"), WIDE_TABLE)
    app.get_by_role("button", name="Make the link").click()
    path = "/s/" + app.locator(".share-link bdi").inner_text().rpartition("/s/")[2]
    page.set_viewport_size(NARROW)
    page.goto(scene.url + path)
    table = page.locator("table")
    assert table.evaluate("it => it.scrollWidth > it.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("th").first.evaluate("it => it.clientWidth") > NARROW["width"] / 6
    table.focus()
    page.evaluate(DRAWN)  # a key pressed before the table is drawn scrolls nothing
    page.keyboard.press("ArrowRight")
    wait_until(lambda: table.evaluate("it => it.scrollLeft") > 0)
