"""Clients from Bot API 6.0 on: nothing is sent that they do not know, and what they lack is the
app's own instead."""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Frame, Page, expect

from backend.i18n import translator
from tests.browser.native import knows, open_natively, posted
from tests.browser.people import ask, wait_for_answer
from tests.browser.server import Server
from tests.browser.shop import Customer

say = translator("en")
SHORT = ("6.0", "6.2", "8.0", "9.6")
"""The oldest, the newest, and those that brought popups and the home screen; `make test-slow` plays
the others too."""
OTHERS = ("6.1", "6.9", "7.7", "7.10", "9.0")
ANSWERS = """{
  web_app_check_home_screen: ["home_screen_checked", { status: "missed" }],
  web_app_open_popup: ["popup_closed", {}],
  web_app_request_write_access: ["write_access_requested", { status: "allowed" }],
}"""


def _back(app: Frame, version: str) -> None:
    """By the client's button, or by the app's own where it has none."""
    own = app.locator(".bar").get_by_role("button", name=say("app.back"))
    if knows(version, "web_app_setup_back_button"):
        expect(own).to_have_count(0)
        app.evaluate("tell('back_button_pressed')")
    else:
        own.click()


@pytest.mark.parametrize(
    "version", [*SHORT, *(pytest.param(one, marks=pytest.mark.slow) for one in OTHERS)]
)
def test_a_client_gets_what_it_knows(server: Server, page: Page, version: str) -> None:
    """A question, the settings, what there is to buy, sharing and a deletion: each goes, with the
    client's own buttons and popups or with the app's."""
    dialogs: list[str] = []

    def dismiss(shown: Dialog) -> None:
        dialogs.append(shown.message)
        shown.dismiss()

    page.on("dialog", dismiss)
    person = Customer(page, server.url)
    app = open_natively(person, version, ANSWERS)
    ask(app, "What is the capital of France?")
    wait_for_answer(app)
    app.get_by_role("button", name=say("app.chats.open")).click()
    app.get_by_role("button", name=say("app.settings.title")).click()
    expect(app.get_by_role("heading", level=1)).to_have_text(say("app.settings.title"))
    shortcut = app.get_by_role("button", name=say("app.home.add"))
    expect(shortcut).to_have_count(1 if knows(version, "web_app_add_to_home_screen") else 0)
    app.get_by_role("button", name=re.compile(say("app.settings.plan.see"))).click()
    expect(app.locator(".plan").first).to_be_visible()
    assert posted(page, "web_app_setup_main_button")[-1]["is_visible"]
    expect(app.locator(".main-button")).to_have_count(0)
    _back(app, version)
    app.locator(".field[data-opens=data]").click()
    ends = app.get_by_role("button", name=say("app.sessions.endAll"))
    ends.click()
    asked_by_client = posted(page, "web_app_open_popup")
    if knows(version, "web_app_open_popup"):
        assert len(asked_by_client) == 1
        assert dialogs == []
    else:
        assert len(dialogs) == 1
    _back(app, version)
    _back(app, version)
    app.locator("article.assistant").get_by_role("button", name=say("app.more")).click()
    app.get_by_role("button", name=say("app.share.answer")).click()
    to_chat = app.get_by_role("button", name=say("app.share.chat"))
    expect(to_chat).to_have_count(1 if knows(version, "web_app_send_prepared_message") else 0)
    sent: list[Any] = page.evaluate("posted.map(([name]) => name)")
    assert [name for name in sent if not knows(version, name)] == []
