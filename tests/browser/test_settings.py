"""The screens behind the settings: usage and its cap, consent, and suggested replies."""

import asyncio
import re
from collections.abc import Iterator
from functools import partial
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from backend.llm.simulation.mock_provider import MockProvider
from tests.browser.looks import Look, apply_look, faults, in_looks
from tests.browser.people import ANSWER_MS, ask, composer, wait_for_answer, wait_until
from tests.browser.server import Server, running, with_local_model
from tests.browser.shop import Customer, open_settings

PROVIDER = "compatible"
# An answer of the expensive model may cost up to one and a half cents.
MODELS = """
[[model]]
id = "dear"
provider = "compatible"
wire_name = "any"
name = "Dear Model"
context_tokens = 8000
max_output_tokens = 1000
price = { input = 3, output = 15 }
price_class = "free"
"""


@pytest.fixture(scope="module")
def abroad() -> Iterator[str]:
    """The address of a provider that needs consent and has prices."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    provider = asyncio.run_coroutine_threadsafe(MockProvider().start(), loop).result()
    yield provider.base_url
    asyncio.run_coroutine_threadsafe(provider.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, abroad: str) -> Iterator[Server]:
    """A server that offers the provider's model."""
    data_dir = tmp_path_factory.mktemp("settings")
    models = data_dir / "models.toml"
    models.write_text(MODELS)
    with running(
        with_local_model(data_dir, MODELS_FILE=str(models), COMPATIBLE_URL=abroad)
    ) as server:
        yield server


@pytest.fixture
def ann(town: Server, page: Page) -> Customer:
    """A person who has agreed to the provider."""
    ann = Customer(page, town.url)
    ann.call("PUT", f"consents/{PROVIDER}")
    ann.press_start()
    return ann


def choose(app: Frame, model: str) -> None:
    """Choose the model for the next question."""
    app.locator(".model-pill").click()
    app.get_by_role("radio", name=re.compile(model)).click()


def settings(app: Frame, screen: str = "") -> None:
    """Open the settings, or one of the screens behind them."""
    open_settings(app)
    if screen:
        app.get_by_role("main").get_by_role("button", name=screen).click()
    expect(title(app)).to_have_text(screen or "Settings")


def title(app: Frame) -> Locator:
    """The title in the bar."""
    return app.get_by_role("heading", level=1)


def back(ann: Customer, app: Frame) -> None:
    """Press Telegram's back button. It and the app exchange messages: at first it still closes the
    app, and a press arrives a moment later."""
    before = title(app).inner_text()
    ann.page.locator(".app-header").get_by_role("button", name="Back").click()
    expect(title(app)).not_to_have_text(before)


def test_usage_is_empty_at_first_and_then_complete(ann: Customer) -> None:
    """By model, day and conversation; models have their names, and a conversation can be opened
    from it."""
    app = ann.open_app()
    settings(app, "Usage")
    expect(app.get_by_text("Nothing yet.")).to_be_visible()
    ann.page.keyboard.press("Escape")
    app = ann.reopen()
    choose(app, "Dear Model")
    ask(app, "What is a monsoon?")
    wait_for_answer(app)
    settings(app, "Usage")
    for heading in ("By model", "By day (UTC)", "By conversation"):
        section = app.locator("section").filter(has=app.get_by_role("heading", name=heading))
        item = section.get_by_role("listitem")
        expect(item).to_have_count(1)
        expect(item).to_contain_text(re.compile(r"\$0\.00\d+"))
        expect(item).to_contain_text(re.compile(r"Answers: 1 · tokens: \d+"))
    expect(app.get_by_role("listitem").filter(has_text="Dear Model")).to_be_visible()
    app.get_by_role("main").get_by_role("button", name="What is a monsoon?").click()
    expect(app.locator("article.user")).to_contain_text("What is a monsoon?")


def cap_of(ann: Customer) -> int | None:
    """The spending cap in micro-dollars as the server knows it."""
    cap: int | None = ann.call("GET", "usage")["spending"]["capMicroDollars"]
    return cap


def test_a_cap_is_set_changed_and_removed(ann: Customer) -> None:
    """An invalid amount is refused in the form, and nothing is sent."""
    app = ann.open_app()
    settings(app, "Usage")
    cap = app.get_by_label("Monthly spending cap")
    save = app.locator("form:has(#cap)").get_by_role("button", name="Save")
    for wrong in ("abc", "0", "20000"):
        cap.fill(wrong)
        save.click()
        expect(cap).to_have_attribute("aria-invalid", "true")
        expect(app.get_by_text("Enter an amount")).to_be_visible()
    assert cap_of(ann) is None
    for typed, micro in (("5,50", 5_500_000), ("7", 7_000_000)):
        cap.fill(typed)
        cap.press("Enter")
        expect(app.get_by_text(re.compile(rf"of .?\${micro / 1e6:.2f}.? spent"))).to_be_visible()
        wait_until(partial(lambda kept: cap_of(ann) == kept, micro))
        expect(cap).to_be_focused()
    app.get_by_role("button", name="Remove").click()
    expect(app.get_by_role("button", name="Remove")).to_have_count(0)
    expect(cap).to_have_value("")
    expect(cap).to_be_focused()
    wait_until(lambda: cap_of(ann) is None)


