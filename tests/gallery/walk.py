"""From screen to screen of the Mini App, with a picture of each."""

from collections.abc import Callable
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from backend.i18n import translator
from tests.browser.people import ANSWER_MS, composer, wait_for_answer
from tests.browser.shop import Customer
from tests.gallery.looks import SIZES, THEMES, Look
from tests.gallery.scene import PROVIDER, QUESTION

Take = Callable[[str], None]
SETTLED_MS = 500


def launch(person: Customer, look: Look) -> str:
    """The Mini App's address as a client of that look opens it."""
    asked = {
        "type": "launch",
        "personId": person.person_id,
        "source": "menu",
        "platform": look.platform,
        "version": "9.1",
        "themeParams": THEMES[look.platform, look.scheme],
    }
    return urljoin(person.url, str(person.act(asked)["url"]))


def walk(page: Page, url: str, look: Look, take: Take) -> None:
    """Go through the screens as one person; `take` is called with the name of each."""
    say = translator(look.language)
    person = Customer(page, url, look.language)
    person.call("PUT", f"consents/{PROVIDER}")
    width, height = SIZES[look.size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(launch(person, look))
    app = page.main_frame
    expect(composer(app)).to_be_visible()
    expect(app.locator(".model-pill:not([data-unknown])")).to_be_visible(timeout=ANSWER_MS)
    if look.text_percent != 100:
        size = f"{look.text_percent}%"
        app.evaluate("size => { document.documentElement.style.fontSize = size; }", size)

    def shot(name: str) -> None:
        page.wait_for_timeout(SETTLED_MS)
        take(name)

    def back() -> None:
        page.keyboard.press("Escape")

    shot("welcome")
    app.locator(".model-pill").click()
    shot("models")
    app.get_by_role("radio", name="Example Pro").click()
    composer(app).fill(QUESTION[look.language])
    app.locator(".send").click()
    wait_for_answer(app)
    expect(app.locator(".chip").first).to_be_visible(timeout=ANSWER_MS)
    shot("chat")
    app.evaluate("scrollTo(0, 0)")
    # By the keyboard: with large text the bars leave little of the page to be clicked.
    app.locator(".thought > summary").press("Enter")
    shot("thoughts")
    app.get_by_role("button", name=say("app.attach.title")).click()
    shot("attach")
    back()
    if look.size != "wide":
        app.get_by_role("button", name=say("app.chats.open")).click()
        shot("chats")
    app.get_by_role("button", name=say("app.settings.title")).click()
    pages = app.locator(".view[data-screen='settings'] .field[data-opens]")
    expect(pages.first).to_be_visible()
    shot("settings")
    for at in range(pages.count()):
        name = pages.nth(at).get_attribute("data-opens") or str(at)
        pages.nth(at).click()
        shot(name)
        back()
