"""WebKitGTK's small browser, driven by WebDriver: the engine of Telegram for iOS and macOS."""

import json
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError

from tests.engines.engine import Engine
from tests.fixtures.ports import free_port

DRIVER: Final = "WebKitWebDriver"
BROWSERS: Final = "**/webkit2gtk-4.*/MiniBrowser"
START_SECONDS: Final = 30
ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
"""The key that WebDriver gives an element's id under."""


def find() -> tuple[str, str] | None:
    """Its driver and the browser, or None."""
    driver = shutil.which(DRIVER)
    browser = next(Path("/usr/lib").glob(BROWSERS), None)
    return (driver, str(browser)) if driver and browser else None


class WebKit(Engine):
    """In a window that nobody sees (Xvfb)."""

    def __init__(self) -> None:
        found = find()
        assert found is not None, "no WebKit here: `make engines` installs it"
        driver, browser = found
        port = free_port()
        self._url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            ["xvfb-run", "-a", driver, f"--port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            assert time.monotonic() < deadline, "WebKit's driver did not start"
            time.sleep(0.2)
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        made = self._call("POST", "/session", {"capabilities": wanted})
        self._session = f"/session/{made['sessionId']}"

    def _is_ready(self) -> bool:
        try:
            return bool(self._call("GET", "/status")["ready"])
        except OSError:
            return False

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.read().decode()[:500]}") from refused

    def open(self, url: str) -> None:
        """See Engine."""
        self._call("POST", f"{self._session}/url", {"url": url})

    def resize(self, width: int, height: int) -> None:
        """See Engine."""
        size = {"width": width, "height": height}
        self._call("POST", f"{self._session}/window/rect", size)

    def evaluate(self, function: str, *arguments: object) -> Any:
        """See Engine."""
        script = f"""const done = arguments[arguments.length - 1];
        Promise.resolve(({function})(...JSON.parse(arguments[0])))
          .then((it) => done(JSON.stringify(it ?? null)), (it) => done("!" + it));"""
        body = {"script": script, "args": [json.dumps(arguments)]}
        result = self._call("POST", f"{self._session}/execute/async", body)
        assert not result.startswith("!"), result
        return json.loads(result)

    def _element(self, selector: str) -> str:
        body = {"using": "css selector", "value": selector}
        return str(self._call("POST", f"{self._session}/element", body)[ELEMENT])

    def press(self, selector: str) -> None:
        """See Engine."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            element = self._element(selector)
            try:
                self._call("POST", f"{self._session}/element/{element}/click", {})
                return
            except AssertionError as refused:
                # It is still being drawn or moved.
                if "not interactable" not in str(refused) or time.monotonic() > deadline:
                    raise
            time.sleep(0.2)

    def write(self, selector: str, text: str) -> None:
        """See Engine."""
        element = self._element(selector)
        self._call("POST", f"{self._session}/element/{element}/value", {"text": text})

    def close(self) -> None:
        """See Engine."""
        self._call("DELETE", self._session)
        self._process.terminate()
        self._process.wait(timeout=20)
