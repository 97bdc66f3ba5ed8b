"""The emulator's own page in a real browser: accessible, and it remembers its choices."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

AXE = (Path(__file__).parents[2] / "page/node_modules/axe-core/axe.min.js").read_text("utf-8")
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
"""Waits until the page has drawn what is to come next; nothing moves."""
NARROW = {"width": 390, "height": 844}
TABS = range(4)


def violations(page: Page) -> list[Any]:
    """The violations that axe finds in the page; the app in the frame has tests of its own."""
    page.wait_for_timeout(300)
    page.evaluate(DRAWN)
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {iframes: false})")["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def visit(visitor: Visitor, theme: str, language: str) -> Page:
    """The page as the fixture's person, in a theme and a language."""
    page = visitor.page
    kept = {"emulator.theme": theme, "emulator.person": visitor.person_id}
    for key, value in kept.items():
        page.evaluate(
            "([key, value]) => localStorage.setItem(key, value)", [key, json.dumps(value)]
        )
    page.goto(f"{visitor.url}?lang={language}")
    expect(page.locator(".chat-header")).to_be_visible()
    return page


SHORT = (("light", "en"), ("dark", "ar"), ("ember", "en"), ("fog", "ar"))
"""Each theme, and both directions; `make test-slow` tries the others too."""


@pytest.mark.parametrize(
    ("theme", "language"),
    [
        pytest.param(theme, language, marks=() if (theme, language) in SHORT else pytest.mark.slow)
        for theme in ("light", "dark", "ember", "fog")
        for language in ("en", "ar")
    ],
)
def test_the_page_is_accessible(visitor: Visitor, theme: str, language: str) -> None:
    """Chat, every tab of the tools and the open app pass axe, wide and narrow."""
    page = visit(visitor, theme, language)
    assert violations(page) == []
    for tab in TABS:
        page.get_by_role("tab").nth(tab).click()
        assert violations(page) == []
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.locator(".chat-header .icon-button").first.click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".chat-foot button").click()
    page.locator(".menu-button").click()
    expect(page.locator("iframe")).to_be_visible()
    assert violations(page) == []


def test_choices_survive_a_reload(visitor: Visitor) -> None:
    """Person, platform, version and safe areas are kept."""
    page = visit(visitor, "light", "en")
    page.get_by_role("tab", name="Device").click()
    page.get_by_label("Platform").select_option("ios")
    page.get_by_label("Version").select_option("7.10")
    page.get_by_label("Safe areas").select_option("island")
    page.reload()
    expect(page.get_by_label("Platform")).to_have_value("ios")
    expect(page.get_by_label("Version")).to_have_value("7.10")
    expect(page.get_by_label("Safe areas")).to_have_value("island")
    expect(page.locator(".person[aria-current=true]")).to_contain_text(visitor.name)


def test_an_old_client_does_not_answer_newer_methods(visitor: Visitor) -> None:
    """The app requests its safe areas, which a client of version 7.10 does not know."""
    page = visit(visitor, "light", "en")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("tab", name="Device").click()
    page.get_by_label("Version").select_option("7.10")
    page.locator(".menu-button").click()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_text("web_app_ready").first).to_be_visible()
    expect(page.locator(".log-name", has_text="safe_area_changed")).to_have_count(0)


def test_the_keyboard_is_sufficient(visitor: Visitor) -> None:
    """A dialog takes the focus, keeps it, closes with Escape and returns the focus."""
    page = visit(visitor, "light", "en")
    page.get_by_role("tab", name="World").click()
    button = page.get_by_role("button", name="Forget the whole world")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[role=alertdialog]') !== null")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


def test_a_dialog_has_the_focus_at_once(visitor: Visitor) -> None:
    """A key pressed before the next frame goes to the dialog, not to the element below."""
    page = visit(visitor, "light", "en")
    page.get_by_role("tab", name="World").click()
    page.get_by_role("button", name="Forget the whole world").focus()
    inside = page.evaluate(
        """async () => {
          document.activeElement.click();
          for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
          return document.activeElement.closest('[role=alertdialog]') !== null;
        }"""
    )
    assert inside


def test_a_focus_does_not_scroll_the_screen(visitor: Visitor) -> None:
    """The payment sheet has the focus while it slides in from below; the phone stays in place."""
    page = visit(visitor, "light", "en")
    price = [{"label": "Tea", "amount": 5}]
    invoice = {"title": "Tea", "description": "Hot", "payload": "1", "currency": "XTR"}
    visitor.act({"type": "pressStart", "personId": visitor.person_id})
    visitor.call("sendInvoice", chat_id=visitor.person_id, prices=price, **invoice)
    page.get_by_role("button", name="Pay").click()
    page.locator(".sheet").evaluate("sheet => { sheet.style.transform = 'translateY(60%)'; }")
    scrolled = page.locator(".screen").evaluate("it => { it.scrollTop = 80; return it.scrollTop; }")
    assert scrolled == 0
