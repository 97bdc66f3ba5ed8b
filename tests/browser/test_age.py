"""The minimum-age question in the Mini App."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from backend.i18n import translator
from tests.browser.looks import Look, apply_look, faults, in_every_look
from tests.browser.people import ask, composer, wait_for_answer
from tests.browser.server import Server, running
from tests.browser.shop import Customer


@pytest.fixture(scope="module")
def age_limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a minimum age of 16."""
    made = Server(
        tmp_path_factory.mktemp("grown-up"), MINIMUM_AGE="16", LOCAL_MODEL_ENABLED="false"
    )
    with running(made) as server:
        yield server


@in_every_look
def test_it_is_asked_once_and_looks_right(age_limited: Server, page: Page, look: Look) -> None:
    """After a yes the held question is sent, and the age is not asked again."""
    say = translator(look.language)
    customer = Customer(page, age_limited.url, look.language)
    apply_look(page, look)
    page.goto(customer.launch_url())
    app = page.main_frame
    expect(composer(app)).to_be_visible()
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Grok (simulation)").click()
    ask(app, "Hello")
    expect(app.locator(".problem-title")).to_have_text(say("error.age_unknown.title", age=16))
    assert faults(app, look) == []
    app.get_by_role("button", name=say("app.age.yes"), exact=True).click()
    wait_for_answer(app)
    expect(app.locator(".problem-title")).to_have_count(0)
