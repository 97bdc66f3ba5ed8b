"""What was sent: the exact request of an answer, and its hash checked in the browser."""

import re

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from backend.i18n import translator
from tests.browser.looks import Look, apply_look, faults, in_every_look
from tests.browser.people import ask, composer, wait_for_answer
from tests.browser.server import Server
from tests.browser.shop import Customer

MODEL = "Grok (simulation)"
QUESTION = "What is a monsoon?"
AGREES, DIFFERS = re.compile("the hash agrees"), re.compile("the hash does not agree")


@pytest.fixture
def ann(server: Server, page: Page) -> Customer:
    """A person who has not asked yet."""
    return Customer(page, server.url)


def answered(ann: Customer) -> Frame:
    """The app alone, with an answer from a provider."""
    ann.page.goto(ann.launch_url())
    app = ann.page.main_frame
    expect(composer(app)).to_be_visible()
    app.locator(".model-pill").click()
    app.get_by_role("radio", name=MODEL).click()
    ask(app, QUESTION)
    wait_for_answer(app)
    return app


def open_receipts(app: Frame, language: str = "en") -> None:
    """Open them from the menu under the answer."""
    say = translator(language)
    answer = app.locator("article.assistant").last
    answer.get_by_role("button", name=say("app.more")).click()
    answer.get_by_role("button", name=say("app.receipts"), exact=True).click()
    expect(app.locator(".receipt").first).to_be_visible()


def test_the_exact_request_is_shown_and_verified(ann: Customer) -> None:
    """The text shown is byte for byte what the receipt's hash covers, with recipient, time, size,
    contents and outcome."""
    app = answered(ann)
    open_receipts(app)
    first = app.locator(".receipt").first
    for told in ("Sent to", "Size in bytes", "Messages in it: 1, files: 0", "Answered", "Tokens:"):
        expect(first).to_contain_text(told)
    with ann.page.expect_response(re.compile(r"/receipts/[^/]+/body$")) as arrived:
        first.get_by_role("button", name="Show the exact request").click()
    expect(first.get_by_role("status")).to_have_text(AGREES)
    expect(first.locator("pre")).to_contain_text(QUESTION)
    first.get_by_role("button", name="Exactly as sent").click()
    assert first.locator("pre").inner_text() == arrived.value.text()


def test_a_tampered_body_is_detected(ann: Customer) -> None:
    """If one byte is changed in transit, the browser detects it."""
    app = answered(ann)

    def tamper(route: Route) -> None:
        answer = route.fetch()
        changed = answer.body().replace(b"monsoon", b"monsoom", 1)
        assert changed != answer.body()
        route.fulfill(response=answer, body=changed)

    ann.page.route(re.compile(r"/receipts/[^/]+/body$"), tamper)
    open_receipts(app)
    first = app.locator(".receipt").first
    first.get_by_role("button", name="Show the exact request").click()
    expect(first.get_by_role("status")).to_have_text(DIFFERS)
    expect(first.locator(".agreement")).to_have_class(re.compile("differs"))


@in_every_look
def test_it_looks_right(server: Server, page: Page, look: Look) -> None:
    """Nothing is cut off or unreadable, on a phone and a laptop, right to left, and with large
    text."""
    ann = Customer(page, server.url, look.language)
    apply_look(page, look)
    app = answered(ann)
    open_receipts(app, look.language)
    app.locator(".receipt").first.locator(".text-button").click()
    expect(app.locator(".agreement").first).to_be_visible()
    assert faults(app, look) == []
