"""Fixtures: a real `telegram-emulator` with a Mini App of another origin, and a real Chromium."""

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from telegram_emulator.testing import TOKEN

HERE = Path(__file__).parent
# Several browsers share the machine, so waits are longer than a person's patience.
expect.set_options(timeout=30_000)
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Chromium's own background traffic has no place in a test.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Visitor:
    """A new person at the emulator's page."""

    def __init__(self, page: Page, url: str, number: int) -> None:
        self.page = page
        self.url = url
        self.name = f"Guest{number}"
        self._offset = 0
        person = {"id": 0, "firstName": self.name, "languageCode": "en"}
        saved = self.act({"type": "savePerson", "person": person})
        self.person_id = saved["person"]["id"]
        page.goto(url)
        page.get_by_role("button", name=self.name).first.click()

    def act(self, action: dict[str, Any]) -> Any:
        """Run an action of the page through the control API."""
        return self._post("emulator/actions", action)

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the Bot API."""
        return self._post(f"bot{TOKEN}/{method}", parameters)["result"]

    def update(self, kind: str) -> Any:
        """The next update of this kind that this person sends; the bot is everybody's."""
        for _ in range(20):
            asked = {"timeout": 5, "offset": self._offset, "allowed_updates": []}
            for update in self.call("getUpdates", **asked):
                self._offset = update["update_id"] + 1
                if kind in update and update[kind]["from"]["id"] == self.person_id:
                    return update[kind]
        raise AssertionError(f"no {kind} came")

    def _post(self, path: str, content: dict[str, Any]) -> Any:
        body, headers = json.dumps(content).encode(), {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in this folder drive a browser and run in a session of their own."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def mini_app() -> Iterator[str]:
    """The address of a Mini App on a port of its own."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(HERE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/app.html"
        server.shutdown()


@pytest.fixture(scope="package")
def emulator(mini_app: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulator started by its command."""
    command = [str(Path(sys.executable).with_name("telegram-emulator")), "--headless"]
    options = {"--token": TOKEN, "--app": mini_app, "--port": "0"}
    options["--state"] = str(tmp_path_factory.mktemp("state"))
    command += [word for option in options.items() for word in option]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address is not None
        yield address[0]
        process.terminate()


# Not for the whole session: Playwright keeps an event loop running, which asyncio's tests must not
# find.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        path = next(filter(None, map(shutil.which, NAMES)), own if Path(own).exists() else None)
        assert path is not None, "no Chromium here: `make browser` installs it"
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with a profile of its own, on which nothing moves; an error on it fails the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, locale="en-US", reduced_motion="reduce"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def visitor(emulator: str, page: Page, request: pytest.FixtureRequest) -> Visitor:
    """The page, used by a person that no other test has used."""
    return Visitor(page, emulator, id(request.node) % 1_000_000)
