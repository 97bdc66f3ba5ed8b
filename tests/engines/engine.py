"""What a test does in a browser, whichever engine it has."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

WAIT_SECONDS = 60


class Engine(ABC):
    """A browser with one page."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Load a page, and wait until it has loaded."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Make the page, or its window, so large."""

    @abstractmethod
    def evaluate(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function in the page; what it gives, as JSON."""

    @abstractmethod
    def press(self, selector: str) -> None:
        """Press the middle of the first element that matches, as a mouse does."""

    @abstractmethod
    def write(self, selector: str, text: str) -> None:
        """Press a field and type into it."""

    @abstractmethod
    def close(self) -> None:
        """End the browser."""

    def text(self, selector: str) -> str:
        """What the last element that matches says; "" if there is none."""
        function = "(one) => [...document.querySelectorAll(one)].at(-1)?.textContent ?? ''"
        return str(self.evaluate(function, selector))

    def count(self, selector: str) -> int:
        """How many visible elements match."""
        function = """(one) => [...document.querySelectorAll(one)]
          .filter((it) => it.getClientRects().length).length"""
        return int(self.evaluate(function, selector))

    def wait_for(self, selector: str, number: int = 1) -> None:
        """Wait until so many are visible."""
        self.wait_until(lambda: self.count(selector) == number, f"{number} × {selector}")

    def wait_until(self, so: Callable[[], object], what: str) -> None:
        """Wait for it, long enough for a busy machine."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not so():
            if time.monotonic() > deadline:
                read = self.evaluate("() => document.body.innerText")
                raise AssertionError(f"waited for {what}; the page says {json.dumps(read)[:1500]}")
            time.sleep(0.1)
