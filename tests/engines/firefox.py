"""Firefox, driven by WebDriver BiDi, which it speaks by itself."""

import asyncio
import itertools
import json
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from threading import Thread
from typing import Any, Final

import aiohttp

from tests.engines.engine import Engine

NAMES: Final = ("firefox-esr", "firefox")
START_SECONDS: Final = 60
CALL_SECONDS: Final = 90
# Nothing of its own leaves the machine, and nothing of it covers the page.
PREFERENCES: Final = {
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:1",
    "toolkit.telemetry.enabled": False,
    "ui.prefersReducedMotion": 1,
}


def find() -> str | None:
    """Where it is installed, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox(Engine):
    """Without a window, with a profile of its own."""

    def __init__(self) -> None:
        binary = find()
        assert binary is not None, "no Firefox here: `make engines` installs it"
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        with open(f"{self._profile.name}/user.js", "w") as preferences:
            for name, value in PREFERENCES.items():
                preferences.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        arguments = ["--headless", "--no-remote", "--profile", self._profile.name]
        self._process = subprocess.Popen(
            [binary, *arguments, "--remote-debugging-port=0"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()
        self._numbers = itertools.count(1)
        self._await(self._connect(self._address()), START_SECONDS)
        self._call("session.new", {"capabilities": {}})
        tree = self._call("browsingContext.getTree", {})
        self._context = tree["contexts"][0]["context"]

    def _address(self) -> str:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                Thread(target=self._process.stderr.read, daemon=True).start()
                return f"{found[1]}/session"
        raise AssertionError("Firefox ended before it listened")

    async def _connect(self, address: str) -> None:
        self._client = aiohttp.ClientSession()
        self._socket = await self._client.ws_connect(address, max_msg_size=0)

    def _await(self, work: Any, seconds: float) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def _call(self, method: str, params: dict[str, Any]) -> Any:
        return self._await(self._ask(method, params), CALL_SECONDS)

    async def _ask(self, method: str, params: dict[str, Any]) -> Any:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json()
            if answer.get("id") == number:
                assert answer["type"] == "success", f"{method}: {answer}"
                return answer["result"]

    def open(self, url: str) -> None:
        """See Engine."""
        self._call(
            "browsingContext.navigate", {"context": self._context, "url": url, "wait": "complete"}
        )

    def resize(self, width: int, height: int) -> None:
        """See Engine."""
        viewport = {"width": width, "height": height}
        self._call("browsingContext.setViewport", {"context": self._context, "viewport": viewport})

    def evaluate(self, function: str, *arguments: object) -> Any:
        """See Engine."""
        whole = f"async (given) => JSON.stringify(await ({function})(...JSON.parse(given)) ?? null)"
        result = self._call(
            "script.callFunction",
            {
                "functionDeclaration": whole,
                "awaitPromise": True,
                "target": {"context": self._context},
                "arguments": [{"type": "string", "value": json.dumps(arguments)}],
            },
        )
        assert result["type"] == "success", result
        return json.loads(result["result"]["value"])

    def _element(self, selector: str) -> dict[str, Any]:
        locator = {"type": "css", "value": selector}
        found = self._call(
            "browsingContext.locateNodes", {"context": self._context, "locator": locator}
        )
        assert found["nodes"], f"nothing is {selector}"
        return {"type": "element", "element": {"sharedId": found["nodes"][0]["sharedId"]}}

    def press(self, selector: str) -> None:
        """See Engine."""
        self.evaluate(
            "(one) => document.querySelector(one).scrollIntoView({block: 'nearest'})", selector
        )
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": self._element(selector)}
        press = [{"type": f"pointer{way}", "button": 0} for way in ("Down", "Up")]
        self._act({"type": "pointer", "id": "mouse", "actions": [move, *press]})

    def write(self, selector: str, text: str) -> None:
        """See Engine."""
        self.press(selector)
        keys = [{"type": way, "value": letter} for letter in text for way in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": keys})

    def _act(self, source: dict[str, Any]) -> None:
        self._call("input.performActions", {"context": self._context, "actions": [source]})

    def close(self) -> None:
        """See Engine."""
        with suppress(Exception):
            self._await(self._ask("browser.close", {}), 10)
        with suppress(Exception):
            self._await(self._client.close(), 10)
        self._process.terminate()
        self._process.wait(timeout=20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._profile.cleanup()
