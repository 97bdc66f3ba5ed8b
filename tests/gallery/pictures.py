"""Compares pictures of screens with the accepted ones, coarsely enough to tolerate other fonts.

A picture is reduced to squares of SQUARE pixels with their mean colour. That removes the shapes of
letters and their smoothing, and keeps the places, sizes and colours of what is drawn.
"""

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops

ACCEPTED: Final = Path(__file__).parent / "accepted"
SCREENS: Final = ("welcome", "models", "chat", "menu", "attach", "settings", "plans")
"""The screens that are compared, in the looks that have accepted pictures."""
LOOKS: Final = ("small-ios-light-en", "small-android-dark-ar-200")

SQUARE: Final = 12
TOLERANCE: Final = 40
"""How far a square's mean may differ, of 255 in any channel: about the effect of a few letters."""
MOST_OFF: Final = 0.006
"""The share of squares that may differ more: words that another font breaks elsewhere."""


def path_of(look: str, screen: str) -> Path:
    """Where the accepted picture of a screen is stored."""
    return ACCEPTED / f"{look}.{screen}.webp"


def accept(look: str, screen: str, taken: bytes) -> None:
    """Store a picture as the accepted one."""
    ACCEPTED.mkdir(exist_ok=True)
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    picture.save(path_of(look, screen), quality=60, method=6)


def is_compared(look: str, screen: str) -> bool:
    """Whether there is an accepted picture."""
    return look in LOOKS and screen in SCREENS


def share_off(accepted: Image.Image, taken: Image.Image) -> float:
    """The share of squares that differ by more than TOLERANCE; 1 for pictures of unequal size."""
    if accepted.size != taken.size:
        return 1.0
    wide, high = accepted.size[0] // SQUARE, accepted.size[1] // SQUARE
    reduced = [
        one.convert("RGB").resize((wide, high), Image.Resampling.BOX) for one in (accepted, taken)
    ]
    channels = ImageChops.difference(reduced[0], reduced[1]).split()
    worst = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    off = sum(worst.histogram()[TOLERANCE + 1 :])
    return off / (wide * high)


def difference(look: str, screen: str, taken: bytes) -> str | None:
    """A message if the picture differs from the accepted one, else None."""
    accepted = Image.open(path_of(look, screen))
    share = share_off(accepted, Image.open(io.BytesIO(taken)))
    if share <= MOST_OFF:
        return None
    return (
        f"{screen} looks different: {share:.1%} of it. If that is wanted: "
        f"make gallery LOOK=--accept"
    )
