"""Lays the console's pages side by side for docs/operations.md: `python -m
tests.gallery.console_sheets`, after `python -m tests.gallery small-ios-light-en$ console`.
"""

from pathlib import Path
from typing import Final

from PIL import Image

from tests.gallery.readme import PICTURES

FOLDER: Final = Path(".data/gallery")
SHEETS: Final = {
    "console": ("console", "console-figures", "console-statements", "console-moderation"),
    "console-desk": ("console-person", "console-broadcasts", "console-switches", "console-system"),
}
GAP: Final = 12
MOST_HEIGHT: Final = 1_240
"""Longer pages are cut there, where nothing new comes."""


def lay_out(look: str) -> None:
    """Both sheets, of one look's pictures.

    Raises:
        FileNotFoundError: a page was not taken.
    """
    for name, pages in SHEETS.items():
        taken = [_cut(look, page) for page in pages]
        size = sum(one.width + GAP for one in taken) - GAP, max(one.height for one in taken)
        sheet, at = Image.new("RGB", size, "white"), 0
        for one in taken:
            sheet.paste(one, (at, 0))
            at += one.width + GAP
        sheet.save(PICTURES / f"{name}.webp", quality=78, method=6)


def _cut(look: str, page: str) -> Image.Image:
    found = sorted(FOLDER.glob(f"{look}.*-{page}.png"))
    if not found:
        raise FileNotFoundError(f"no picture of {page}: take the gallery first")
    with Image.open(found[0]) as picture:
        whole = picture.convert("RGB")
    return whole.crop((0, 0, whole.width, min(whole.height, MOST_HEIGHT)))


if __name__ == "__main__":
    lay_out("small-ios-light-en")
