"""The page's guide, and its notices about what does not respond."""

import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_page import NARROW, violations


@pytest.fixture
def without_bot(tmp_path: Path) -> Iterator[str]:
    """The address of an emulator that no bot has called, and whose app's server does not run."""
    command = [str(Path(sys.executable).with_name("telegram-emulator")), "--headless"]
    command += ["--port", "0", "--state", str(tmp_path), "--app", "http://127.0.0.1:9/app"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address is not None
        yield address[0]
        process.terminate()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_guide_is_shown_until_dismissed(visitor: Visitor, language: str) -> None:
    """It names the current person and where to press; dismissed it stays away and can be opened
    again; nothing overlaps, wide or narrow."""
    page = visitor.page
    page.goto(f"{visitor.url}?lang={language}")
    guide = page.locator(".guide")
    expect(guide).to_contain_text(visitor.name)
    assert guide.locator("li").count() == 3
    assert violations(page) == []
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    expect(guide).to_be_visible()
    expect(page.locator(".chat-foot button")).to_be_in_viewport()
    assert violations(page) == []
    guide.locator("button").click()
    expect(guide).to_have_count(0)
    page.set_viewport_size({"width": 1280, "height": 860})
    page.reload()
    expect(page.locator(".top-bar")).to_be_visible()
    expect(guide).to_have_count(0)
    page.locator(".top-bar .icon-button").click()
    expect(guide).to_be_visible()


def test_a_bot_that_never_called_is_reported(page: Page, without_bot: str) -> None:
    """The notice has the address that the bot needs; a call removes the notice."""
    page.goto(without_bot)
    notice = page.locator(".messages .notice")
    expect(notice).to_contain_text("No bot has called yet")
    expect(notice).to_contain_text(f"{without_bot}bot<token>/")


def test_an_app_without_a_server_is_reported(page: Page, without_bot: str) -> None:
    """By the app's own address, not the proxy's."""
    page.goto(without_bot)
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".menu-button").click()
    text = page.frame_locator("iframe").get_by_text("Nothing answers at")
    expect(text).to_contain_text("http://127.0.0.1:9")
    notice = page.locator(".frame-place .notice")
    expect(notice).to_contain_text("http://127.0.0.1:9")
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)


def test_a_bot_that_calls_is_noticed(visitor: Visitor) -> None:
    """At once, in the open page."""
    visitor.call("getMe")
    expect(visitor.page.locator(".chat-header")).to_be_visible()
    expect(visitor.page.locator(".messages .notice")).to_have_count(0)


CRASHING = b"<!doctype html><p>Shop</p><script>throw new Error('no basket')</script>"


class Crashing(http.server.BaseHTTPRequestHandler):
    """A Mini App whose script fails at once."""

    def do_GET(self) -> None:
        """The page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(CRASHING)

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing."""


def test_an_app_that_crashes_is_reported_with_its_error(browser: Browser, emulator: str) -> None:
    """The screen says that the app is not ready and the log why; the page continues."""
    context = browser.new_context(locale="en-US")  # the fixture's page fails on any error
    visitor = Visitor(context.new_page(), emulator, 999_999)
    page = visitor.page
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Crashing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://localhost:{server.server_port}"
        button = {"type": "web_app", "text": "Shop", "web_app": {"url": address}}
        page.get_by_role("button", name="Start", exact=True).click()
        visitor.call("setChatMenuButton", chat_id=visitor.person_id, menu_button=button)
        page.get_by_role("button", name="Shop").click()
        expect(page.frame_locator("iframe").get_by_text("Shop")).to_be_visible()
        notice = page.locator(".frame-place .notice")
        expect(notice).to_contain_text("not said that it is ready")
        page.get_by_role("tab", name="Log").click()
        expect(page.get_by_text("error in the app").first).to_be_visible()
        server.shutdown()
    context.close()
