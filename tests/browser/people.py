"""What a person does in the emulated Telegram."""

import time
from collections.abc import Callable

from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser.person import Person

ANSWER_MS = 60_000
SOON_SECONDS = 60


class Telegram(Person):
    """One person's Telegram: the chat with the bot, and the Mini App in its sheet.

    The emulator's page is opened when it is first needed: a test of the app alone needs none.
    """

    def __init__(self, page: Page, url: str, language: str = "en") -> None:
        super().__init__(url, language)
        self.page = page

    def emulator_page(self) -> Page:
        """The emulator's page with this person chosen."""
        if self.page.url != self.url:
            self.open_emulator(self.page)
        return self.page

    def open_emulator(self, page: Page) -> None:
        """Open it anew, on any of the person's devices."""
        page.goto(self.url)
        page.get_by_role("button", name=self.name).first.click()

    def press_start(self) -> None:
        """Press Start and wait for the greeting."""
        page = self.emulator_page()
        page.get_by_role("button", name="Start", exact=True).click()
        greeting = page.get_by_role("article").filter(has_text=f"Hello, {self.name}!")
        expect(greeting).to_be_visible(timeout=ANSWER_MS)

    def open_app(self) -> Frame:
        """Open the Mini App from the menu button; returns its frame, ready for typing."""
        self.press_menu()
        return self.app()

    def press_menu(self) -> None:
        """Press the menu button, which opens the Mini App."""
        self.emulator_page().get_by_role("button", name="Tanya", exact=True).click()

    def app(self) -> Frame:
        """The Mini App's frame once it has stopped moving and is ready."""
        return app_on(self.page)

    def open_app_elsewhere(self, page: Page) -> Frame:
        """Open the Mini App on another of the person's devices."""
        self.open_emulator(page)
        page.get_by_role("button", name="Tanya", exact=True).click()
        return app_on(page)

    def frame(self) -> Frame:
        """The Mini App's frame as soon as it has content."""
        return frame_on(self.page)


def app_on(page: Page) -> Frame:
    """The Mini App's frame on a page, once it has stopped moving and is ready."""
    frame = frame_on(page)
    # Clicks are missed while the sheet slides up.
    expect(page.locator(".frame-loading")).to_have_count(0)
    frame.frame_element().wait_for_element_state("stable")
    return frame


def frame_on(page: Page) -> Frame:
    """The Mini App's frame on a page, as soon as it has content."""
    handle = page.wait_for_selector("iframe")
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    expect(composer(frame)).to_be_visible()
    return frame


def wait_until(is_true: Callable[[], bool]) -> None:
    """Wait for something that no screen shows, such as the server having received a press."""
    deadline = time.monotonic() + SOON_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, "the condition did not become true"
        time.sleep(0.1)


def composer(app: Frame) -> Locator:
    """The field for the question."""
    return app.get_by_role("textbox").first


def ask(app: Frame, text: str) -> None:
    """Type and send a question."""
    composer(app).fill(text)
    composer(app).press("Enter")


def answers(app: Frame) -> Locator:
    """The finished answers."""
    return app.locator("article.assistant[aria-busy=false]")


def wait_for_answer(app: Frame, number: int = 1) -> str:
    """Wait until there are this many answers; returns the text of the last one."""
    expect(answers(app)).to_have_count(number, timeout=ANSWER_MS)
    return answers(app).last.inner_text()


def open_latest_chat(app: Frame) -> None:
    """Open the list of chats and the first one in it."""
    app.get_by_role("button", name="Open the list of chats").click()
    app.get_by_role("navigation").locator("li button").first.click()
