"""One person on two devices: each shows at once what the other does, without a new branch."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import (
    ANSWER_MS,
    Telegram,
    answers,
    ask,
    open_latest_chat,
    wait_for_answer,
)


@pytest.fixture
def second_page(browser: Browser) -> Iterator[Page]:
    """Another device's page."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US")
    yield context.new_page()
    context.close()


def test_both_devices_show_the_same_thread(telegram: Telegram, second_page: Page) -> None:
    """The second device shows the question that the first one asks and its answer; its own next
    question follows that, and the first one shows it."""
    telegram.press_start()
    first = telegram.open_app()
    ask(first, "Name one sea.")
    wait_for_answer(first)

    other = telegram.open_app_elsewhere(second_page)
    open_latest_chat(other)
    expect(answers(other)).to_have_count(1)

    ask(first, "And one river?")
    expect(other.get_by_text("And one river?")).to_be_visible(timeout=ANSWER_MS)
    expect(answers(other)).to_have_count(2, timeout=ANSWER_MS)

    ask(other, "And a mountain?")
    expect(first.get_by_text("And a mountain?")).to_be_visible(timeout=ANSWER_MS)
    expect(answers(first)).to_have_count(3, timeout=ANSWER_MS)
    expect(answers(other)).to_have_count(3, timeout=ANSWER_MS)
