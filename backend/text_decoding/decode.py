"""Decodes bytes: by their mark, as UTF-8, by what the sender called them, or by a guess.

What cannot be decoded becomes U+FFFD; nothing is dropped and nothing raises.
"""

import codecs
import re
from typing import Final

from backend.text_decoding.guess import guess_codec
from backend.text_decoding.labels import SECOND_TABLES, codec_of

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_BEFORE_UTF8: Final = ("utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be", "iso2022_jp_ext")
"""Encodings whose bytes may be valid UTF-8 by accident: believed first if declared."""
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_JAPANESE_SHIFTS: Final = (b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b(I")
MOST_STRAY_SHARE: Final = 50
"""Text that is declared to be UTF-8 is read as such if at most one byte of so many is not."""


def decode_text(data: bytes, label: str = "", language: str = "") -> str:
    """The text of some bytes, without a byte order mark.

    Args:
        data: the bytes.
        label: what their sender called the encoding, such as an HTTP `charset`; may be wrong.
        language: the reader's language (BCP 47), which decides between encodings that fit
            equally well.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    declared = codec_of(label)
    if declared in _BEFORE_UTF8 and _fits(data, declared):
        return data.decode(declared, "replace")
    if not declared.startswith("utf_16") and (wide := _unmarked_utf16(data)):
        return data.decode(wide, "replace")
    if any(shift in data for shift in _JAPANESE_SHIFTS) and data.isascii():
        return data.decode("iso2022_jp_ext", "replace")
    if is_almost_utf8(data, declared=declared == "utf_8"):
        return data.decode("utf-8", "replace")
    if not declared or declared == "utf_8" or declared in _BEFORE_UTF8:
        declared = guess_codec(data, language)
    return _decode_legacy(data, declared)


def is_almost_utf8(data: bytes, *, declared: bool = False) -> bool:
    """Whether it is UTF-8, but for a few bytes that are not.

    Legacy text holds valid sequences of UTF-8 only here and there, between many that are not.
    """
    valid = data.decode("utf-8", "ignore")
    kept = len(valid.encode())
    stray = len(data) - kept
    continuations = kept - len(valid)
    return continuations >= 2 * stray or (declared and stray * MOST_STRAY_SHARE <= len(data))


def _fits(data: bytes, codec: str) -> bool:
    """Whether a declared wide or shifted encoding can be true: `utf-16` is also said of UTF-8."""
    if codec == "iso2022_jp_ext":
        return b"\x1b" in data
    sample = data[:4096]
    if not _CONTROLS.search(sample) and is_almost_utf8(sample):
        return False  # wide text is full of bytes that are controls
    text = sample.decode(codec, "replace")
    return text.count("\ufffd") * 20 <= len(text)


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without a mark, recognised by zeroes in only one half of the byte pairs.

    A zero alone proves nothing: logs, dumps and lists that `find -print0` writes hold some. Where
    all other bytes are printable ASCII, nearly every pair must have its zero.
    """
    sample = data[: 64 * 1024 & ~1]
    pairs = len(sample) // 2
    first, second = sample[::2].count(0), sample[1::2].count(0)
    is_plain = sample.isascii() and not _CONTROLS.search(sample.replace(b"\0", b""))
    least = pairs * 9 // 10 if is_plain else pairs // 50
    if len(data) % 2 or max(first, second) <= least or min(first, second) > pairs // 100:
        return ""
    codec = "utf_16_le" if second > first else "utf_16_be"
    text = sample.decode(codec, "replace")
    return codec if text.count("\ufffd") * 20 <= len(text) else ""


def _decode_legacy(data: bytes, codec: str) -> str:
    text = data.decode(codec, "replace")
    if "\ufffd" not in text or codec not in SECOND_TABLES:
        return text
    other = data.decode(SECOND_TABLES[codec], "replace")
    return other if other.count("\ufffd") < text.count("\ufffd") else text
