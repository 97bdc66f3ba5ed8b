"""A picture as JPEG, the one form that Telegram takes by address (core.telegram.org/bots/api,
InlineQueryResultPhoto). It was written by this server before, so nothing hostile is decoded."""

import io
from typing import Final

from backend.files.ai_mark import SOURCE_TYPE, mark_as_ai_made

QUALITY: Final = 88
_MARK_WITHIN: Final = 4_096


def as_jpeg(content: bytes) -> bytes:
    """The picture on white if it is transparent; a picture made by a model stays marked as one."""
    from PIL import Image  # slow to load, and few pictures are sent on

    with Image.open(io.BytesIO(content), formats=("PNG", "WEBP", "JPEG")) as picture:
        shown = picture.convert("RGBA")
    white = Image.new("RGB", shown.size, "white")
    white.paste(shown, mask=shown.getchannel("A"))
    out = io.BytesIO()
    white.save(out, "JPEG", quality=QUALITY)
    made = out.getvalue()
    is_marked = SOURCE_TYPE.encode() in content[:_MARK_WITHIN]
    return mark_as_ai_made("image/jpeg", made) if is_marked else made
