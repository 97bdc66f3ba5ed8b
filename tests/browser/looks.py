"""What every screen is tested with: axe, and looks from narrow to wide, dark, right to left, large
text."""

from collections.abc import Container, Iterable
from typing import Any, Final

import pytest
from msgspec import Struct
from playwright.sync_api import Frame, Page

import hatch_build

AXE: Final = (hatch_build.NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
DRAWN: Final = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
"""Waits until the page has drawn what is to come next; nothing moves."""


class Look(Struct, frozen=True):
    """One way to show a screen; `percent` is the reader's text size."""

    width: int
    scheme: str
    language: str
    percent: int = 100

    @property
    def name(self) -> str:
        """A name for a test's id."""
        return f"{self.width}-{self.scheme}-{self.language}-{self.percent}"


SHORT: Final = (Look(390, "dark", "ar"), Look(390, "light", "ru", percent=200))
"""Both schemes, directions and text sizes; `make test-slow` tries the others too."""
LOOKS: Final = (*SHORT, Look(390, "light", "en"), Look(1440, "dark", "en"))


def in_looks(looks: Iterable[Look], short: Container[Look] = SHORT) -> pytest.MarkDecorator:
    """Run a test in each of them; those that are not in `short` are for `make test-slow`."""
    params = [
        pytest.param(look, id=look.name, marks=() if look in short else pytest.mark.slow)
        for look in looks
    ]
    return pytest.mark.parametrize("look", params)


in_every_look: Final = in_looks(LOOKS)


def apply_look(page: Page, look: Look) -> None:
    """Show the page in this look."""
    scheme: Any = look.scheme
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": 844})


def faults(app: Frame, look: Look) -> list[Any]:
    """The violations that axe finds, and by how many pixels the page is wider than the screen."""
    size = f"{look.percent}%"
    app.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
    app.evaluate(DRAWN)
    if not app.evaluate("typeof axe === 'object'"):
        app.evaluate(AXE)
    found = app.evaluate("axe.run(document)")["violations"]
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    beyond = int(app.evaluate(wide))
    listed = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    return [*listed, *([f"{beyond} pixels too wide"] if beyond > 0 else [])]
