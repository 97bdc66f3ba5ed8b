"""First use in a real browser: Start, the Mini App, the local model, and a reload."""

import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from backend.i18n import translator
from tests.browser.people import (
    ANSWER_MS,
    Telegram,
    answers,
    ask,
    composer,
    open_latest_chat,
    wait_for_answer,
)
from tests.browser.server import Server, running, with_local_model

say = translator("en")
SCRIPT = "**/static/app-*.js"


@pytest.fixture(autouse=True)
def _as_people_have_it(page: Page) -> None:
    """Sheets slide and lists fade here."""
    page.emulate_media(reduced_motion="no-preference")


class Held:
    """Holds requests that match a pattern until they are released."""

    def __init__(self, telegram: Telegram, pattern: str) -> None:
        self._waiting: list[Route] | None = []
        telegram.page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._waiting is None:
            route.continue_()
        else:
            self._waiting.append(route)

    def release(self) -> None:
        """Continue the held requests, and all later ones."""
        waiting, self._waiting = self._waiting, None
        assert waiting, "no request was held"
        for route in waiting:
            route.continue_()


def test_start_open_ask_and_reload(telegram: Telegram) -> None:
    """A new person presses Start, opens the app, asks, gets an answer, and finds it after a
    reload."""
    telegram.press_start()
    app = telegram.open_app()
    ask(app, "What is the capital of France?")
    answer = wait_for_answer(app)
    assert answer.strip()
    expect(app.get_by_text("small", exact=False).first).to_be_visible()

    telegram.open_emulator(telegram.page)
    app = telegram.open_app()
    open_latest_chat(app)
    question = app.get_by_role("article").filter(has_text="What is the capital of France?")
    expect(question).to_be_visible()
    expect(answers(app)).to_have_count(1)


def test_the_first_page_has_questions_that_the_small_model_answers(telegram: Telegram) -> None:
    """The empty chat says that the model is small, and a press on one of its questions asks it."""
    telegram.press_start()
    app = telegram.open_app()
    expect(app.get_by_text(say("app.welcome.small"))).to_be_visible()
    expect(app.locator(".question")).to_have_count(3)
    app.get_by_role("button", name="What is the capital of France?").click()
    expect(app.get_by_role("article").filter(has_text="capital of France")).to_have_count(1)
    assert "Paris" in wait_for_answer(app)


@pytest.mark.parametrize(
    ("pressed", "what_comes"),
    [("Open the list of chats", "Settings"), ("Send", "Stop")],
    ids=["the list", "send"],
)
def test_a_press_before_the_script_is_not_lost(
    telegram: Telegram, pressed: str, what_comes: str
) -> None:
    """The shell is shown before its script is loaded: a press is then handled once it is loaded."""
    held = Held(telegram, SCRIPT)
    telegram.press_start()
    telegram.press_menu()
    app = telegram.frame()
    composer(app).fill("Say hello in one word.")
    # Not by the mouse: this Telegram covers the app until it reports that it is ready; others do
    # not.
    app.get_by_role("button", name=pressed).evaluate("button => button.click()")
    expect(app.get_by_role("button", name=what_comes)).to_have_count(0)
    held.release()
    expect(app.get_by_role("button", name=what_comes)).to_be_visible()


def test_enter_and_other_presses_before_the_script(telegram: Telegram) -> None:
    """Enter sends, as it does later; a press elsewhere does not cancel it, and two presses count as
    two."""
    held = Held(telegram, SCRIPT)
    telegram.press_start()
    telegram.press_menu()
    app = telegram.frame()
    composer(app).fill("Say hello in one word.")
    composer(app).press("Enter")
    chats = app.get_by_role("button", name="Open the list of chats")
    chats.evaluate("button => button.click()")
    app.get_by_role("heading", level=1).evaluate("heading => heading.click()")
    held.release()
    expect(app.get_by_role("button", name="Settings")).to_be_visible()
    question = app.get_by_role("article").filter(has_text="Say hello in one word.")
    expect(question).to_have_count(1)
    assert composer(app).input_value() == ""


@pytest.mark.parametrize("late", ["**/api/session", "**/api/me", "**/static/deferred-*.js"])
def test_a_question_sent_before_everything_is_loaded_is_answered_once(
    telegram: Telegram, late: str
) -> None:
    """Whether the session, the settings or the rest of the app come late, it is sent once."""
    held = Held(telegram, late)
    telegram.press_start()
    telegram.press_menu()
    app = telegram.frame()
    composer(app).fill("Say hello in one word.")
    send = app.get_by_role("button", name="Send")
    send.evaluate("button => button.click()")
    telegram.page.wait_for_timeout(1_000)
    held.release()
    wait_for_answer(app)
    expect(app.get_by_role("article").filter(has_text="Say hello in one word.")).to_have_count(1)
    expect(answers(app)).to_have_count(1)


def test_the_chat_answers_too(telegram: Telegram) -> None:
    """A question in the chat is answered there, with a button to the conversation."""
    telegram.press_start()
    telegram.page.get_by_role("textbox", name="Message").fill("Say hello in one word.")
    telegram.page.keyboard.press("Enter")
    button = telegram.page.get_by_role("button", name="Open the conversation")
    expect(button).to_be_visible(timeout=60_000)


def test_stop_keeps_what_was_written(telegram: Telegram) -> None:
    """Send becomes Stop; pressing it ends the answer and keeps its text."""
    telegram.press_start()
    app = telegram.open_app()
    ask(app, "Write a long story about the sea, in many paragraphs.")
    app.get_by_role("button", name="Stop").click()
    expect(app.get_by_role("button", name="Stop")).to_have_count(0)
    expect(composer(app)).to_be_enabled()
    wait_for_answer(app)


def test_killed_during_an_answer_it_keeps_the_text_and_continues(
    tmp_path: Path, page: Page
) -> None:
    """After kill -9 during an answer and a restart, its text is there and can be continued."""
    with running(with_local_model(tmp_path)) as server:
        _kill_during_an_answer(server, Telegram(page, server.url))


def _kill_during_an_answer(server: Server, telegram: Telegram) -> None:
    telegram.press_start()
    app = telegram.open_app()
    ask(app, "Write a very long story about a journey around the world.")
    expect(app.get_by_role("button", name="Stop")).to_be_visible()
    expect(app.locator("article.assistant .answer")).not_to_be_empty(timeout=ANSWER_MS)
    # What is written is kept every two seconds (generation/record/checkpoint.py).
    telegram.page.wait_for_timeout(2_500)
    server.stop(signal.SIGKILL)
    server.start()
    telegram.open_emulator(telegram.page)
    app = telegram.open_app()
    open_latest_chat(app)
    wait_for_answer(app)
    expect(app.get_by_role("button", name="Continue")).to_be_visible()
