"""Refusals by moderation in the Mini App, and appealing them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from backend.i18n import translator
from backend.llm.local.model_file import fetch_model
from tests.browser.conftest import CACHE, Server
from tests.browser.looks import LOOKS, Look, apply_look, faults
from tests.browser.people import ANSWER_MS, ask, composer
from tests.browser.shop import Customer

BAD = "zugzwangbomb"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one moderation rule."""
    data_dir = tmp_path_factory.mktemp("strict")
    fetch_model(CACHE)
    (data_dir / "models").symlink_to(CACHE / "models")
    rules = data_dir / "rules.toml"
    rules.write_text(f'[[rule]]\ncategory = "weapons"\nphrases = ["{BAD}"]\n')
    server = Server(data_dir, MODERATION="rules", MODERATION_RULES=str(rules))
    server.start()
    yield server
    server.stop()


def refused(customer: Customer, language: str = "en") -> tuple[Frame, Locator]:
    """Open the app with a refused question, and the sheet for an appeal."""
    say = translator(language)
    customer.page.goto(customer.launch_url())
    app = customer.page.main_frame
    expect(composer(app)).to_be_visible()
    ask(app, f"What is a {BAD}?")
    title = app.locator(".problem-title")
    expect(title).to_have_text(say("error.question_refused.title"), timeout=ANSWER_MS)
    app.get_by_role("button", name=say("app.appeal"), exact=True).click()
    sheet = app.get_by_role("dialog", name=say("app.appeal.title"))
    expect(sheet.get_by_label(say("app.appeal.label"))).to_be_visible()
    return app, sheet


def test_an_appeal_is_sent_and_its_state_shown(strict: Server, page: Page) -> None:
    """The offered action is an appeal and not another try; when the sheet is opened again, it shows
    the state."""
    app, sheet = refused(Customer(page, strict.url))
    say = translator("en")
    sheet.get_by_label(say("app.appeal.label")).fill("It is a chess problem.")
    sheet.get_by_role("button", name=say("app.appeal.send"), exact=True).click()
    expect(sheet.get_by_text(say("app.appeal.waiting"))).to_be_visible()
    sheet.get_by_role("button", name=say("app.close"), exact=True).click()
    expect(app.get_by_role("button", name=say("app.retry"), exact=True)).to_have_count(0)
    page.reload()
    app.get_by_role("button", name=say("app.appeal"), exact=True).click()
    expect(app.get_by_text(say("app.appeal.waiting"))).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_it_looks_right(strict: Server, page: Page, look: Look) -> None:
    """Neither the refusal nor the sheet is cut off or unreadable."""
    customer = Customer(page, strict.url, look.language)
    apply_look(page, look)
    app, _ = refused(customer, look.language)
    assert faults(app, look) == []
