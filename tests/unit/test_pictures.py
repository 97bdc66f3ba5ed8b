"""What the comparison of pictures notices, and what it passes over.

Exercises tests/gallery/pictures.py on the accepted pictures themselves.
"""

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.gallery import pictures
from tests.gallery.pictures import LOOKS, MOST_OFF, SCREENS, path_of, share_off

TOTAL_BYTES = 600_000


def accepted(screen: str = "welcome") -> Image.Image:
    """A screen of a small phone with iOS's light theme."""
    return Image.open(path_of(LOOKS[0], screen)).convert("RGB")


def test_every_compared_screen_has_a_small_picture() -> None:
    """No other lies there; all together are light enough for the repository."""
    wanted = {path_of(look, screen) for look in LOOKS for screen in SCREENS}
    there = set(pictures.ACCEPTED.iterdir())
    assert there == wanted
    assert sum(one.stat().st_size for one in there) <= TOTAL_BYTES


@pytest.mark.parametrize("screen", SCREENS)
def test_smoothing_and_a_pixels_shift_are_passed_over(screen: str) -> None:
    """Letters drawn a little softer, a pixel aside, or in a compressed picture."""
    seen = accepted(screen)
    softer = seen.filter(ImageFilter.GaussianBlur(0.8))
    aside = ImageChops.offset(seen, 1, 0)
    kept = io.BytesIO()
    seen.save(kept, "WEBP", quality=50)
    for changed in (softer, aside, Image.open(kept)):
        assert share_off(seen, changed) <= MOST_OFF


def send_button(seen: Image.Image) -> tuple[int, int, int, int]:
    """Where the composer's round button is on the welcome page: its lower end corner."""
    wide, high = seen.size
    return wide - 68, high - 76, wide - 8, high - 16


def test_a_moved_button_is_noticed() -> None:
    """Send, 60 pixels towards the start."""
    seen = accepted("chat")
    left, top, right, bottom = send_button(seen)
    button = seen.crop((left, top, right, bottom))
    # As visible as while a question is written.
    ImageDraw.Draw(button).ellipse((8, 8, 52, 52), fill="#007aff")
    before, after = seen.copy(), seen.copy()
    before.paste(button, (left, top))
    after.paste(button, (left - 60, top))
    assert share_off(before, after) > MOST_OFF


def test_a_changed_colour_is_noticed() -> None:
    """A grey surface for white: what a wrong variable of the theme would do."""
    seen = accepted("settings")
    changed = seen.point([0 if tone == 255 else tone for tone in range(256)] * 3)
    assert share_off(seen, changed) > MOST_OFF


def test_another_size_is_noticed() -> None:
    """A picture of a wider screen is never the same."""
    seen = accepted()
    assert share_off(seen, seen.resize((seen.width + 1, seen.height))) == 1
