"""Answers of two models side by side: requested, chosen, and browsed on a phone."""

from playwright.sync_api import Frame, Page, expect

from backend.i18n import translator
from tests.browser.looks import Look, apply_look, faults, in_every_look
from tests.browser.people import ANSWER_MS, answers, ask, wait_for_answer
from tests.browser.server import Server
from tests.browser.test_app_page import open_on_phone
from tests.gallery.scene import PROVIDER

say = translator("en")


def ask_pro(app: Frame) -> None:
    """Ask the first model."""
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Example Pro").click()
    ask(app, "Hello")
    wait_for_answer(app)


def open_comparison(app: Frame, language: str = "en") -> None:
    """From the answer's menu, request another model's answer beside it."""
    words = translator(language)
    answers(app).last.get_by_role("button", name=words("app.more")).click()
    answers(app).last.get_by_role("button", name=words("app.compare"), exact=True).click()
    app.get_by_role("radio", name="Example Mini").click()
    expect(app.locator(".version")).to_have_count(2)
    expect(app.locator(".version[aria-busy=false]")).to_have_count(2, timeout=ANSWER_MS)


def test_two_models_answer_side_by_side(scene: Server, page: Page) -> None:
    """Each has its name and cost; one of them is chosen, and the chat continues from it."""
    person, app = open_on_phone(page, scene)
    page.set_viewport_size({"width": 1440, "height": 900})
    person.call("PUT", f"consents/{PROVIDER}")
    ask_pro(app)
    open_comparison(app)
    one, other = app.locator(".version").all()
    expect(one).to_contain_text("Example Pro")
    expect(one.locator(".version-cost")).to_contain_text("$")
    expect(other).to_contain_text("Example Mini")
    for version in (one, other):
        expect(version).to_be_in_viewport(ratio=0.99)
    left, right = one.bounding_box(), other.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"] <= 1440 - right["width"]
    one.get_by_role("button", name=say("app.compare.keep")).click()
    expect(answers(app)).to_have_count(1)
    expect(answers(app).last).to_contain_text("Example Pro")
    expect(app.get_by_text(say("app.branches.count", n=1, of=2))).to_be_visible()
    answers(app).last.get_by_role("button", name=say("app.more")).click()
    answers(app).last.get_by_role("button", name=say("app.compare"), exact=True).click()
    expect(app.locator(".version")).to_have_count(2)


@in_every_look
def test_on_a_phone_one_fills_the_screen(scene: Server, page: Page, look: Look) -> None:
    """The newest answer is shown first, and a tab leads to the other one. No look has overlapping
    elements."""
    person, app = open_on_phone(page, scene, look.language)
    apply_look(page, look)
    person.call("PUT", f"consents/{PROVIDER}")
    ask_pro(app)
    open_comparison(app, look.language)
    assert faults(app, look) == []
    if look.width > 800:
        return
    first = app.locator(".version").first
    newest = app.locator(".version").last
    expect(newest).to_be_in_viewport(ratio=0.2)
    box = newest.bounding_box()
    assert box is not None
    assert box["width"] > 0.8 * look.width
    expect(first).not_to_be_in_viewport()
    app.get_by_role("button", name="Example Pro").click()
    expect(first).to_be_in_viewport(ratio=0.2)
