"""Temporary elements move nothing, and a hasty second tap does no harm."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from backend.conversations import MAX_TEXT
from backend.i18n import translator
from tests.browser.people import answers, composer, wait_for_answer
from tests.browser.server import Server
from tests.browser.shop import Customer
from tests.gallery.scene import PROVIDER, QUESTION

say = translator("en")
TOPS = """() => [...document.querySelectorAll(".message, .dock, .bar")]
    .map((one) => Math.round(one.getBoundingClientRect().top))"""


@pytest.fixture
def phone(browser: Browser, scene: Server) -> Iterator[Page]:
    """A small phone whose Mini App shows a question and its answer."""
    wide: Any = {"width": 1280, "height": 860}  # the emulator's page, where the person is chosen
    context = browser.new_context(
        viewport=wide, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    page = context.new_page()
    person = Customer(page, scene.url)
    page.set_viewport_size({"width": 360, "height": 740})
    person.call("PUT", f"consents/{PROVIDER}")
    person.call("PATCH", "me", {"settings": {"modelId": "pro"}})
    page.goto(person.launch_url())
    composer(page.main_frame).fill(QUESTION["en"])
    page.locator(".send").tap()
    wait_for_answer(page.main_frame)
    expect(page.locator(".chip").first).to_be_visible()
    yield page
    context.close()


def test_a_toast_moves_nothing_and_leaves_the_composer_free(phone: Page) -> None:
    """Messages, title bar and composer stay in place while a toast appears and disappears."""
    tap_more(phone.main_frame, ".message.user")
    before = phone.evaluate(TOPS)
    phone.get_by_role("dialog").get_by_role("button", name=say("app.copy")).tap()
    toast = phone.locator(".toast-card")
    expect(toast).to_be_visible()
    assert phone.evaluate(TOPS) == before
    box, dock = toast.bounding_box(), phone.locator(".dock").bounding_box()
    assert box is not None
    assert dock is not None
    assert box["y"] + box["height"] < dock["y"]
    toast.get_by_role("button", name=say("app.close")).tap()
    expect(toast).to_have_count(0)
    assert phone.evaluate(TOPS) == before


@pytest.mark.parametrize("kind", ["user", "assistant"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_second_tap_on_more_deletes_nothing(phone: Page, kind: str, direction: str) -> None:
    """The menu does not cover its button: a second tap there closes it. Delete is the last
    entry."""
    phone.evaluate("to => { document.documentElement.dir = to; }", direction)
    for place in ("start", "center", "end"):
        phone.locator(f".message.{kind}").evaluate(
            f"one => one.querySelector('.actions').scrollIntoView({{block: '{place}'}})"
        )
        x, y = tap_more(phone.main_frame, f".message.{kind}")
        menu = phone.get_by_role("dialog", name=say("app.more"))
        box = menu.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 740
        assert not (box["y"] < y < box["y"] + box["height"]), "it lies under the finger"
        rows = menu.get_by_role("button")
        assert rows.last.get_attribute("aria-label") == say("app.delete.message")
        phone.touchscreen.tap(x, y)
        expect(menu).to_have_count(0)
    expect(answers(phone.main_frame)).to_have_count(1)


def tap_more(app: Frame, within: str) -> tuple[float, float]:
    """Scroll to a message's "…" and tap it; returns its position."""
    more = app.locator(within).get_by_role("button", name=say("app.more"))
    more.evaluate("one => one.scrollIntoView({ block: 'center' })")
    box = more.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    app.page.touchscreen.tap(x, y)
    return x, y


def test_a_text_that_is_too_long_is_shown_before_sending(phone: Page) -> None:
    """A counter appears near the limit. Above it Send is disabled, tells screen readers why, and
    sends nothing; an emoji counts as one character."""
    app, send = phone.main_frame, phone.locator(".send")
    composer(app).fill("x" * 100)
    expect(phone.locator(".text-length")).to_have_count(0)
    composer(app).fill("x" * (MAX_TEXT - 10))
    expect(phone.locator(".text-length")).to_contain_text("31,990")
    expect(send).not_to_have_attribute("aria-disabled", "true")
    composer(app).fill("\N{PARTY POPPER}" * MAX_TEXT)
    expect(send).not_to_have_attribute("aria-disabled", "true")
    composer(app).fill("x" * (MAX_TEXT + 1))
    expect(send).to_have_attribute("aria-disabled", "true")
    expect(send).to_have_accessible_description(re.compile(say("error.message_too_long.title")))
    send.tap(force=True)
    expect(phone.locator(".message.user")).to_have_count(1)
    assert len(composer(app).input_value()) == MAX_TEXT + 1


COVERED = """() => {
  const one = document.activeElement;
  if (!one.closest(".view")) return null;
  const { top, bottom } = one.getBoundingClientRect();
  const from = document.querySelector(".bar").getBoundingClientRect().bottom;
  const to = document.querySelector(".dock").getBoundingClientRect().top;
  return top < from - 1 || bottom > to + 1 ? one.outerHTML.slice(0, 80) : "";
}"""


@pytest.mark.parametrize("draft", ["", "Some words. " * 20], ids=["empty", "written"])
def test_what_has_the_focus_is_under_no_bar(phone: Page, draft: str) -> None:
    """Tab and Shift+Tab scroll each link and button of the chat between the title bar and the
    composer, however high that is."""
    phone.set_viewport_size({"width": 360, "height": 560})
    composer(phone.main_frame).fill(draft)
    seen: list[str | None] = []
    phone.locator(".bar button").first.focus()
    for key in ["Tab"] * 14 + ["Shift+Tab"] * 14:
        phone.keyboard.press(key)
        seen.append(phone.evaluate(COVERED))
    assert seen.count("") > 12, "the walk was elsewhere"
    assert [one for one in seen if one] == []


def test_the_list_shuts_off_what_it_covers(phone: Page) -> None:
    """The chat below the list can be neither reached nor read out; where both have room, as on a
    turned tablet, the list is no longer over it."""
    chat = phone.locator(".page")
    phone.get_by_role("button", name=say("app.chats.open")).tap()
    expect(phone.locator(".drawer.open")).to_be_visible()
    assert chat.evaluate("one => one.inert")
    phone.set_viewport_size({"width": 1112, "height": 834})
    expect(phone.locator(".drawer.open")).to_have_count(0)
    assert not chat.evaluate("one => one.inert")
    expect(phone.locator(".drawer")).to_be_visible()


def test_a_deleted_conversation_can_be_restored_in_the_open_list(phone: Page) -> None:
    """The list covers the page on a phone: its Undo is in the list, where a finger can press it."""
    phone.get_by_role("button", name=say("app.chats.open")).tap()
    chats = phone.get_by_role("navigation").locator("li")
    expect(chats).to_have_count(1)
    chats.get_by_role("button").last.tap()
    chats.get_by_role("button", name=say("app.delete"), exact=True).tap()
    expect(chats).to_have_count(0)
    undo = phone.locator(".toast-card").get_by_role("button", name=say("app.undo"))
    undo.tap(timeout=5_000)
    expect(chats).to_have_count(1)
    expect(phone.locator(".toast-card")).to_have_count(0)
