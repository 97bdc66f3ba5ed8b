"""What a person does in the emulated Telegram."""

import itertools
import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin

from playwright.sync_api import Frame, Locator, Page, expect

_names = (f"Guest{number}" for number in itertools.count(1))

ANSWER_MS = 60_000
SOON_SECONDS = 15


class Telegram:
    """One person's Telegram: the chat with the bot, and the Mini App in its sheet."""

    def __init__(self, page: Page, url: str, language: str = "en") -> None:
        self.page = page
        self.url = url
        self.name = next(_names)
        person = {"id": 0, "firstName": self.name, "languageCode": language}
        self.person_id = self.act({"type": "savePerson", "person": person})["person"]["id"]
        page.goto(url)
        page.get_by_role("button", name=self.name).first.click()

    def act(self, action: dict[str, Any]) -> Any:
        """Run an action of the emulator's page through its control API."""
        request = urllib.request.Request(
            f"{self.url}emulator/actions",
            json.dumps(action).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def launched(self, launch: dict[str, Any]) -> str:
        """The Mini App's address. A server is ready a moment before its bot has set the menu
        button, so this waits for it."""
        deadline = time.monotonic() + ANSWER_MS / 1000
        while True:
            try:
                return urljoin(self.url, str(self.act(launch)["url"]))
            except HTTPError as error:
                if error.code != 400 or time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def press_start(self) -> None:
        """Press Start and wait for the greeting."""
        self.page.get_by_role("button", name="Start", exact=True).click()
        greeting = self.page.get_by_role("article").filter(has_text=f"Hello, {self.name}!")
        expect(greeting).to_be_visible(timeout=ANSWER_MS)

    def open_app(self) -> Frame:
        """Open the Mini App from the menu button; returns its frame, ready for typing."""
        self.press_menu()
        return self.app()

    def press_menu(self) -> None:
        """Press the menu button, which opens the Mini App."""
        self.page.get_by_role("button", name="Tanya", exact=True).click()

    def app(self) -> Frame:
        """The Mini App's frame once it has stopped moving and is ready."""
        return app_on(self.page)

    def open_app_elsewhere(self, page: Page) -> Frame:
        """Open the Mini App on another of the person's devices."""
        page.goto(self.url)
        page.get_by_role("button", name=self.name).first.click()
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
