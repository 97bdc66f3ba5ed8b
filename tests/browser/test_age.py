"""The minimum-age question in the Mini App."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from backend.i18n import translator
from backend.llm.local.model_file import fetch_model
from tests.browser.conftest import CACHE, Server
from tests.browser.looks import LOOKS, Look, apply_look, faults
from tests.browser.people import ask, composer, wait_for_answer
from tests.browser.shop import Customer


@pytest.fixture(scope="module")
def age_limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a minimum age of 16."""
    data_dir = tmp_path_factory.mktemp("grown-up")
    fetch_model(CACHE)
    (data_dir / "models").symlink_to(CACHE / "models")
    server = Server(data_dir, MINIMUM_AGE="16")
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("look", LOOKS)
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
