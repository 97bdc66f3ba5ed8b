"""The Mini App on a phone: large text, right to left, reloads, and the warning when closing."""

import re

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from tests.browser.looks import DRAWN
from tests.browser.people import ANSWER_MS, Telegram, answers, ask, composer, wait_for_answer
from tests.browser.server import Server
from tests.browser.shop import Customer, open_settings
from tests.browser.test_files import choose

NARROW = {"width": 360, "height": 740}

WIDER = """() => {
  const edge = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getClientRects().length && !one.closest(".sr-only, pre, table, svg"))
    .filter((one) => !one.closest(".drawer:not(.open)"))
    .filter((one) => one.getBoundingClientRect().right > edge + 1)
    .map((one) => `${one.tagName}.${one.className}: ${one.getBoundingClientRect().right}`);
}"""


PLACEHOLDER_FITS = """(field) => {
  const style = getComputedStyle(field);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(field.placeholder).width <= room + 1;
}"""


def open_on_phone(page: Page, server: Server, language: str = "en") -> tuple[Customer, Frame]:
    """A new person with only the app on a phone's screen."""
    person = Customer(page, server.url, language)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(person.launch_url())
    app = page.main_frame
    expect(composer(app)).to_be_visible()
    expect(app.locator(".model-pill:not([data-unknown])")).to_be_visible(timeout=ANSWER_MS)
    return person, app


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
@pytest.mark.parametrize("percent", [pytest.param(150, marks=pytest.mark.slow), 200])
def test_large_text_stays_on_the_screen(
    server: Server, page: Page, percent: int, language: str
) -> None:
    """At 360 pixels nothing is wider than the page, and Send can be pressed."""
    _, app = open_on_phone(page, server, language)
    app.evaluate("size => { document.documentElement.style.fontSize = size; }", f"{percent}%")

    def fits(where: str) -> None:
        app.evaluate(DRAWN)
        wider = app.evaluate(WIDER)
        assert wider == [], f"{where}: {wider}"
        page_width = app.evaluate("document.documentElement.scrollWidth")
        assert page_width <= NARROW["width"], f"{where}: {page_width} pixels"

    fits("welcome")
    send = app.locator(".send").bounding_box()
    assert send is not None
    assert send["x"] >= 0
    assert send["x"] + send["width"] <= NARROW["width"]
    composer(app).fill("A question of several words that is long enough to need two lines")
    fits("typing")
    app.locator(".model-pill").click()
    expect(app.locator("dialog")).to_be_visible()
    fits("models")
    page.keyboard.press("Escape")
    app.locator(".composer-row .icon-button").first.click()
    expect(app.locator("dialog")).to_be_visible()
    fits("attach")
    page.keyboard.press("Escape")
    app.locator(".bar .icon-button").first.click()
    expect(app.locator(".drawer.open")).to_be_visible()
    fits("chats")
    assert app.locator(".search input").evaluate(PLACEHOLDER_FITS)
    app.locator(".drawer-head .icon-button").first.click()
    expect(app.get_by_role("switch").first).to_be_visible()
    fits("settings")
    app.locator(".section .field").first.click()
    expect(app.locator(".plan").first).to_be_visible()
    fits("plans")


def test_an_empty_fields_placeholder_is_on_the_readers_side(server: Server, page: Page) -> None:
    """The placeholder has the page's direction; typed text has its own."""
    _, app = open_on_phone(page, server, "ar")
    way = "field => getComputedStyle(field).direction"
    for field in (composer(app), app.locator("input[type=search]")):
        assert field.evaluate(way) == "rtl"
    composer(app).fill("Hello")
    assert composer(app).evaluate(way) == "ltr"
    composer(app).fill("")
    assert composer(app).evaluate(way) == "rtl"


def test_the_picked_model_is_kept(server: Server, page: Page) -> None:
    """A reload and a new launch have the model that was picked on this device; choosing the
    settings' model replaces it."""
    person, app = open_on_phone(page, server)
    pill = app.locator(".model-pill")
    before = pill.text_content() or ""
    pill.click()
    app.get_by_role("radio", name="Grok (simulation)").click()
    expect(pill).to_contain_text("Grok")
    page.reload()
    expect(pill).to_contain_text("Grok", timeout=ANSWER_MS)
    page.goto("about:blank")
    page.goto(person.launch_url())
    expect(pill).to_contain_text("Grok", timeout=ANSWER_MS)
    open_settings(app)
    app.locator(".field[data-opens=models]").click()
    app.get_by_role("radio", name="SmolLM2").click()
    page.keyboard.press("Escape")
    expect(pill).to_have_text(before)


