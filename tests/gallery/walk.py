"""Visits the screens of the Mini App one after the other."""

from typing import Final

from playwright.sync_api import Frame, Locator, Page, expect

from backend.i18n import Translator, translator
from tests.browser.people import ANSWER_MS, composer, wait_for_answer
from tests.browser.shop import Customer
from tests.gallery.looks import SIZES, THEMES, Look
from tests.gallery.scene import PROVIDER, QUESTION
from tests.gallery.seldom import MICROPHONE, Shot, be_looked_at, be_refused, pay, speak, widen

SETTLED_MS = 200


def launch(person: Customer, look: Look, start: str = "") -> str:
    """The Mini App's address as a client with this look opens it, by a link if `start` is given."""
    asked = {
        "type": "launch",
        "personId": person.person_id,
        "source": "direct" if start else "menu",
        "startParam": start or None,
        "platform": look.platform,
        "version": "9.1",
        "themeParams": THEMES[look.platform, look.scheme],
    }
    return person.launched(asked)


def _opened(
    page: Page, url: str, look: Look, settings: dict[str, str] | None = None
) -> tuple[Customer, Frame]:
    """The app of a new person, in that look."""
    person = Customer(page, url, look.language)
    person.call("PUT", f"consents/{PROVIDER}")
    if settings:
        person.call("PATCH", "me", {"settings": settings})
    width, height = SIZES[look.size]
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(MICROPHONE)
    _reopen(page, person, look)
    app = page.main_frame
    expect(composer(app)).to_be_visible()
    expect(app.locator(".model-pill:not([data-unknown])")).to_be_visible(timeout=ANSWER_MS)
    return person, app


def _reopen(page: Page, person: Customer, look: Look, start: str = "") -> None:
    """Open the app anew, by a link if `start` is given."""
    # With only another fragment the browser would stay on the page.
    page.goto("about:blank")
    page.goto(launch(person, look, start))
    app = page.main_frame
    expect(app.locator(".composer")).to_have_count(1)
    if look.text_percent != 100:
        size = f"{look.text_percent}%"
        app.evaluate("size => { document.documentElement.style.fontSize = size; }", size)


def walk_chat(page: Page, url: str, look: Look, take: Shot) -> None:
    """The chat, its sheets and menus, and the list of chats."""
    _, app = _opened(page, url, look)
    say, shot = translator(look.language), _settled(page, take)
    shot("welcome")
    app.locator(".model-pill").click()
    shot("models")
    app.get_by_role("radio", name="Example Pro").click()
    _ask(app, look)
    shot("chat")
    app.evaluate("scrollTo(0, 0)")
    # With the keyboard: with large text the bars leave little room for clicks.
    app.locator(".thought > summary").press("Enter")
    shot("thoughts")
    app.get_by_role("button", name=say("app.attach.title")).click()
    shot("attach")
    page.keyboard.press("Escape")
    _messages(app, say, shot)
    _composer(app, shot)
    app.evaluate("scrollTo(0, 0)")
    if look.size != "wide":
        app.get_by_role("button", name=say("app.chats.open")).click()
    _folder(app, say)
    shot("chats")


def walk_pages(page: Page, url: str, look: Look, take: Shot) -> None:
    """The settings and what they lead to, with and without a network, and a page that is not."""
    _, app = _answered(page, url, look)
    shot = _settled(page, take)
    _open_settings(app, look)
    pages = app.locator(".view[data-screen='settings'] .field[data-opens]")
    expect(pages.first).to_be_visible()
    shot("settings")
    for at in range(pages.count()):
        name = pages.nth(at).get_attribute("data-opens") or str(at)
        if name == "console":
            continue
        pages.nth(at).click()
        shot("default-model" if name == "models" else name)
        page.keyboard.press("Escape")
    page.context.set_offline(offline=True)
    expect(app.locator(".banner")).to_be_visible()
    shot("offline")
    page.context.set_offline(offline=False)
    page.goto(f"{url.rstrip('/')}/nowhere?lang={look.language}")
    shot("nowhere")


def walk_console(page: Page, url: str, look: Look, take: Shot) -> None:
    """The operator's console."""
    _, app = _opened(page, url, look)
    shot = _settled(page, take)
    _open_settings(app, look)
    app.locator(".field[data-opens='console']").click()
    shot("console")
    _console(app, translator(look.language), shot)


def walk_seldom(page: Page, url: str, look: Look, take: Shot) -> None:
    """What an ordinary day does not show (seldom.py)."""
    person, app = _answered(page, url, look)
    say, shot = translator(look.language), _settled(page, take)
    widen(app, say, shot)
    speak(app, say, shot)
    _open_settings(app, look)
    be_looked_at(app, person, shot)
    pay(page, person, lambda start: _reopen(page, person, look, start), shot)
    _reopen(page, person, look)
    be_refused(app, say, shot)


