"""Pictures that a model made say so in their metadata, and stay the same pictures."""

import io

import pytest
from PIL import Image

from backend.files.ai_mark import SOURCE_TYPE, mark_as_ai_made


def picture(form: str) -> bytes:
    """A small picture with something in it."""
    image = Image.new("RGB", (9, 7))
    image.putdata([(x * 20 % 256, x * 7 % 256, x % 256) for x in range(63)])
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(("form", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_the_mark_is_read_and_the_pixels_stay(form: str, media_type: str) -> None:
    """A strict decoder reads it, finds the mark where XMP belongs, and the same pixels."""
    before = picture(form)
    after = mark_as_ai_made(media_type, before)
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        new.load()
        assert old.tobytes() == new.tobytes()
        info = new.info
        xmp = info.get("XML:com.adobe.xmp") or info["xmp"].decode()
    assert SOURCE_TYPE in xmp
    assert SOURCE_TYPE.encode() not in before


def test_what_cannot_be_marked_stays() -> None:
    """Another format, or bytes that are not what they are said to be."""
    assert mark_as_ai_made("image/webp", b"RIFF") == b"RIFF"
    assert mark_as_ai_made("image/png", b"no picture") == b"no picture"
