"""Text and code: decoded from whatever alphabet it is in, or refused as no text at all."""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from backend.reading.alphabets import CHARSETS
from backend.reading.schemas import MAX_TEXT, CannotRead, Found

SAMPLE: Final = 64 * 1024
MOST_STRANGE: Final = 0.01
"""The share of control characters and undecodable bytes above which it is no text."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff\ufffd]")
_NEWLINES: Final = re.compile(r"\r\n?|\x0c|\x85|\u2028")


def read_text(data: bytes) -> tuple[Found, bytes]:
    """The text with plain line ends, kept whole as UTF-8."""
    text = tidy(decode(data))
    if not text.strip():
        raise CannotRead("damaged")
    found = Found(
        kind="text",
        media_type="text/plain",
        text=text[:MAX_TEXT],
        truncated=len(text) > MAX_TEXT,
        replaced=True,
    )
    return found, text.encode()


def tidy(text: str) -> str:
    """Plain line ends, and no control characters that a page or a terminal could obey."""
    return _CONTROLS.sub("", _NEWLINES.sub("\n", text))


def decode(data: bytes, charset: str = "") -> str:
    """The text of some bytes; `charset` is what their sender called it, believed if it fits."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(name, "replace"))
    # UTF-8 may hold zeroes, but no text does.
    for name in () if b"\0" in data[:SAMPLE] else ("utf-8", *_known(charset)):
        try:
            return _checked(data.decode(name))
        except UnicodeDecodeError:
            continue
    return _checked(data.decode(_guess(data), "replace"))


def _known(charset: str) -> list[str]:
    """The sender's word, if it is one of the alphabets that are loaded."""
    try:
        name = codecs.lookup(charset.strip()[:40]).name if charset.strip() else ""
    except (LookupError, ValueError):
        return []
    return [name] if name.replace("-", "_") in CHARSETS or name == "iso8859-1" else []


def _guess(data: bytes) -> str:
    sample = data[:SAMPLE]
    if b"\0" in sample:
        # No text but UTF-16's holds zeroes: which half of each pair they are in tells its order.
        return "utf_16_le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf_16_be"
    best = from_bytes(sample, cp_isolation=list(CHARSETS), enable_fallback=False).best()
    return best.encoding if best is not None else "cp1252"


def _checked(text: str) -> str:
    sample = text[:SAMPLE]
    if len(_CONTROLS.findall(sample)) > MOST_STRANGE * len(sample):
        raise CannotRead("unsupported")
    return text
