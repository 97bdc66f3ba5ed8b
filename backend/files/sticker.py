"""A picture as a sticker: 512 pixels at its longer side, as WEBP, of the size that Telegram takes.

core.telegram.org/stickers#static-stickers-and-emoji
"""

import io
from typing import Final

SIDE: Final = 512
LARGEST: Final = 512_000
QUALITIES: Final = (90, 75, 55, 35)


def sticker_of(content: bytes) -> bytes:
    """The sticker of a picture that was written anew already (`FileService.picture`)."""
    from PIL import Image  # only this needs it, and it is large

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