def test_stop_cuts_no_words_of_the_empty_field(scene: Server, page: Page) -> None:
    """On a small phone the field's words are whole while an answer is being written, and the tools
    do not move when it begins and ends."""
    _, app = open_on_phone(page, scene)
    tools = ".model-pill, .search-toggle:not([hidden])"
    places = f"() => [...document.querySelectorAll({tools!r})].map((one) => one.offsetLeft)"
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Grok (simulation)").click()
    composer(app).fill("A question")
    app.locator(".send").click()
    expect(app.locator(".send.stop")).to_be_visible()
    assert composer(app).evaluate(PLACEHOLDER_FITS)
    during = app.evaluate(places)
    expect(answers(app)).to_have_count(1, timeout=ANSWER_MS)
    expect(app.locator(".send.stop")).to_have_count(0)
    assert app.evaluate(places) == during


def test_a_reload_during_an_answer_returns_to_it(server: Server, page: Page) -> None:
    """The question and the answer so far are shown, and the answer continues to its end."""
    person, app = open_on_phone(page, server)
    ask(app, "Count from one to two hundred.")
    expect(app.locator("article.assistant[aria-busy=true] .answer")).not_to_be_empty(
        timeout=ANSWER_MS
    )
    page.reload()
    app = page.main_frame
    question = app.get_by_role("article").filter(has_text="Count from one to two hundred.")
    expect(question).to_be_visible(timeout=ANSWER_MS)
    # The run continues here: it can be stopped, and its text stays.
    app.get_by_role("button", name="Stop").click()
    assert wait_for_answer(app).strip()
    # Opening the app again starts a new conversation.
    page.goto("about:blank")
    page.goto(person.launch_url())
    expect(composer(page.main_frame)).to_be_visible()
    expect(question).to_have_count(0)


def test_closing_only_warns_about_what_would_be_lost(telegram: Telegram) -> None:
    """An answer continues without the app; a draft would be lost."""
    telegram.press_start()
    app = telegram.open_app()
    ask(app, "Count from one to two hundred.")
    expect(app.get_by_role("button", name="Stop")).to_be_visible()
    telegram.page.get_by_role("button", name="Close", exact=True).first.click()
    expect(telegram.page.locator("iframe")).to_have_count(0)
    app = telegram.open_app()
    composer(app).fill("Not sent yet")
    telegram.page.get_by_role("button", name="Close", exact=True).first.click()
    expect(telegram.page.get_by_role("alertdialog")).to_be_visible()


def test_send_during_an_upload_waits_for_its_file(telegram: Telegram) -> None:
    """The question is shown at once, and answered when the file has been uploaded."""
    telegram.press_start()
    app = telegram.open_app()
    held: list[Route] = []
    telegram.page.route("**/api/files", lambda route: held.append(route))
    choose(telegram, app, "notes.txt", "text/plain", b"The answer is 42.")
    ask(app, "What do the notes say?")
    question = app.locator("article.user")
    expect(question).to_contain_text("What do the notes say?")
    expect(question).to_contain_text("notes.txt")
    expect(question).to_contain_text("Will send when the files are uploaded")
    expect(composer(app)).to_have_value("")
    assert len(held) == 1
    telegram.page.get_by_role("button", name="Close", exact=True).first.click()
    telegram.page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    held[0].continue_()
    wait_for_answer(app)
    expect(question).not_to_contain_text(re.compile("Will be sent"))
    expect(answers(app)).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "fr", "ru"])
def test_an_empty_chat_fits_the_screen(server: Server, page: Page, language: str) -> None:
    """At 360 pixels the first page does not scroll: what only screen readers read has no height
    that would, and the composer stays at the lower edge."""
    _, app = open_on_phone(page, server, language)
    expect(app.locator(".question").first).to_be_in_viewport()
    assert app.evaluate("document.documentElement.scrollHeight - innerHeight") <= 1
    app.evaluate("scrollTo(0, 1000)")
    assert app.locator(".dock").evaluate("dock => dock.getBoundingClientRect().bottom") >= 739
    assert app.locator(".composer-text").evaluate(PLACEHOLDER_FITS)
