"""The list of conversations shows each one's last message, on all of a person's devices.

Exercises backend/web/api/conversation_shapes.py.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from backend.i18n import translator
from backend.uuid7 import uuid7
from tests.browser.people import ANSWER_MS, ask, composer, wait_for_answer
from tests.browser.server import Server
from tests.browser.shop import Customer
from tests.gallery.scene import PROVIDER, QUESTION

say = translator("en")
WIDE: Any = {"width": 1280, "height": 860}
HEIGHTS = "() => [...document.querySelectorAll('.row-line')].map((one) => one.offsetHeight)"
ROW = "() => parseFloat(getComputedStyle(document.querySelector('.row-open')).minBlockSize)"
CUT = """() => [...document.querySelectorAll(".row-open")].filter((row) => {
  const edge = row.getBoundingClientRect();
  return [...row.querySelectorAll("span")].some((one) => {
    const { left, right } = one.getBoundingClientRect();
    return left < edge.left - 1 || right > edge.right + 1;
  });
}).length"""


@pytest.fixture
def person(scene: Server, page: Page) -> Customer:
    """A person whose Mini App has the list beside the chat, and answers at once."""
    found = Customer(page, scene.url)
    found.call("PUT", f"consents/{PROVIDER}")
    found.call("PATCH", "me", {"settings": {"modelId": "pro"}})
    page.goto(found.launch_url())
    expect(composer(page.main_frame)).to_be_visible()
    return found


@pytest.fixture
def elsewhere(browser: Browser, person: Customer) -> Iterator[Page]:
    """Another of the person's devices."""
    context = browser.new_context(viewport=WIDE, locale="en-US")
    page = context.new_page()
    page.goto(person.launch_url())
    expect(composer(page.main_frame)).to_be_visible()
    yield page
    context.close()


def row(app: Frame) -> Locator:
    """The list's first row."""
    return app.get_by_role("navigation").locator("li .row-open").first


def test_a_preview_follows_the_conversation(person: Customer, page: Page, elsewhere: Page) -> None:
    """Both devices show the answer's beginning without its marks; once it is deleted the question,
    and again the answer once that is undone."""
    app, other = page.main_frame, elsewhere.main_frame
    ask(app, QUESTION["en"])
    wait_for_answer(app)
    [shown] = person.call("GET", "conversations")["items"]
    words = row(app).locator(".row-words").inner_text()
    assert shown["preview"]["role"] == "assistant"
    assert shown["preview"]["text"].replace("**", "").startswith(words[:10])
    assert not re.search(r"[*#`\n]", words)
    expect(row(other).locator(".row-words")).to_have_text(words, timeout=ANSWER_MS)
    tree = person.call("GET", f"conversations/{shown['id']}/messages")
    person.call("DELETE", f"messages/{tree['leafId']}")
    for device in (app, other):
        expect(row(device).locator(".row-preview")).to_have_text(
            f"{say('app.chats.you')} {QUESTION['en']}", use_inner_text=True
        )
    person.call("POST", f"messages/{tree['leafId']}/restore")
    for device in (app, other):
        expect(row(device).locator(".row-words")).to_have_text(words)


def test_a_row_says_its_title_then_the_last_words_then_the_time(
    person: Customer, page: Page
) -> None:
    """That is the order in which a screen reader reads it."""
    app = page.main_frame
    ask(app, "What is new?")
    wait_for_answer(app)
    parts = row(app).locator(":scope > span")
    expect(parts).to_have_count(3)
    words, time = parts.nth(1).inner_text(), parts.nth(2).inner_text()
    expect(row(app)).to_have_accessible_name(f"{parts.nth(0).inner_text()} {words} {time}")
    [shown] = person.call("GET", "conversations")["items"]
    at = datetime.fromisoformat(shown["updatedAt"])
    assert (datetime.now(UTC) - at).total_seconds() < 600
    assert ":" in time


def test_a_draft_is_shown_in_the_list_while_another_chat_is_open(
    person: Customer, page: Page
) -> None:
    """It is this device's, and disappears from the list once its chat is open again."""
    app = page.main_frame
    ask(app, "What is new?")
    wait_for_answer(app)
    composer(app).fill("And what is old?")
    app.get_by_role("navigation").get_by_role("button", name=say("app.chats.new")).click()
    draft = row(app).locator(".row-draft")
    expect(draft).to_have_text(say("app.chats.draft"), use_inner_text=True)
    expect(row(app).locator(".row-words")).to_have_text("And what is old?")
    row(app).click()
    expect(composer(app)).to_have_value("And what is old?")
    expect(draft).to_have_count(0)


@pytest.mark.parametrize("percent", [100, 200])
def test_rows_are_equally_high(person: Customer, page: Page, percent: int) -> None:
    """With a preview and without; nothing of a row is outside of it on a small phone with large
    text, and a row is as high as its placeholder."""
    app = page.main_frame
    person.call("POST", "conversations", {"id": str(uuid7()), "title": "Nothing said yet"})
    ask(app, "What is new? " * 20)
    wait_for_answer(app)
    expect(app.locator(".row-open")).to_have_count(2)
    page.set_viewport_size({"width": 360, "height": 740})
    app.evaluate("size => { document.documentElement.style.fontSize = size; }", f"{percent}%")
    app.get_by_role("button", name=say("app.chats.open")).click()
    heights = app.evaluate(HEIGHTS)
    assert len(set(heights)) == 1
    assert heights[0] == pytest.approx(app.evaluate(ROW), abs=1)
    assert app.evaluate(CUT) == 0
