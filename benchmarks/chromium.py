"""Chromium without a GPU, slowed down as a phone is slow, and what its own trace says of a page.

Figures are CPU time of the page's main thread (`tdur` of the trace), which other programs on the
machine lengthen less than they do wall time.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click
import msgspec
from msgspec import Struct
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium

SLOWER: Final = 4
LONG: Final = 50.0
"""Milliseconds from which on a task is seen as a hitch."""
_CATEGORIES: Final = (
    "-*",
    "toplevel",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "__metadata",
)
_TASKS: Final = {"RunTask", "ThreadControllerImpl::RunTask"}
_PARTS: Final = {
    "UpdateLayoutTree": "style",
    "Layout": "layout",
    "PrePaint": "paint",
    "Paint": "paint",
    "Layerize": "layers",
    "Commit": "layers",
    "UpdateLayer": "layers",
    "CompositeLayers": "layers",
    "MajorGC": "memory",
    "MinorGC": "memory",
    "V8.GCIncrementalMarking": "memory",
    "FunctionCall": "script",
    "FireAnimationFrame": "script",
    "TimerFire": "script",
    "EvaluateScript": "script",
    "RunMicrotasks": "script",
    "EventDispatch": "script",
    "IntersectionObserverController::computeIntersections": "layout",
}


class Traced(Struct):
    """What a page's main thread did, in milliseconds of its slowed down CPU."""

    tasks: list[float]
    parts: dict[str, float]
    frames: int

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {spent:.0f}" for name, spent in self.parts.items())
        return (
            f"busy {self.busy:.0f} ms in {self.frames} frames, longest {self.longest:.0f}, "
            f"{self.hitches} too long ({parts})"
        )

    @property
    def busy(self) -> float:
        """All of them."""
        return sum(self.tasks)

    @property
    def longest(self) -> float:
        """The longest task."""
        return max(self.tasks, default=0.0)

    @property
    def a_frame(self) -> float:
        """What a frame costs with all that leads to it."""
        return self.busy / max(1, self.frames)

    @property
    def hitches(self) -> int:
        """Tasks that are too long."""
        return sum(task > LONG for task in self.tasks)


@contextmanager
def running() -> Iterator[Browser]:
    """A browser without a window.

    Raises:
        click.ClickException: there is none.
    """
    path = chromium.find()
    if path is None:
        raise click.ClickException("no Chromium here: `make browser` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def phone(browser: Browser) -> Iterator[Page]:
    """A page as small as a phone's, of its own profile."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    yield context.new_page()
    context.close()


@contextmanager
def traced(browser: Browser, page: Page) -> Iterator[Traced]:
    """Slow the page down and watch it; what it did is filled in at the end."""
    found = Traced([], {}, 0)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    browser.start_tracing(page=page, categories=list(_CATEGORIES))
    try:
        yield found
    finally:
        buffer = browser.stop_tracing()
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    _read(msgspec.json.decode(buffer)["traceEvents"], found)


def _read(events: list[dict[str, Any]], found: Traced) -> None:
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    threads: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        key = (event["pid"], event["tid"])
        if key in mains and event["ph"] == "X":
            threads[key].append(event)
    page = max(threads.values(), key=len, default=[])
    # Parents before children.
    page.sort(key=lambda event: (event["ts"], -event.get("dur", 0)))
    found.tasks = list(_outermost(page))
    found.frames = sum(event["name"] == "Commit" for event in page)
    parts: dict[str, float] = defaultdict(float)
    above: list[dict[str, Any]] = []
    for event in page:
        part = _PARTS.get(event["name"])
        if part is None:
            continue
        while above and above[-1]["ts"] + above[-1].get("dur", 0) <= event["ts"]:
            above.pop()
        spent = _spent(event)
        parts[part] += spent
        if above:
            parts[_PARTS[above[-1]["name"]]] -= spent
        above.append(event)
    found.parts = dict(parts)


def _outermost(events: list[dict[str, Any]]) -> Iterator[float]:
    """Tasks that are no part of another: the trace has most of them under two names."""
    over = 0.0
    for event in events:
        if event["name"] in _TASKS and event["ts"] >= over:
            over = event["ts"] + event.get("dur", 0)
            yield _spent(event)


def _spent(event: dict[str, Any]) -> float:
    return float(event.get("tdur", 0)) / 1e3