PARTS: Final = {
    "chat": walk_chat,
    "pages": walk_pages,
    "console": walk_console,
    "seldom": walk_seldom,
}
"""All screens; each part is another person's."""


def walk(page: Page, url: str, look: Look, take: Shot) -> None:
    """Go through all screens; `take` is called with the name of each."""
    for part in PARTS.values():
        part(page, url, look, take)


def _settled(page: Page, take: Shot) -> Shot:
    """Takes each screen once what it waits for is there."""

    def shot(name: str) -> None:
        expect(page.locator(".skeleton:visible")).to_have_count(0)
        page.wait_for_timeout(SETTLED_MS)
        take(name)

    return shot


def _answered(page: Page, url: str, look: Look) -> tuple[Customer, Frame]:
    """The app of a new person whose question has been answered."""
    person, app = _opened(page, url, look, {"modelId": "pro"})
    _ask(app, look)
    return person, app


def _ask(app: Frame, look: Look) -> None:
    """The gallery's question, answered, with suggestions."""
    composer(app).fill(QUESTION[look.language])
    app.locator(".send").click()
    wait_for_answer(app)
    expect(app.locator(".chip").first).to_be_visible(timeout=ANSWER_MS)


def _open_settings(app: Frame, look: Look) -> None:
    say = translator(look.language)
    if look.size != "wide":
        app.get_by_role("button", name=say("app.chats.open")).click()
    app.get_by_role("button", name=say("app.settings.title")).click()


def _messages(app: Frame, say: Translator, shot: Shot) -> None:
    """The menus of question and answer, the sheets they open, and a toast."""
    answer, question = app.locator("article.assistant").last, app.locator("article.user").last

    def choose(message: Locator, name: str) -> None:
        message.get_by_role("button", name=say("app.more"), exact=True).press("Enter")
        menu = app.get_by_role("dialog", name=say("app.more"), exact=True)
        expect(menu).to_be_visible()
        if name:
            menu.get_by_role("button", name=say(name), exact=True).press("Enter")

    choose(answer, "")
    shot("menu")
    app.page.keyboard.press("Escape")
    for name in ("tasks", "check", "receipts", "feedback", "share"):
        choose(answer, "app.share.answer" if name == "share" else f"app.{name}")
        expect(app.locator("dialog.sheet")).to_be_visible()
        shot(name)
        app.page.keyboard.press("Escape")
    choose(question, "app.copy")
    expect(app.locator(".toast-card")).to_be_visible()
    shot("toast")
    app.locator(".toast-card button").last.press("Enter")
    choose(answer, "app.compare")
    app.get_by_role("radio", name="Example Mini").press("Enter")
    expect(app.locator(".version[aria-busy=false]")).to_have_count(2, timeout=ANSWER_MS)
    shot("compare")
    app.page.keyboard.press("Escape")


def _composer(app: Frame, shot: Shot) -> None:
    """A text of several lines, and one that is too long to send."""
    composer(app).fill("Some words. " * 20)
    shot("typing")
    composer(app).fill("Too many words. " * 2_001)
    expect(app.locator(".text-length.over")).to_be_visible()
    shot("too-long")
    composer(app).fill("")


def _folder(app: Frame, say: Translator) -> None:
    """Put the chat into a folder, so that the list has folder chips."""
    app.locator(".row-more").first.press("Enter")
    app.get_by_role("button", name=say("app.folder"), exact=True).press("Enter")
    app.get_by_label(say("app.folder.label")).fill("Lisbon")
    app.page.keyboard.press("Enter")
    expect(app.locator(".folder")).to_have_count(2)


def _console(app: Frame, say: Translator, shot: Shot) -> None:
    """Every page of the console, and what a person's and a month's look like once found."""
    parts = app.locator(".view[data-screen='console'] .field[data-opens]")
    expect(parts.first).to_be_visible()
    for at in range(parts.count()):
        name = parts.nth(at).get_attribute("data-opens") or str(at)
        parts.nth(at).click()
        view = app.locator(f".view[data-screen='{name}']")
        expect(view.locator(".card, .nothing").first).to_be_visible()
        if name == "console.person":
            view.get_by_label(say("app.console.person.id")).fill("@Guest_1")
            view.get_by_role("button", name=say("app.console.person.find")).press("Enter")
            view.get_by_role("button", name=say("app.console.look.read")).press("Enter")
            expect(view.get_by_text(QUESTION["en"])).to_be_visible()
        if name == "console.statements":
            view.get_by_role("button", name=say("app.console.statements.show")).press("Enter")
            expect(view.locator(".sums").first).to_be_visible()
        app.evaluate("scrollTo(0, 0)")
        shot(name.replace(".", "-"))
        app.page.keyboard.press("Escape")
