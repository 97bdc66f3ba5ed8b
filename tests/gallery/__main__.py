"""Takes pictures of all screens and lays them out: `python -m tests.gallery [looks] [console]`,
with a pattern of looks' names; `console` takes the operator's console alone.

With `--accept` it takes those that tests/browser/test_every_screen.py compares with, and keeps
them in tests/gallery/accepted; with `--readme` the README's, kept in docs/pictures. `surfaces [part
of a name]` takes the places of Telegram in the emulator instead, `surfaces --accept` for
docs/surfaces.md.
"""

import html
import re
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import backend.bot  # noqa: F401  # before the emulator: it decides how aiogram builds its models
from tests.browser import chromium
from tests.gallery import pictures, readme
from tests.gallery.looks import LOOKS, Look
from tests.gallery.scene import server
from tests.gallery.surface_pictures import take_all
from tests.gallery.walk import walk, walk_console

FOLDER = Path(".data/gallery")
PAGE = """<!doctype html><meta charset="utf-8"><title>Gallery</title>
<style>body{{font:14px system-ui;margin:1rem;background:#888}}section{{display:flex;gap:1rem;
overflow-x:auto}}figure{{margin:0}}img{{block-size:28rem}}</style>{sections}"""


def main(part: str = "", only: str = "") -> None:
    """Take every look whose name matches `part`, and write one page to .data/gallery; `only`
    "console" takes nothing else."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = chromium.find()
    wanted, keep, scale = ONLY.get(part, ((), None, 1))
    with server() as shown, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        for look in LOOKS:
            if look.name in wanted if keep else re.search(part, look.name):
                print(look.name, flush=True)
                way = walk_console if only == "console" else walk
                _look(browser, shown.url, look, way, keep, scale)
        if keep is _keep_for_readme:
            for scheme in ("light", "dark"):
                readme.take_emulator(browser, shown.url, scheme)
        browser.close()
    sections = "".join(_section(look) for look in LOOKS)
    (FOLDER / "index.html").write_text(PAGE.format(sections=sections))
    print(FOLDER / "index.html")


def _accept(look: Look, name: str, taken: bytes) -> None:
    if pictures.is_compared(look.name, name):
        pictures.accept(look.name, name, taken)


def _keep_for_readme(look: Look, name: str, taken: bytes) -> None:
    if name in readme.SCREENS:
        readme.keep(readme.SCREENS[name], look.scheme, taken)


Keep = Callable[[Look, str, bytes], None]
ONLY: dict[str, tuple[tuple[str, ...], Keep | None, int]] = {
    "--accept": (pictures.LOOKS, _accept, 1),
    "--readme": (readme.LOOKS, _keep_for_readme, readme.SCALE),
}
"""The looks that are taken to be kept, where, and how many pixels for each of the page's."""


def _look(
    browser: Browser, url: str, look: Look, way: Callable[..., None], keep: Keep | None, scale: int
) -> None:
    context = browser.new_context(
        device_scale_factor=scale,
        color_scheme="dark" if look.scheme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=look.size != "wide",
        is_mobile=look.size != "wide",
        viewport={"width": 1280, "height": 860},
    )
    page = context.new_page()
    for old in FOLDER.glob(f"{look.name}.*.png"):
        old.unlink()
    taken = iter(range(100))

    def take(name: str) -> None:
        path = FOLDER / f"{look.name}.{next(taken):02}-{name}.png"
        # The console's pages are long, and are to be seen whole.
        taken_now = page.screenshot(path=path, full_page=name.startswith("console"))
        if keep is not None:
            keep(look, name, taken_now)

    try:
        way(page, url, look, take)
    finally:
        context.close()


def _section(look: Look) -> str:
    pictures = sorted(FOLDER.glob(f"{look.name}.*.png"))
    figures = "".join(
        f'<figure><img loading="lazy" src="{html.escape(one.name)}" alt="">'
        f"<figcaption>{html.escape(one.stem.partition('.')[2])}</figcaption></figure>"
        for one in pictures
    )
    return f"<h2>{look.name}</h2><section>{figures}</section>" if figures else ""


if __name__ == "__main__":
    if sys.argv[1:2] == ["surfaces"]:
        part, accepting = " ".join(sys.argv[2:]), "--accept" in sys.argv
        take_all("" if accepting else part, accepting=accepting)
    else:
        main(*sys.argv[1:3])
