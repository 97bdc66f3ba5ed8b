"""What every screen is tested with: axe, and looks from narrow to wide, dark, right to left, large
text."""

from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from playwright.sync_api import Frame, Page

AXE: Final = Path(__file__).parents[2] / "webapp/node_modules/axe-core/axe.min.js"


class Look(Struct, frozen=True):
    """One way to show a screen; `percent` is the reader's text size."""

    width: int
    scheme: str
    language: str
    percent: int = 100


LOOKS: Final = (
    Look(390, "light", "en"),
    Look(390, "dark", "ar"),
    Look(390, "light", "ru", percent=200),
    Look(1440, "dark", "en"),
)


def apply_look(page: Page, look: Look) -> None:
    """Show the page in this look."""
    scheme: Any = look.scheme
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": 844})


def faults(app: Frame, look: Look) -> list[Any]:
    """The violations that axe finds, and by how many pixels the page is wider than the screen."""
    size = f"{look.percent}%"
    app.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
    app.wait_for_timeout(300)
    app.evaluate(AXE.read_text())
    found = app.evaluate("axe.run(document)")["violations"]
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    beyond = int(app.evaluate(wide))
    listed = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    return [*listed, *([f"{beyond} pixels too wide"] if beyond > 0 else [])]
