"""Pages that few people have are fetched once one of them is opened."""

from playwright.sync_api import Page, expect

from backend.i18n import translator
from tests.browser.server import Server
from tests.browser.shop import open_settings
from tests.browser.test_app_page import open_on_phone

say = translator("en")


def test_a_page_for_few_is_fetched_when_it_is_opened(server: Server, page: Page) -> None:
    """Nobody else loads it. Without a network the page says so, and Try again brings it."""
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    _, app = open_on_phone(page, server)
    open_settings(app)
    for name in ("console-", "business-", "code-worker-", "math-worker-"):
        assert not [one for one in fetched if one.startswith(name)]
    row = app.get_by_role("button", name=say("app.business.title"))
    page.context.set_offline(True)
    row.click()
    again = app.locator(".page").get_by_role("button", name=say("app.retry"))
    expect(again).to_be_visible()
    page.context.set_offline(False)
    again.click()
    expect(app.get_by_text(say("app.business.connect"))).to_be_visible()
    assert [one for one in fetched if one.startswith("business-")]