def test_a_reached_cap_leads_to_its_setting(ann: Customer) -> None:
    """The refusal is shown with the question; the cap is raised from there, and the answer
    comes."""
    ann.call("PATCH", "me", {"settings": {"spendingCapMicroDollars": 10_000}})
    app = ann.open_app()
    choose(app, "Dear Model")
    ask(app, "What is a monsoon?")
    expect(app.get_by_text("Your spending cap is reached")).to_be_visible(timeout=ANSWER_MS)
    app.get_by_role("button", name="See the cap").click()
    app.get_by_label("Monthly spending cap").fill("5")
    app.locator("form:has(#cap)").get_by_role("button", name="Save").click()
    expect(app.locator("form:has(#cap)").get_by_role("button", name="Saved")).to_be_visible()
    back(ann, app)
    app.get_by_role("button", name="Try again").click()
    wait_for_answer(app)


def agreed_at(ann: Customer) -> Any:
    """When the person agreed to the provider, as the server knows it."""
    items = ann.call("GET", "consents")["items"]
    return next(one["agreedAt"] for one in items if one["provider"] == PROVIDER)


def test_consent_is_shown_and_withdrawn(ann: Customer) -> None:
    """It takes one press; the layout does not move, and the next question asks again."""
    app = ann.open_app()
    settings(app, "Where your words go")
    card = app.get_by_role("region").filter(has_text="Agreed on")
    expect(card.get_by_role("listitem").first).to_be_visible()
    button = card.get_by_role("button", name=re.compile("Withdraw"))
    place = button.bounding_box()
    button.press("Enter")
    again = app.get_by_role("button", name=re.compile("^Agree"))
    expect(again).to_be_focused()
    after = again.bounding_box()
    assert place is not None
    assert after is not None
    assert abs(place["y"] - after["y"]) < 24
    wait_until(lambda: agreed_at(ann) is None)
    back(ann, app)
    back(ann, app)
    choose(app, "Dear Model")
    ask(app, "What is a monsoon?")
    expect(app.get_by_role("dialog", name="Before you send")).to_be_visible(timeout=ANSWER_MS)


def test_a_screen_that_cannot_be_loaded_can_be_retried(ann: Customer) -> None:
    """The failure is shown in its place with a button."""
    app = ann.open_app()
    for screen, path in (("Usage", "usage"), ("Where your words go", "consents")):
        ann.page.route(f"**/api/{path}*", lambda route: route.abort())
        settings(app, screen)
        again = app.get_by_role("button", name="Try again")
        expect(again).to_be_visible()
        ann.page.unroute(f"**/api/{path}*")
        again.click()
        expect(app.locator(".screen .card").first).to_be_visible()
        back(ann, app)
        back(ann, app)


def test_a_suggested_reply_is_one_tap(ann: Customer) -> None:
    """It is sent unchanged; the draft stays in the composer, and nothing moves."""
    app = ann.open_app()
    choose(app, "Dear Model")
    ask(app, "What is a monsoon?")
    wait_for_answer(app)
    place = app.locator(".chips")
    expect(place).to_have_count(1)
    before = place.bounding_box()
    replies = app.get_by_role("group", name="Suggested replies").get_by_role("button")
    expect(replies).to_have_count(3, timeout=ANSWER_MS)
    assert before is not None
    now = place.bounding_box()
    assert now is not None
    assert now["height"] == before["height"]
    composer(app).fill("half a thou")
    text = replies.first.inner_text()
    replies.first.click()
    expect(app.locator("article.user").last).to_contain_text(text)
    expect(composer(app)).to_have_value("half a thou")
    wait_for_answer(app, 2)


def test_suggestions_are_turned_off(ann: Customer) -> None:
    """No suggestions are requested any more, not even on this page."""
    app = ann.open_app()
    settings(app)
    app.get_by_role("switch", name=re.compile("Suggest replies")).click()
    back(ann, app)
    asked: list[str] = []
    ann.page.on("request", lambda request: asked.append(request.url))
    choose(app, "Dear Model")
    ask(app, "What is a monsoon?")
    wait_for_answer(app)
    app.wait_for_timeout(1_500)
    assert not [url for url in asked if "suggestions" in url]
    expect(app.locator(".chips")).to_have_count(0)
    wait_until(lambda: ann.call("GET", "me")["settings"]["suggestions"] is False)


PHONES = [Look(390, scheme, language) for scheme in ("light", "dark") for language in ("en", "ar")]


@in_looks(PHONES, short=(PHONES[0], PHONES[-1]))
def test_the_settings_are_accessible(town: Server, page: Page, look: Look) -> None:
    """Settings, usage with an invalid cap, consents and suggested replies pass axe on a phone's
    width, and none is wider."""
    ann = Customer(page, town.url, look.language)
    apply_look(page, look)
    ann.call("PUT", f"consents/{PROVIDER}")
    page.goto(ann.launch_url())
    app = page.main_frame
    expect(composer(app)).to_be_visible()
    choose(app, "Dear Model")
    ask(app, "What is a monsoon?")
    expect(app.locator(".chip")).to_have_count(3, timeout=ANSWER_MS)
    assert faults(app, look) == []
    for number in range(2):
        app.locator(".bar .icon-button").first.click()
        app.locator(".drawer-head .icon-button").first.click()
        expect(app.get_by_role("switch").first).to_be_visible()
        assert faults(app, look) == []
        app.locator(f".field[data-opens={('usage', 'consents')[number]}]").click()
        expect(app.locator(".card:is(.consent, :has(.cap))").first).to_be_visible()
        if number == 0:
            app.locator("#cap").fill("abc")
            app.locator("#cap").press("Enter")
        assert faults(app, look) == []
        page.reload()
        expect(composer(app)).to_be_visible()
