"""Text and code: decoded from any encoding, or refused as not text."""

import re
from typing import Final

from backend.reading.schemas import MAX_TEXT, CannotRead, Found
from backend.text_decoding import decode_text

SAMPLE: Final = 64 * 1024
MAX_CONTROL_SHARE: Final = 0.01
"""The share of control characters and undecodable bytes above which a file is not text."""
MAX_NUL_SHARE: Final = 0.1
"""The same for NUL, which some logs and lists put between their records."""

# A terminal's escape sequences (ECMA-48): colours, cursor, titles, links. A control string ends
# at its terminator or at the end of the line.
_ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x9d\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x9c|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]"
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NEWLINES: Final = re.compile(r"\r\n?|\x0c|\x85|\u2028")


def read_text(data: bytes, charset: str = "", language: str = "") -> tuple[Found, bytes]:
    """The text with plain line ends, kept whole as UTF-8.

    Raises:
        CannotRead: it is no text, or empty.
    """
    text = tidy(decode_checked(data, charset, language))
    if not text.strip():
        raise CannotRead("damaged")
    found = Found(
        kind="text",
        media_type="text/plain",
        text=text[:MAX_TEXT],
        truncated=len(text) > MAX_TEXT,
        replaced=True,
    )
    return found, text.encode("utf-8", "replace")


def tidy(text: str) -> str:
    """Plain line ends; no escape sequences or controls that a page or a terminal could obey."""
    return _CONTROLS.sub("", _NEWLINES.sub("\n", _ESCAPES.sub("", text)))


def decode_checked(data: bytes, label: str = "", language: str = "") -> str:
    """The text of some bytes, as `decode_text`. Raises CannotRead for what is no text."""
    text = decode_text(data, label, language)
    sample = _ESCAPES.sub("", text[:SAMPLE])
    zeroes = sample.count("\0")
    strange = len(_CONTROLS.findall(sample)) - zeroes + sample.count("\ufffd")
    if zeroes > MAX_NUL_SHARE * len(sample) or strange > max(1, MAX_CONTROL_SHARE * len(sample)):
        raise CannotRead("unsupported")
    return text
