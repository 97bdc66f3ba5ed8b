"""Converts a picture to a sticker: 512 pixels at its longer side, as WEBP, within Telegram's size
limit.

core.telegram.org/stickers#static-stickers-and-emoji
"""

import io
from typing import Final

SIDE: Final = 512
LARGEST: Final = 512_000
QUALITIES: Final = (90, 75, 55, 35)


def sticker_of(content: bytes) -> bytes:
    """The sticker of a picture that was re-encoded already (`FileService.picture`)."""
    from PIL import Image  # imported here: it is large, and only this needs it

    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as found:
        picture = found.convert("RGBA")
    scale = SIDE / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    written = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality)
        written = out.getvalue()
        if len(written) <= LARGEST:
            break
    return written
