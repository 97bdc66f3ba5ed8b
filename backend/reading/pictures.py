"""Pictures: decoded, scaled down and encoded again, so that only pixels remain.

Metadata (place, time, device), thumbnails and data after the picture's end are dropped with the old
bytes.
"""

import contextlib
import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from backend.reading.schemas import MAX_PIXELS, MAX_SIDE, CannotRead, Found

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
JPEG_QUALITY: Final = 88
LARGEST_PNG: Final = 1_500_000
"""A lossless picture larger than this is written as JPEG instead."""

Image.MAX_IMAGE_PIXELS = None  # our own bound is asked before anything is decoded


def read_picture(data: bytes) -> tuple[Found, bytes]:
    """The picture as JPEG, or as PNG where that is small or needed for transparency."""
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise CannotRead("bomb")
        lossless = picture.format != "JPEG"
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise CannotRead("damaged") from error
    media_type, written = _write(_prepare(picture), lossless=lossless)
    with Image.open(io.BytesIO(written)) as final:
        width, height = final.size
    found = Found(
        kind="image", media_type=media_type, width=width, height=height, replaced=True
    )  # fmt: skip
    return found, written


def rehearse() -> None:
    """Load every decoder by using it: once locked, no file can be opened."""
    for form in FORMATS:
        with contextlib.suppress(CannotRead):
            read_picture(_bytes(Image.new("RGBA" if form == "PNG" else "RGB", (2, 2)), form))


def _prepare(picture: Image.Image) -> Image.Image:
    """Upright, of bounded size, in one of two modes, with nothing attached."""
    upright = ImageOps.exif_transpose(picture)
    see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BICUBIC)
    if see_through and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare


def _write(picture: Image.Image, *, lossless: bool) -> tuple[str, bytes]:
    if lossless or picture.mode == "RGBA":
        written = _bytes(picture, "PNG", optimize=False)
        if len(written) <= LARGEST_PNG:
            return "image/png", written
    if picture.mode == "RGBA":
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    return "image/jpeg", _bytes(picture, "JPEG", quality=JPEG_QUALITY)


def _bytes(picture: Image.Image, form: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()
